"""A running service with two held-out boards, and everything of it that somebody without the store could ever read."""

import contextlib
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from board_builders import packed
from proofboard import canonical
from proofboard.app.service.opening import opened_instance
from proofboard.archives.pack import pack
from proofboard.record.freeze import freeze, write, write_benchmark
from proofboard.record.imported import Imported, ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Benchmark, Facet, GraderSpec, Metric, Policies, Program, VendorProfile
from proofboard.schemas.benchmark import Limits as ProgramLimits
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item, prompts_digest
from proofboard.schemas.submission import Submission, SubmittedBundle, SubmittedConfiguration
from proofboard.settings import Settings
from service_builders import key, organisation
from test_pipeline_serving import children_of, command_of

NICHES = ("law", "maths")
OF_EACH = 60
EASY = 54
"""Of each niche; the rest is hard, and too few to say anything of."""
SECRETS = (b"velum", b"zyzzyva", b"quuxite")
"""What stands in every held-out id, prompt and reference, and in nothing else, in lower case."""
GUESSED = Item(
    id="velum-law-guessed",
    prompt='Which "Guessable café"\nstands at the corner, opposite the old town hall?',
    reference='The Guessable "réponse"\nof that very item',
    facets={"niche": "law", "tier": "easy"},
)
"""The one held-out item whose text somebody hands in."""

GRADER = """
import json, sys, time
given = json.load(sys.stdin)
item, output = given["item"], given["response"]["output"]
print("seen", json.dumps(given, ensure_ascii=False), file=sys.stderr)
if item["id"].startswith("v"):
    time.sleep(0.2)
    if item["id"].endswith("0003"):
        raise ValueError(item["prompt"])
kept = {"code": output, "report": json.dumps(item)}
print(json.dumps({"scores": {"correct": output == item["reference"]}, "artifacts": kept}))
"""


def _facets(niche: str, place: int) -> dict[str, str]:
    return {"niche": niche, "tier": "easy" if place < EASY else "hard"}


def public_items(of_each: int = OF_EACH) -> list[Item]:
    return [
        Item(id=f"q-{niche}-{n:04d}", prompt=f"Name {niche} {n}.", reference=f"{niche} {n}", facets=_facets(niche, n))
        for niche in NICHES
        for n in range(of_each)
    ]


def hidden_items(of_each: int = OF_EACH) -> list[Item]:
    """Make held-out items with quotes, line breaks and accents; the first is the one that is guessed."""
    made = [
        Item(
            id=f"velum-{niche}-{n:04d}",
            prompt=f'Wie heißt die "Zyzzyva" nº {n}\nim Café von {niche}?',
            reference=f'quuxite "{niche}" señor {n}',
            facets=_facets(niche, n),
        )
        for niche in NICHES
        for n in range(of_each)
    ]
    return [GUESSED, *made[1:]]


FACETS = {"niche": Facet(values=list(NICHES)), "tier": Facet(values=["easy", "hard"], role="tier")}


def veil() -> Benchmark:
    """Make rules whose answers are compared as they are."""
    return Benchmark(
        id="veil",
        title="Behind a veil",
        protocol_version="1",
        metrics={"correct": Metric(grader=GraderSpec(kind="exact"))},
        headline="correct",
        facets=FACETS,
        vendors={"acme": VendorProfile(default="base")},
    )


def machine() -> Benchmark:
    """Make rules by which a program of the owner grades; its held-out set is small."""
    limits = ProgramLimits(wall_seconds=10, cpu_seconds=5)
    return msgspec.structs.replace(
        veil(),
        id="machine",
        metrics={"correct": Metric(grader=GraderSpec(kind="command", options={"program": "check"}))},
        programs={"check": Program(run=["python3", "-S", "/program/check.py"], files="program", limits=limits)},
        policies=Policies(),
    )


Right = Mapping[str, int]
"""Niche → how many of its items, from the first on, are answered right."""


def answers(asked: Sequence[Item], right: Right, **said: str) -> list[Response]:
    """Answer every item; `said` replaces the answer to an item, underscores in its name standing for hyphens."""
    seen = dict.fromkeys(NICHES, 0)
    rows = []
    for own in asked:
        niche = own.facets["niche"]
        seen[niche] += 1
        output = own.reference if seen[niche] <= right[niche] else f"no idea of {seen[niche]} {niche}"
        rows.append(Response(prompt_id=own.id, output=said.get(own.id.replace("-", "_"), output)))
    return rows


def configuration(name: str, **fields: Any) -> Configuration:
    vendor, config_name = name.split("/")
    given = {"decoding": Decoding(model=f"{vendor}/{config_name}-1"), "settings": {"own": config_name}, **fields}
    return Configuration(vendor=vendor, config_name=config_name, **given)


class Sets(msgspec.Struct, frozen=True):
    """A board, with its items."""

    rules: Benchmark
    asked: Sequence[Item]
    held: Sequence[Item]


def artifact(
    target: Path,
    own: Configuration,
    public: Sequence[Response],
    hidden: Sequence[Response] = (),
    *,
    sets: Sets | None = None,
) -> Path:
    """Pack what `proofboard submit` packs, for veil where nothing else is said."""
    given = sets or Sets(veil(), public_items(), hidden_items())
    rules, asked = given.rules, given.asked
    answered = {"public": (asked, public), **({"held_out": (given.held, hidden)} if hidden else {})}
    bundles = {
        name: freeze(
            NewBundle(item_set=name, responses=list(rows)),
            rules.id,
            rules.protocol_version,
            own,
            prompts_digest(items),
        )
        for name, (items, rows) in answered.items()
    }
    said = Submission(
        schema_version=1,
        software_version="0",
        benchmark=rules.id,
        protocol_version=rules.protocol_version,
        grading=None,
        prompts_digest=prompts_digest(asked),
        configuration=SubmittedConfiguration(name=own.name, recipe=own.digest(), document=canonical.digest_of(own)),
        bundles=[
            SubmittedBundle(name=name, item_set=name, digest=canonical.digest(files["manifest.json"]))  # type: ignore[arg-type]
            for name, files in sorted(bundles.items())
        ],
        notes=[],
        date=None,
    )
    files: dict[str, bytes | Path] = {
        "submission.json": canonical.dump(said),
        "configuration.json": canonical.dump(own),
        **{f"bundles/{name}/{file}": raw for name, made in bundles.items() for file, raw in made.items()},
    }
    pack(files, target)
    return target


def lay_store(place: Path, items: Sequence[Item], rules: Benchmark, right: Mapping[str, Right]) -> None:
    """Write a held-out store with the answers of seeds."""
    write(place / "items/held_out.jsonl", canonical.dump_lines(items))
    for name, own in right.items():
        bundle = NewBundle(item_set="held_out", responses=answers(items, own))
        digest = prompts_digest(items)
        for file, raw in freeze(bundle, rules.id, rules.protocol_version, configuration(name), digest).items():
            write(place / "entries" / name / "held_out" / file, raw)


def board_archive(place: Path, rules: Benchmark, items: Sequence[Item], seeds: Mapping[str, Right]) -> Path:
    """Pack a benchmark directory, without anything held-out."""
    entries = [
        ImportedEntry(configuration(name), [NewBundle(responses=answers(items, right), recorded="2026-01-02")])
        for name, right in seeds.items()
    ]
    write_benchmark(Imported(benchmark=rules, items=list(items), entries=entries), place)
    if rules.programs:
        write(place / "program/check.py", GRADER.encode())
    return packed(place, place.with_suffix(".zip"))


class Service:
    """A running `proofboard serve`, whoever asks it, and all that it ever answered."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.data = folder / "data"
        self.stores = folder / "stores"
        self.heard: list[bytes] = []
        self.client = httpx2.Client(timeout=60)
        self.owner = ""
        self.keys: dict[str, str] = {}

    def said(self) -> str:
        return (self.folder / "said.txt").read_text() + (self.folder / "complained.txt").read_text()

    def begin(self) -> None:
        """Wait until it answers, and make two organisations that hand in."""
        found = until(lambda: re.search(r"(http://127\.0\.0\.1:\d+)/[\s\S]*(pb_[\w-]{30,})", self.said()))
        self.client.base_url, self.owner = httpx2.URL(found[1]), found[2]
        until(lambda: self._answers() and self.child("worker"))
        with opened_instance(Settings(data=self.data), migrates=False) as instance:
            self.keys = {name: key(instance, organisation(instance, name)) for name in ("acme", "bolt")}

    def _answers(self) -> bool:
        with contextlib.suppress(httpx2.TransportError):
            return self.client.get("/healthz").status_code == 200
        return False

    def child(self, word: str) -> int | None:
        """Answer the process id of the web process or the worker."""
        return next((pid for pid in children_of(self.process.pid) if word in command_of(pid)), None)

    def ask(self, method: str, path: str, secret: str | None = None, **options: Any) -> httpx2.Response:
        headers = {"api-key": secret} if secret else {}
        answer = self.client.request(method, path, headers={**headers, **options.pop("headers", {})}, **options)
        self.heard.append(answer.content + repr(answer.headers.raw).encode())
        return answer

    def get(self, path: str, secret: str | None = None, **options: Any) -> Any:
        return self.ask("GET", path, secret, **options).json()

    def put_board(self, archive: Path) -> httpx2.Response:
        headers = {"content-type": "application/zip"}
        return self.ask("POST", "/benchmarks", self.owner, content=archive.read_bytes(), headers=headers)

    def settings(self, board: str, **limits: Any) -> None:
        """Set limits, and ask for closes as often as a board has them."""
        body = {"limits": {"submissions_per_model_and_day": None, **limits}, "close": "at once"}
        assert self.ask("PUT", f"/benchmarks/{board}/settings", self.owner, json=body).status_code == 200

    def submit(self, who: str, file: Path, board: str = "veil") -> str:
        """Hand an artifact in; returns the id of the submission."""
        headers = {"content-type": "application/zip"}
        answer = self.ask(
            "POST", "/submit", self.keys[who], params={"benchmark": board}, content=file.read_bytes(), headers=headers
        )
        assert answer.status_code == 202, answer.text
        own: str = answer.json()["id"]
        return own

    def submission(self, own: str, who: str) -> Any:
        return self.get(f"/submissions/{own}", self.keys[who])

    def ended(self, own: str, who: str, *states: str) -> Any:
        """Wait until a submission is in one of some states."""
        return until(lambda: (found := self.submission(own, who))["state"] in states and found)

    def board(self, name: str = "veil") -> Any:
        """Answer the rows of a board by entry."""
        found = self.get(f"/boards/{name}/leaderboard.json")
        return {f"{row['vendor']}/{row['config_name']}": row for row in found["entries"]}

    def publication(self, name: str) -> str | None:
        """Answer the digest of what readers of a board get now; None before there is anything."""
        answer = self.ask("GET", f"/boards/{name}/publication.json")
        return answer.headers["content-location"].split("/")[2] if answer.status_code == 200 else None

    def close(self, name: str) -> None:
        """Close a board at its owner's word, and wait for the publication."""
        before = self.publication(name)
        assert self.ask("POST", f"/benchmarks/{name}/close", self.owner).status_code == 202
        until(lambda: self.publication(name) != before)

    def draft(self, name: str) -> str:
        """Have a preview of the next close made; returns its digest, which is told to owners alone."""
        assert self.ask("POST", f"/benchmarks/{name}/draft", self.owner).status_code == 202
        database = f"file:{self.data / 'proofboard.sqlite'}?mode=ro"
        with contextlib.closing(sqlite3.connect(database, uri=True)) as connection:
            query = "SELECT digest FROM publications WHERE is_draft AND benchmark_id = ?"
            [digest] = until(lambda: connection.execute(query, (name,)).fetchone())
        return str(digest).removeprefix("sha256:")

    def close_in_vain(self, name: str) -> str:
        """Ask for a close that must fail; returns what the private store says of it."""
        told = self.stores / name / "close.txt"
        told.unlink(missing_ok=True)
        assert self.ask("POST", f"/benchmarks/{name}/close", self.owner).status_code == 202
        until(told.exists)
        return told.read_text()

    @contextmanager
    def largest_file(self, n_bytes: int) -> Iterator[None]:
        """Let the worker write no file beyond a size, as on a full disk."""
        worker = self.child("worker")
        assert worker
        before = resource.prlimit(worker, resource.RLIMIT_FSIZE)
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (n_bytes, before[1]))
        try:
            yield
        finally:
            resource.prlimit(worker, resource.RLIMIT_FSIZE, before)

    def kill_worker(self) -> None:
        """Kill the worker without a word, and wait for the next."""
        worker = self.child("worker")
        assert worker
        os.kill(worker, signal.SIGKILL)
        until(lambda: self.child("worker") not in {worker, None})

    def everything(self) -> dict[str, bytes]:
        """Return every byte that lies outside of the private stores, or was said or answered, by its place."""
        found = {str(path.relative_to(self.folder)): path.read_bytes() for path in _files(self.folder, self.stores)}
        found["answers"] = b"\n".join(self.heard)
        return found


def _files(folder: Path, stores: Path) -> Iterator[Path]:
    outside = (folder / "data", folder / "temporary", folder / "backup", folder / "site")
    yield from (path for own in outside for path in sorted(own.rglob("*")) if path.is_file())
    yield from (folder / name for name in ("said.txt", "complained.txt"))
    assert stores not in outside


def leaks(found: Mapping[str, bytes], *more: bytes) -> dict[str, list[bytes]]:
    """Say where held-out words stand."""
    words = (*SECRETS, *more)
    told = {place: [word for word in words if word in raw.lower()] for place, raw in found.items()}
    return {place: own for place, own in told.items() if own}


def until(condition: Callable[[], Any], seconds: float = 90.0) -> Any:
    """Wait until something holds, and return it."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
    return found


@contextmanager
def serving(folder: Path) -> Iterator[Service]:
    """Start `proofboard serve` with one worker, and end it and all of its processes with the block."""
    (folder / "temporary").mkdir()
    command = [sys.executable, "-m", "proofboard.cli.main", "serve", "--port", "0"]
    with (folder / "said.txt").open("w") as out, (folder / "complained.txt").open("w") as err:
        process = subprocess.Popen(
            command, env=environment(folder), stdout=out, stderr=err, text=True, start_new_session=True
        )
    service = Service(process, folder)
    try:
        yield service
    finally:
        service.client.close()
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROOFBOARD_")}
    own = {
        "PROOFBOARD_DATA": str(folder / "data"),
        "PROOFBOARD_HELD_OUT": str(folder / "stores"),
        "TMPDIR": str(folder / "temporary"),
    }
    return {**kept, **own}
