"""Bad benchmark directories: one clear message with every fault, exit status 2, and nothing touched at the output."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from builders import benchmark_folder, files_of
from command_line import Finished, run
from proofboard import canonical
from proofboard.app.build import build

RULES = "benchmark.yaml"
ITEMS = "items/public.jsonl"
BEST = "entries/acme/best"
RESPONSES = f"{BEST}/public/responses.jsonl"
MANIFEST = f"{BEST}/public/manifest.json"

Spoil = Callable[[Path], object]


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write an honest benchmark and the site that was built from it."""
    place = tmp_path_factory.mktemp("honest")
    build(benchmark_folder(place / "bench"), place / "site")
    return place


@pytest.fixture
def place(honest: Path, tmp_path: Path) -> Path:
    """Copy both, to be spoilt."""
    shutil.copytree(honest / "bench", tmp_path / "bench")
    shutil.copytree(honest / "site", tmp_path / "site")
    return tmp_path


def tree(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def built(place: Path, *options: object) -> Finished:
    """Build over the existing site: a refusal leaves it as it was, and nothing beside it."""
    before, beside = files_of(place / "site"), tree(place)
    done = run("build", place / "bench", "--out", place / "site", *options)
    if done.status:
        assert files_of(place / "site") == before
        assert tree(place) == beside
    return done


def assert_refused(done: Finished, *says: str) -> None:
    assert (done.status, done.out) == (2, ""), done
    assert done.err.startswith("proofboard: "), done
    assert "Traceback" not in done.err
    for part in says:
        assert part in done.err, done.err


def replace(file: str, old: str, new: str) -> Spoil:
    """Replace a text that must be there."""

    def spoil(bench: Path) -> None:
        text = (bench / file).read_text(encoding="utf-8")
        assert old in text, text
        (bench / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return spoil


def write(file: str, raw: bytes | str) -> Spoil:
    encoded = raw if isinstance(raw, bytes) else raw.encode()
    return lambda bench: (bench / file).write_bytes(encoded)


def append(file: str, raw: bytes | str) -> Spoil:
    encoded = raw if isinstance(raw, bytes) else raw.encode()
    return lambda bench: (bench / file).write_bytes((bench / file).read_bytes() + encoded)


def frozen_again(raw: bytes) -> Spoil:
    """Write the responses of the winner, and name them in the manifest."""

    def spoil(bench: Path) -> None:
        (bench / RESPONSES).write_bytes(raw)
        manifest = json.loads((bench / MANIFEST).read_bytes())
        manifest["files"]["responses.jsonl"] = {
            "bytes": len(raw),
            "digest": canonical.digest(raw),
            "lines": raw.count(b"\n"),
        }
        (bench / MANIFEST).write_bytes(canonical.dump(manifest))

    return spoil


def on_responses(change: Callable[[list[Any]], object]) -> Spoil:
    def spoil(bench: Path) -> None:
        rows = [json.loads(line) for line in (bench / RESPONSES).read_bytes().splitlines()]
        change(rows)
        frozen_again(canonical.dump_lines(rows))(bench)

    return spoil


def on_manifest(change: Callable[[Any], object]) -> Spoil:
    def spoil(bench: Path) -> None:
        manifest = json.loads((bench / MANIFEST).read_bytes())
        change(manifest)
        (bench / MANIFEST).write_bytes(canonical.dump(manifest))

    return spoil


def on_items(change: Callable[[list[Any]], object]) -> Spoil:
    def spoil(bench: Path) -> None:
        rows = [json.loads(line) for line in (bench / ITEMS).read_bytes().splitlines()]
        change(rows)
        (bench / ITEMS).write_bytes(canonical.dump_lines(rows))

    return spoil


def swap_for_folder(file: str) -> Spoil:
    def spoil(bench: Path) -> None:
        (bench / file).unlink()
        (bench / file).mkdir()

    return spoil


def swap_for_file(folder: str) -> Spoil:
    def spoil(bench: Path) -> None:
        shutil.rmtree(bench / folder)
        (bench / folder).write_bytes(b"")

    return spoil


def swap_for_link(file: str) -> Spoil:
    def spoil(bench: Path) -> None:
        (bench / file).rename(bench.parent / "site-elsewhere")
        (bench / file).symlink_to(bench.parent / "site-elsewhere")

    return spoil


def remove(file: str) -> Spoil:
    return lambda bench: (bench / file).unlink()


@dataclass(frozen=True)
class Bad:
    """One bad benchmark directory: how it is spoilt, and what the message must say."""

    name: str
    spoil: Spoil
    says: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


def bad(name: str, spoil: Spoil, *says: str) -> Bad:
    return Bad(name, spoil, says)


BOMB = "a: &a [x]\nb: &b [*a, *a]\n" + "\n".join(f"c{n}: &c{n} [*b, *b]" for n in range(40))

RULE_FILES = [
    bad("no rules", remove(RULES), f"{RULES}: is not there"),
    bad("empty rules", write(RULES, ""), RULES, "0 YAML documents"),
    bad("two documents", append(RULES, "---\nid: x\n"), RULES, "2 YAML documents"),
    bad("a list", write(RULES, "- a\n"), RULES, "Expected `object`"),
    bad("folder for rules", swap_for_folder(RULES), f"{RULES}: is not a file"),
    bad("link for rules", swap_for_link(RULES), f"{RULES}: is a symbolic link"),
    bad("rules not UTF-8", append(RULES, b"title: caf\xe9\n"), RULES, "not UTF-8 (byte "),
    bad("rules with NUL", append(RULES, b"a: \x00\n"), RULES, "not YAML"),
    bad("broken YAML", append(RULES, "a: [1, 2\n"), f"{RULES}:", "not YAML"),
    bad("tab", append(RULES, "a:\n\t- 1\n"), f"{RULES}:", "not YAML"),
    bad("tag", append(RULES, "note: !!python/object/apply:os.system [ls]\n"), f"{RULES}:", "tag", "python/object"),
    bad("own tag", append(RULES, "note: !secret x\n"), f"{RULES}:", "'!secret'"),
    bad("anchor", append(RULES, "note: &x 1\n"), f"{RULES}:", "anchors and aliases"),
    bad("bomb of aliases", write(RULES, BOMB), f"{RULES}:1: anchors and aliases"),
    bad("deep YAML", append(RULES, "note: " + "[" * 10_000 + "]" * 10_000), f"{RULES}:", "deeper than 60 levels"),
    bad("deep blocks", write(RULES, "".join(f"{' ' * n}a:\n" for n in range(2_000))), f"{RULES}:", "deeper than 60"),
    bad("key twice", append(RULES, "id: again\n"), f"{RULES}:", "the key 'id' stands twice"),
    bad("key that is a list", append(RULES, "? [a, b]\n: 1\n"), f"{RULES}:", "a key must be plain text"),
    bad("huge integer", append(RULES, "weight: 9007199254740993\n"), f"{RULES}:", "9007199254740993", "2^53"),
    bad("infinite", append(RULES, "weight: .inf\n"), f"{RULES}:", ".inf"),
    bad("not a number", append(RULES, "weight: .NaN\n"), f"{RULES}:", ".NaN"),
    bad("too large a number", append(RULES, "weight: 1e999\n"), f"{RULES}:", "1e999"),
    bad("rules of 5 MiB", append(RULES, "#" * (5 << 20)), RULES, "at most 4,194,304 are accepted"),
]

RULE_FAULTS = [
    bad(
        "missing fields",
        write(RULES, "title: x\n"),
        *(f"{RULES}: {name}: is required" for name in ("id", "metrics", "headline")),
    ),
    bad(
        "wrong types",
        replace(RULES, "headline: correct", "headline: [correct]\nslice_pairs: 3\nprices: {}"),
        "headline: Expected `str`, got `array`",
        "slice_pairs: Expected `array`",
        "prices: Expected `array`",
    ),
    bad("unknown field", append(RULES, "metrcs: {}\n"), "metrcs: is not a known field; known are", "metrics"),
    bad(
        "number for a text",
        replace(RULES, "protocol_version: '1'", "protocol_version: 1.0"),
        "protocol_version: Expected `str`, got `float`",
    ),
    bad("upper case in an id", replace(RULES, "id: small", "id: Small"), "id: ", "[a-z0-9]"),
    bad("line feed in an id", replace(RULES, "id: small", 'id: "small\\n"'), "id: "),
    bad(
        "unknown metric",
        replace(RULES, "headline: correct", "headline: better"),
        "'better' is neither a metric nor an aggregate",
    ),
    bad(
        "metric of two sources",
        replace(RULES, "  correct:\n", "  correct:\n    reported: true\n"),
        "metrics.correct: needs exactly one of",
        "found grader, reported",
    ),
    bad(
        "metrics in a cycle",
        replace(RULES, "metrics:\n", "metrics:\n  a: {all_of: [b]}\n  b: {any_of: [c]}\n  c: {weighted: {a: 1}}\n"),
        "is made from itself",
    ),
    bad(
        "aggregates in a cycle",
        append(RULES, "aggregates:\n  a: {weighted: {children: {b: 1}}}\n  b: {borda: {children: [a]}}\n"),
        "is made from itself",
    ),
    bad(
        "aggregate of nothing",
        append(RULES, "aggregates:\n  a: {weighted: {children: {}}}\n"),
        "aggregates.a: has no child",
    ),
    bad(
        "unknown part",
        replace(RULES, "metrics:\n", "metrics:\n  a: {all_of: [ghost]}\n"),
        "metrics.a: 'ghost' is not a metric",
    ),
    bad(
        "unknown grader",
        replace(RULES, "kind: exact", "kind: exactly"),
        f"{RULES}",
        "metrics.correct",
        "'exactly' is neither built in nor installed",
    ),
    bad(
        "unknown option",
        replace(RULES, "kind: exact", "kind: includes\n      options: {ignore: true}"),
        "metrics.correct",
        "options.ignore: is not a known field",
    ),
    bad(
        "unknown facet in a slice",
        append(RULES, "aggregates:\n  a: {mean: {metric: correct, slice: {colour: [red]}}}\n"),
        "'colour' is not a facet",
    ),
    bad("step of nothing", append(RULES, 'policies: {release_step: "0.0"}\n'), "release_step"),
    bad("number of 5,000 digits", append(RULES, f'chance_level: "{"9" * 5_000}"\n'), "chance_level"),
    bad(
        "several faults",
        replace(RULES, "headline: correct", "headline: better\nslice_pairs: [[tier, colour]]"),
        "'better' is neither",
        "'colour' is not a facet",
    ),
    bad(
        "items outside",
        append(RULES, "item_sets: {public: ../secret.jsonl}\n"),
        f"{RULES}: names '../secret.jsonl'",
        "leaves its folder with ..",
    ),
    bad(
        "items at an absolute path",
        append(RULES, "item_sets: {public: /etc/passwd}\n"),
        f"{RULES}: names '/etc/passwd'",
        "absolute path",
    ),
    bad("items with NUL", append(RULES, 'item_sets: {public: "a\\0b"}\n'), RULES, "NUL"),
    bad(
        "no repair items",
        append(RULES, "item_sets: {repair: items/repair.jsonl}\n"),
        "items/repair.jsonl: is not there",
    ),
    bad(
        "repair items are public", append(RULES, f"item_sets: {{repair: {ITEMS}}}\n"), "holds public items too: q0, q1"
    ),
    bad(
        "commitments of another kind",
        append(RULES, f"item_sets: {{commitments: {ITEMS}}}\n"),
        f"{ITEMS}:2: is not JSON",
    ),
]

ITEM_FILES = [
    bad("no items", remove(ITEMS), f"{ITEMS}: is not there"),
    bad("empty items", write(ITEMS, ""), f"{ITEMS}: holds no item"),
    bad("folder for items", swap_for_folder(ITEMS), f"{ITEMS}: is not a file"),
    bad("link for items", swap_for_link(ITEMS), f"{ITEMS}: is a symbolic link"),
    bad("link above items", swap_for_link("items"), RULES, "leads through a symbolic link"),
    bad(
        "cut short",
        lambda bench: (bench / ITEMS).write_bytes((bench / ITEMS).read_bytes()[:-20]),
        f"{ITEMS}:8: is not JSON",
    ),
    bad(
        "item twice", on_items(lambda rows: rows.append(rows[2])), f"{ITEMS}:9: the item 'q2' stands on line 3 already"
    ),
    bad("ids that differ by case", on_items(lambda rows: rows[2].update(id="Q1")), f"{ITEMS}:3: id: "),
    bad(
        "undeclared value",
        on_items(lambda rows: rows[0]["facets"].update(tier="trivial")),
        f"{ITEMS}:1: the item 'q0' has tier 'trivial', expected one of easy, hard",
    ),
    bad(
        "missing facet",
        on_items(lambda rows: rows[0]["facets"].pop("tier")),
        f"{ITEMS}:1: the item 'q0' has no value of the facet 'tier'",
    ),
    bad(
        "undeclared facet",
        on_items(lambda rows: rows[0]["facets"].update(colour="red")),
        f"{ITEMS}:1:",
        "'colour', which benchmark.yaml does not declare",
    ),
    bad(
        "weight of nothing", on_items(lambda rows: rows[1].update(weight=0)), f"{ITEMS}:2: weight: Expected `int` >= 1"
    ),
    bad(
        "two texts of a prompt",
        on_items(lambda rows: rows[1].update(prompt_id="q0")),
        f"{ITEMS}:2: the prompt 'q0' has another text",
    ),
    bad("NaN", append(ITEMS, '{"id": "x", "reference": NaN}\n'), f"{ITEMS}:9: holds NaN"),
    bad("Infinity", append(ITEMS, '{"id": "x", "reference": -Infinity}\n'), f"{ITEMS}:9: holds -Infinity"),
    bad(
        "large integer",
        append(ITEMS, '{"id": "x", "reference": 9007199254740993}\n'),
        f"{ITEMS}:9: holds the integer 9007199254740993",
    ),
    bad("key twice in an item", append(ITEMS, '{"id": "x", "id": "y"}\n'), f"{ITEMS}:9: has the key 'id' twice"),
    bad(
        "key twice in a reference",
        append(ITEMS, '{"id":"x","reference":{"a":1,"a":2}}\n'),
        f"{ITEMS}:9: has the key 'a' twice",
    ),
    bad("not UTF-8", append(ITEMS, b'{"id": "caf\xe9"}\n'), f"{ITEMS}:9: is not UTF-8 (byte 11)"),
    bad(
        "half a character",
        append(ITEMS, '{"id":"x","prompt":"\\ud83d"}\n'),
        f"{ITEMS}:9: holds half of a surrogate pair",
    ),
    bad(
        "byte order mark",
        lambda bench: (bench / ITEMS).write_bytes(b"\xef\xbb\xbf" + (bench / ITEMS).read_bytes()),
        f"{ITEMS}:1: begins with a byte order mark",
    ),
    bad("an array", write(ITEMS, "[]\n"), f"{ITEMS}:1: the document: Expected `object`, got `array`"),
    bad(
        "deep JSON",
        append(ITEMS, '{"id":"x","reference":' + "[" * 10_000 + "]" * 10_000 + "}\n"),
        f"{ITEMS}:9: is nested deeper than",
    ),
    bad("unclosed quotes", append(ITEMS, "[" * 70 + '"' + '\\"' * 400_000 + "\n"), f"{ITEMS}:9: is nested deeper than"),
    bad(
        "item of 2 MiB",
        append(ITEMS, '{"id":"x","prompt":"' + "x" * (2 << 20) + '"}\n'),
        f"{ITEMS}:9: the line has 2,097,",
        "at most 1,048,576 are accepted",
    ),
    bad("empty line", append(ITEMS, '\n{"id":"x"}\n'), f"{ITEMS}:9: the line is empty"),
]

ENTRIES = [
    bad("file for entries", swap_for_file("entries"), "entries: is not a folder"),
    bad(
        "file among vendors",
        write("entries/new.yaml", ""),
        "entries/new.yaml: is not a folder; entries lie in entries/<vendor>/<config_name>/",
    ),
    bad("file among configurations", write("entries/acme/new.yaml", ""), "entries/acme/new.yaml: is not a folder"),
    bad("file among bundles", write(f"{BEST}/notes.txt", ""), f"{BEST}/notes.txt: does not belong here"),
    bad(
        "link among vendors", lambda bench: (bench / "entries/evil").symlink_to("/etc"), "entries/evil: is not a folder"
    ),
    bad(
        "link among bundles",
        lambda bench: (bench / BEST / "repair").symlink_to("public"),
        f"{BEST}/repair: does not belong here",
    ),
    bad("no configuration", remove(f"{BEST}/configuration.yaml"), f"{BEST}/configuration.yaml: is not there"),
    bad("empty configuration", write(f"{BEST}/configuration.yaml", ""), "configuration.yaml: holds 0 YAML documents"),
    bad(
        "configuration of another",
        replace(f"{BEST}/configuration.yaml", "config_name: best", "config_name: base"),
        "configures acme/base, expected acme/best by its folder",
    ),
    bad(
        "names that differ by case",
        lambda bench: shutil.copytree(bench / "entries/acme", bench / "entries/Acme"),
        "entries/Acme/best/configuration.yaml: configures acme/best, expected Acme/best",
    ),
    bad(
        "bundle with a free name",
        lambda bench: (bench / BEST / "public").rename(bench / BEST / "My run"),
        f"{BEST}/My run: is no name of a bundle",
    ),
    bad("unknown setting", append(f"{BEST}/configuration.yaml", "api_key: x\n"), "api_key: is not a known field"),
    bad(
        "two public bundles",
        lambda bench: shutil.copytree(bench / BEST / "public", bench / BEST / "again"),
        "entries/acme/best: has 2 public bundles, expected 1",
    ),
    bad(
        "faults of two entries",
        lambda bench: [
            append(f"entries/{name}/configuration.yaml", "x: 1\n")(bench) for name in ("acme/best", "bolt/base")
        ],
        "entries/acme/best/configuration.yaml: x:",
        "entries/bolt/base/configuration.yaml: x:",
    ),
    bad(
        "faults of items and entries",
        lambda bench: [append(ITEMS, "{}\n")(bench), append(f"{BEST}/configuration.yaml", "x: 1\n")(bench)],
        f"{ITEMS}:9: id: is required",
        "configuration.yaml: x:",
    ),
    bad("seeds that are no list", write("seeds.json", '{"seeds": {}}'), "seeds.json: seeds: Expected `array`"),
    bad(
        "seed twice",
        write("seeds.json", '{"seeds": [{"provider": "A", "model": "b"}, {"provider": "a", "model": "B"}]}'),
        "seeds.json: lists a:B twice, as a/b",
    ),
    bad(
        "seed outside",
        write("seeds.json", '{"seeds": [{"provider": "a", "model": "b", "public_bundle": "../x"}]}'),
        "seeds.json: names '../x'",
    ),
    bad("folder for seeds", lambda bench: (bench / "seeds.json").mkdir(), "seeds.json: is not a file"),
]

BUNDLES = [
    bad("empty manifest", write(MANIFEST, ""), f"{MANIFEST}:1: is not JSON"),
    bad("folder for the manifest's lines", swap_for_folder(RESPONSES), f"{RESPONSES}: is not a file"),
    bad("no lines", remove(RESPONSES), f"{RESPONSES}: is not there"),
    bad("link for lines", swap_for_link(RESPONSES), f"{RESPONSES}: is a symbolic link"),
    bad(
        "other lines", append(RESPONSES, b" "), f"{RESPONSES}: has the digest sha256:", "manifest.json expects sha256:"
    ),
    bad(
        "other count of lines",
        on_manifest(lambda own: own["files"]["responses.jsonl"].update(lines=9)),
        f"{RESPONSES}: has",
        "8 lines, expected",
        "9 lines",
    ),
    bad(
        "unnamed lines",
        write(f"{BEST}/public/verdicts.jsonl", ""),
        f"{BEST}/public/verdicts.jsonl: is not named by manifest.json",
    ),
    bad(
        "unknown file in the manifest",
        on_manifest(lambda own: own["files"].update({"x.py": own["files"]["responses.jsonl"]})),
        f"{BEST}/public/x.py: is not a file of a bundle",
    ),
    bad(
        "other prompts",
        on_manifest(lambda own: own.update(prompts_digest="sha256:" + "0" * 64)),
        f"{BEST}/public: was recorded against other prompts",
    ),
    bad(
        "another benchmark",
        on_manifest(lambda own: own.update(benchmark="large")),
        "recorded for the benchmark large, expected small",
    ),
    bad(
        "another configuration",
        append(f"{BEST}/configuration.yaml", "packs: [extra]\n"),
        "recorded for the configuration sha256:",
        "record it again",
    ),
    bad(
        "held-out bundle",
        on_manifest(lambda own: own.update(item_set="held_out")),
        f"{BEST}/public: is of the item set 'held_out'",
    ),
    bad(
        "unknown prompt",
        on_responses(lambda rows: rows[3].update(prompt_id="q99")),
        f"{RESPONSES}:4: 'q99' is not an item of this set",
    ),
    bad(
        "answered twice",
        on_responses(lambda rows: rows.append(rows[3])),
        f"{RESPONSES}:9: 'q3' (trial 0, stage answer) stands twice",
    ),
    bad(
        "trial beyond",
        on_responses(lambda rows: rows[3].update(trial=1)),
        f"{RESPONSES}:4: 'q3' has trial 1, the manifest declares 1 (from 0)",
    ),
    bad(
        "unknown state",
        on_responses(lambda rows: rows[3].update(state="lost")),
        f"{RESPONSES}:4: state: Invalid enum value 'lost'",
    ),
    bad(
        "60,000 bad lines",
        frozen_again(b'{"prompt_id": 1}\n' * 60_000),
        f"{RESPONSES}:1: prompt_id: Expected `str`",
        f"{RESPONSES}:50:",
        "and 59950 more faults of 60000",
    ),
    bad(
        "60,000 unknown prompts",
        frozen_again(b"".join(b'{"prompt_id":"x%d"}\n' % n for n in range(60_000))),
        f"{RESPONSES}:1: 'x0'",
        "and 59950 more faults of 60000",
    ),
    bad(
        "line of 2 MiB",
        frozen_again(b'{"output":"%s","prompt_id":"q0"}\n' % (b"x" * (2 << 20))),
        f"{RESPONSES}:1: the line has 2,097,",
    ),
    bad(
        "line of 9 MiB",
        frozen_again(b'{"output":"%s","prompt_id":"q0"}\n' % (b"x" * (9 << 20))),
        RESPONSES,
        "at most 1,048,576 are accepted",
    ),
]

ALL = [*RULE_FILES, *RULE_FAULTS, *ITEM_FILES, *ENTRIES, *BUNDLES]


@pytest.mark.parametrize("bad", ALL, ids=str)
def test_a_bad_benchmark_is_refused_with_its_faults_and_leaves_the_site(bad: Bad, place: Path) -> None:
    bad.spoil(place / "bench")
    assert_refused(built(place), *bad.says)
