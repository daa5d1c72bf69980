"""The boards that the browser tests look at, made by real builds: rich, empty, of one entry, graded by a program."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from append_cases import with_pending
from builders import built
from graded_cases import graded_benchmark
from proofboard import canonical
from proofboard.app.benchmark_folder import read_benchmark
from proofboard.app.build import build, inputs_of_close
from proofboard.publish.assemble import assemble
from proofboard.publish.write import write_site
from proofboard.record.freeze import freeze, write, write_benchmark, write_entry
from proofboard.record.imported import Imported, ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Benchmark, Facet, GraderSpec, Judge, Metric, Policies, Price, VendorProfile
from proofboard.schemas.bundle import JudgeRecord, Response, ResponseState, Usage, Verdict
from proofboard.schemas.configuration import Configuration, Decoding, Model, Reproducibility, TargetSubgroup
from proofboard.schemas.item import Item, prompts_digest

EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "langid"

NICHES: Final = ("law", "maths", "music", "word problems")
LANGUAGES: Final = ("de", "en", "ja")
TIERS: Final = ("easy", "hard")
OF_EACH: Final = 30
SCRIPTS: Final = (
    "한국어 이름",
    "سجل النتائج العربي",
    "לוח התוצאות",
    "हिन्दी विन्यास",
    "日本語の設定",
    "ภาษาไทยที่ไม่เว้นวรรค",
    "Ελληνική ρύθμιση",
    "👩‍🔬 Кириллица ﷽",
)
LONGEST: Final = "x" * 64
LONG_TITLE: Final = "Averyveryverylongtitlewithoutanyspaces" * 6

RULES: Final = Benchmark(
    id="rich",
    title="Sums and niches — “quoted”, naïve",
    description="Numbers are asked for in four niches and three languages.",
    protocol_version="2",
    metrics={
        "correct": Metric(grader=GraderSpec(kind="exact"), title="Correct"),
        "judged": Metric(grader=GraderSpec(kind="votes"), title="Judged", missing="drop"),
    },
    headline="correct",
    facets={
        "niche": Facet(values=list(NICHES), role="category", title="Niche"),
        "language": Facet(values=list(LANGUAGES), role="language", title="Language"),
        "tier": Facet(values=list(TIERS), role="tier"),
    },
    slice_pairs=[("niche", "language")],
    judge=Judge(model="open/judge", votes=3, rubric="Is {response} right for {prompt}?"),
    policies=Policies(win_region_items=20),
    prices=[Price(model="open/large-2", since="2025-01-01", prompt_per_million="0.6", completion_per_million="2.4")],
    vendors={
        "acme": VendorProfile(title="Acme", organization="Ålesund Research", default="base"),
        "bolt": VendorProfile(title="Bolt", default="base"),
    },
    chance_level="0.1",
    licence="CC-BY-4.0",
)


def asked(prefix: str = "q", of_each: int = OF_EACH) -> list[Item]:
    """Ask so many items of each niche, in every language and tier."""
    return [
        Item(
            id=f"{prefix}-{niche.replace(' ', '-')}-{place:03d}",
            prompt=f"Which number is {prefix}{place} of {niche}?",
            reference=str(place),
            facets={"niche": niche, "language": LANGUAGES[place % 3], "tier": TIERS[place % 2]},
        )
        for niche in NICHES
        for place in range(of_each)
    ]


PUBLIC: Final = asked()
HELD_OUT: Final = asked("h")


def answers(
    items: Sequence[Item],
    share: float,
    shift: int = 0,
    better: str | None = None,
    *,
    state: ResponseState | None = None,
) -> list[Response]:
    """Answer a share of the items right, in the niche `better` nearly all; `state` is how the first one ended."""
    found = []
    for place, item in enumerate(items):
        own = 0.97 if item.facets["niche"] == better else share
        right = ((place * 37 + shift) % 100) / 100 < own
        ended: ResponseState = state if state and place == 0 else "answered"
        usage = Usage(
            prompt_tokens=120 + place % 17, completion_tokens=40 + shift, calls=1, microseconds=900_000 + 1000 * place
        )
        output = (item.reference if right else f"not {item.id}") if ended == "answered" else None
        found.append(Response(prompt_id=item.id, output=output, state=ended, usage=usage))
    return found


def votes(responses: Sequence[Response]) -> list[Verdict]:
    """Let three votes fall on every fourth answer."""
    return [
        Verdict(prompt_id=own.prompt_id, vote=vote, passed=None if place % 40 == 0 and vote == 2 else place % 3 != vote)
        for place, own in enumerate(responses)
        if place % 4 == 0 and own.state == "answered"
        for vote in range(3)
    ]


def configuration(name: str, **fields: Any) -> Configuration:
    """Make a configuration whose recipe is its own, unless `settings` are given."""
    vendor, config_name = name.split("/")
    given: dict[str, Any] = {"settings": {"own": config_name}, "decoding": Decoding(model="open/large-2"), **fields}
    return Configuration(vendor=vendor, config_name=config_name, **given)


def recorded(
    name: str,
    share: float,
    shift: int = 0,
    *,
    better: str | None = None,
    on: str = "2026-10-03",
    bundle: dict[str, Any] | None = None,
    **fields: Any,
) -> ImportedEntry:
    """Record an entry; `fields` are those of its configuration, and `protocol_version` and `state`."""
    protocol_version, state = fields.pop("protocol_version", None), fields.pop("state", None)
    responses = answers(PUBLIC, share, shift, better, state=state)
    own = NewBundle(
        responses=responses,
        verdicts=votes(responses),
        judge=JudgeRecord(model="open/judge"),
        recorded=on,
        **(bundle or {}),
    )
    return ImportedEntry(configuration(name, **fields), [own], protocol_version)


TARGET: Final = TargetSubgroup(description="Sums of mathematics, in German", selector={"niche": ["maths"]})
TUNED: Final[dict[str, Any]] = {
    "title": "Tuned by hand",
    "contributor": "@mira",
    "description": "Two passes.\nThe second one checks the first.",
    "parent": "acme/base",
    "target_subgroup": TARGET,
    "extra_prompts": {"system": "Think twice.\nThen answer with a number."},
    "tools_used": ["calculator"],
    "licence": "Apache-2.0",
    "reproducibility": Reproducibility(seed=7, deterministic=False, commit_hash="0123456789abcdef"),
}
CONSTANT: Final = [Response(prompt_id=item.id, output="always") for item in PUBLIC]


def entries() -> list[ImportedEntry]:
    """List one entry of every kind."""
    named = [
        recorded(f"scripts/s{number}", 0.45 + number / 100, 31 + number, title=title, contributor=title)
        for number, title in enumerate(SCRIPTS)
    ]
    large = Model(name="large-2", organization="Ålesund Research", parameters="70B")
    return [
        recorded("acme/base", 0.6, 3, kind="default", on="2026-03-01", model=large),
        recorded("acme/tuned", 0.66, 3, better="maths", on="2026-11-15", model=large, **TUNED),
        recorded("acme/again", 0.62, 3, on="2026-11-01", settings={"own": "base"}, model=large),
        recorded("acme/late", 0.7, 11, better="law", on="2026-11-20", contributor="@kenji"),
        recorded("bolt/base", 0.64, 5, kind="default", on="2026-05-05", bundle={"claims": {"correct": 0.9}}),
        recorded("bolt/quick", 0.5, 23, on="2026-06-06", decoding=Decoding(model="open/small-1")),
        recorded("bolt/old", 0.55, 7, on="2025-01-02", protocol_version="1"),
        recorded("bolt/broken", 0.55, 9, state="platform_failure"),
        recorded("base/chance", 0.1, 41, kind="chance", decoding=None),
        recorded("base/majority", 0.2, 43, kind="baseline", title="Majority", decoding=None),
        recorded("base/human", 0.93, 47, kind="human", title="A person", decoding=None),
        recorded(f"seed/{LONGEST}", 0.52, 53, kind="seed", title=LONG_TITLE, contributor=LONG_TITLE),
        ImportedEntry(configuration("zeta/flat"), [NewBundle(responses=CONSTANT, recorded="2026-04-04")]),
        ImportedEntry(configuration("zeta/absent")),
        *named,
    ]


RELEASED: Final = {
    "acme/base": (0.55, 3, None),
    "acme/tuned": (0.6, 3, "maths"),
    "bolt/base": (0.66, 5, None),
    "bolt/quick": (0.4, 23, None),
    "base/chance": (0.1, 41, None),
    "base/majority": (0.2, 43, None),
    "base/human": (0.95, 47, None),
    "scripts/s4": (0.5, 35, None),
}
"""Entry → how it did on the held-out items."""

PENDING: Final = ["acme/late"]
"""Came after the board was closed."""


def rich_site(folder: Path) -> Path:
    """Build the board that holds every kind of row; it ranks on held-out scores."""
    source, store = folder / "benchmark", folder / "store"
    listed = entries()
    write_benchmark(Imported(benchmark=RULES, items=PUBLIC, entries=listed), source)
    for number, share in enumerate((0.4, 0.52), start=1):
        before = recorded(
            "acme/tuned", share, 3, on=f"2026-0{number + 6}-01", **(TUNED | {"settings": {"pass": number}})
        )
        made = write_entry(before, RULES, {"public": prompts_digest(PUBLIC)}, folder / f"revision-{number}")
        shutil.move(made, source / f"entries/acme/tuned/revisions/{number}")
    _write_store(store, {own.configuration.name: own.configuration for own in listed})
    inputs, places = inputs_of_close(read_benchmark(source), held_out=store)
    write_site(assemble(with_pending(inputs, PENDING)), places, folder / "site")
    return folder / "site"


def _write_store(store: Path, configurations: dict[str, Configuration]) -> None:
    write(store / "items/held_out.jsonl", canonical.dump_lines(HELD_OUT))
    for name, (share, shift, better) in RELEASED.items():
        bundle = NewBundle(item_set="held_out", responses=answers(HELD_OUT, share, shift, better))
        own, digest = configurations[name], prompts_digest(HELD_OUT)
        for file, raw in freeze(bundle, RULES.id, RULES.protocol_version, own, digest).items():
            write(store / "entries" / name / "held-out" / file, raw)


def empty_site(folder: Path) -> Path:
    """Build a board without entries."""
    rules = replaced(RULES, id="empty", title="An empty board")
    write_benchmark(Imported(benchmark=rules, items=PUBLIC, entries=[]), folder / "benchmark")
    build(folder / "benchmark", folder / "site")
    return folder / "site"


def single_site(folder: Path) -> Path:
    """Build a board of one entry."""
    rules = replaced(RULES, id="single", title="A board of one entry")
    return built(folder, [recorded("acme/only", 0.5)], rules=rules, asked=PUBLIC)


def programs_site(folder: Path) -> Path:
    """Build a board whose one entry was graded by a program, which kept logs."""
    outcomes = {
        "q0": {"outcome": "timed_out", "scores": {}, "reason": "ran longer than 10 s", "artifacts": {}},
        "q1": {"findings": ["wrote outside its folder"], "scores": {"passed": 0, "quality": 50}},
    }
    build(graded_benchmark(folder / "benchmark", outcomes), folder / "site")
    return folder / "site"


def langid_site(folder: Path) -> Path:
    """Build the example of this repository."""
    # A store in the repository itself is refused.
    store = shutil.copytree(EXAMPLE / "held-out", folder / "held-out")
    build(EXAMPLE, folder / "site", held_out=store)
    return folder / "site"


def replaced(rules: Benchmark, **changes: Any) -> Benchmark:
    """Change some fields of rules."""
    return msgspec.structs.replace(rules, **changes)


SCRIPT: Final = "<script>alert(1)</script><img src=x onerror=alert(1)>"
LINK: Final = "javascript:alert(1)"
BIDI: Final = "safe\u202egnp.exe\u2066 \u200b{{7*7}} ${alert(1)}"
HUGE: Final = "W" * 480
HOSTILE: Final = (SCRIPT, LINK, BIDI, HUGE)
"""Texts that nobody may run, follow, or be misled by."""


def hostile_site(folder: Path) -> Path:
    """Build a board whose every text was written by somebody who means harm."""
    facet = Facet(values=[SCRIPT, LINK], role="category", title=SCRIPT)
    correct = Metric(grader=GraderSpec(kind="exact"), title=SCRIPT)
    rules = replaced(
        RULES,
        id="hostile",
        title=SCRIPT,
        description=f"{SCRIPT}\n{LINK}\n{BIDI}\n{HUGE}",
        metrics={"correct": correct},
        facets={"niche": facet},
        slice_pairs=[],
        judge=None,
        vendors={"acme": VendorProfile(title=SCRIPT, organization=LINK, default="e0")},
        licence=LINK,
        source=LINK,
    )
    items = [
        Item(
            id=f"i{place}",
            prompt=HOSTILE[place % 4],
            reference=HOSTILE[place % 4],
            facets={"niche": facet.values[place % 2]},
        )
        for place in range(24)
    ]
    hostile = [_hostile_entry(number, text, items) for number, text in enumerate(HOSTILE)]
    return built(folder, hostile, rules=rules, asked=items)


def _hostile_entry(number: int, text: str, items: Sequence[Item]) -> ImportedEntry:
    # What decides answers may hold neither addresses nor the names of programs.
    deciding = text if text in {SCRIPT, HUGE} else f"plain {number}"
    own = configuration(
        f"acme/e{number}",
        title=text,
        contributor=text,
        description=text,
        vendor_version=deciding,
        kind="community" if number else "default",
        decoding=Decoding(model=deciding),
        model=Model(name=deciding, organization=deciding),
        target_subgroup=TargetSubgroup(description=text, selector={"niche": [SCRIPT]}),
        extra_prompts={"system": deciding, SCRIPT: deciding},
        settings={SCRIPT: deciding},
        tools_used=[deciding],
        parent="acme/e0" if number else None,
    )
    responses = [
        Response(prompt_id=item.id, output=item.reference if place % (number + 2) else text)
        for place, item in enumerate(items)
    ]
    return ImportedEntry(own, [NewBundle(responses=responses, recorded="2026-10-01", claims={"correct": 0.123})])


BOARDS: Final = {
    "rich": rich_site,
    "empty": empty_site,
    "single": single_site,
    "small": programs_site,
    "hostile": hostile_site,
    "langid": langid_site,
}
"""Id of the benchmark → what builds its site into a folder."""
