"""The example `examples/langid`: its items, facets, entries and frozen bundles are what its README says."""

import re
import subprocess
import sys
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path

import proofboard_langid
import pytest
from proofboard_langid.adapter import LanguageIdentifier

from proofboard import canonical
from proofboard.record.answering import Asking
from proofboard.record.vendors import installed_adapter, prompted, vendors
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item, prompts_digest
from proofboard.schemas.lines import decode_lines
from proofboard.schemas.reading import as_kind, read_yaml

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "langid"
HELD_OUT = EXAMPLE / "held-out"
CONFIGURATIONS = sorted(EXAMPLE.glob("entries/*/*/configuration.yaml"))
LARGEST_EXAMPLE_BYTES = 12 << 20


def entry_name(path: Path) -> str:
    return f"{path.parts[-3]}/{path.parts[-2]}"


@cache
def benchmark() -> Benchmark:
    return read_yaml(EXAMPLE / "benchmark.yaml", Benchmark)


@cache
def items(item_set: str) -> list[Item]:
    path = EXAMPLE / "items" / "public.jsonl" if item_set == "public" else HELD_OUT / "items" / "held_out.jsonl"
    return decode_lines(path.read_bytes(), Item, str(path))


def every_item() -> list[Item]:
    return [*items("public"), *items("held_out")]


def letters(item: Item) -> str:
    """Return the text without what does not make it another text: case, spaces, punctuation."""
    return re.sub(r"[\W_]", "", str(item.prompt).casefold())


def locked_version(package: str) -> str:
    lock = (EXAMPLE / "requirements.lock").read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(package)}==(\S+)", lock, re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("item_set", "expected"), [("public", 30), ("held_out", 20)])
def test_every_language_has_its_number_of_items(item_set: str, expected: int) -> None:
    counted = Counter(item.facets["language"] for item in items(item_set))
    assert counted == dict.fromkeys(benchmark().facets["language"].values, expected)


@pytest.mark.parametrize(
    ("item_set", "expected"),
    [("public", {"short": 9, "medium": 11, "long": 10}), ("held_out", {"short": 6, "medium": 7, "long": 7})],
)
def test_both_halves_spread_over_the_lengths_alike(item_set: str, expected: dict[str, int]) -> None:
    counted = Counter((item.facets["language"], item.facets["tier"]) for item in items(item_set))
    languages = benchmark().facets["language"].values
    assert counted == {(language, tier): count for language in languages for tier, count in expected.items()}


@pytest.mark.parametrize("niche", ["nordic", "south-slavic", "iberian"])
def test_a_niche_that_configurations_are_made_for_is_large_enough(niche: str) -> None:
    public, held_out = (sum(item.facets["niche"] == niche for item in items(name)) for name in ("public", "held_out"))
    assert public >= 100
    assert held_out >= benchmark().policies.minimum_cell


def test_every_item_has_one_declared_value_for_each_facet() -> None:
    declared = {name: set(facet.values) for name, facet in benchmark().facets.items()}
    odd = [i.id for i in every_item() if not (i.facets.keys() == declared.keys() and _declares(declared, i))]
    assert odd == []


def _declares(declared: dict[str, set[str]], item: Item) -> bool:
    return all(value in declared[facet] for facet, value in item.facets.items())


def test_every_declared_value_is_used() -> None:
    used = {name: {item.facets[name] for item in every_item()} for name in benchmark().facets}
    assert used == {name: set(facet.values) for name, facet in benchmark().facets.items()}


def test_a_language_has_one_family_one_script_and_one_niche() -> None:
    groups = defaultdict(set)
    for item in every_item():
        groups[item.facets["language"]].add(tuple(item.facets[name] for name in ("family", "script", "niche")))
    assert [language for language, found in groups.items() if len(found) != 1] == []


def test_the_reference_is_the_language_and_bokmal_may_be_called_norwegian() -> None:
    expected = {"nb": ["nb", "no"]}
    odd = [i.id for i in every_item() if i.reference != expected.get(i.facets["language"], i.facets["language"])]
    assert odd == []


def test_no_text_occurs_twice_within_or_across_the_halves() -> None:
    counted = Counter(letters(item) for item in every_item())
    assert [text for text, count in counted.items() if count > 1] == []


def test_ids_number_the_texts_of_a_language_from_01_to_50() -> None:
    languages = benchmark().facets["language"].values
    expected = sorted(f"{language}-{number:02d}" for language in languages for number in range(1, 51))
    assert sorted(item.id for item in every_item()) == expected
    assert all(item.id.startswith(f"{item.facets['language']}-") for item in every_item())


def test_the_number_of_an_item_does_not_tell_its_half() -> None:
    numbers = [int(item.id[-2:]) for item in items("public")]
    by_language = defaultdict(set)
    for item in items("public"):
        by_language[item.facets["language"]].add(item.id[-2:])
    # Chance leaves the mean within 0.9 of the middle (three standard deviations) and no two languages alike.
    assert abs(Fraction(sum(numbers), len(numbers)) - Fraction(51, 2)) < Fraction(9, 10)
    assert len({frozenset(found) for found in by_language.values()}) == len(by_language)


def test_the_number_of_an_item_does_not_tell_its_length() -> None:
    for tier in benchmark().facets["tier"].values:
        numbers = [int(item.id[-2:]) for item in every_item() if item.facets["tier"] == tier]
        assert abs(Fraction(sum(numbers), len(numbers)) - Fraction(51, 2)) < 2


@pytest.mark.parametrize("path", [EXAMPLE / "items" / "public.jsonl", HELD_OUT / "items" / "held_out.jsonl"])
def test_items_are_canonical_lines_in_the_order_of_their_ids(path: Path) -> None:
    rows = decode_lines(path.read_bytes(), Item, str(path))
    ordered = sorted(rows, key=lambda item: item.id)
    assert canonical.dump_lines(ordered) == path.read_bytes()


def test_the_held_out_half_says_that_it_is_a_demonstration() -> None:
    assert "demonstration: true" in (HELD_OUT / "held_out.yaml").read_text(encoding="utf-8")
    assert "must never be in a repository" in (HELD_OUT / "README.md").read_text(encoding="utf-8")


def test_every_vendor_but_the_baselines_has_its_default() -> None:
    recorded = {entry_name(path) for path in CONFIGURATIONS}
    without = [name for name, vendor in benchmark().vendors.items() if f"{name}/{vendor.default}" not in recorded]
    assert without == ["baseline"]


def test_every_vendor_with_an_entry_is_introduced() -> None:
    assert {path.parts[-3] for path in CONFIGURATIONS} == set(benchmark().vendors)


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=entry_name)
def test_a_configuration_holds_settings_that_its_library_takes_in_the_locked_version(path: Path) -> None:
    configuration = read_yaml(path, Configuration)
    adapter: LanguageIdentifier = getattr(proofboard_langid, configuration.vendor)
    as_kind(configuration.settings, adapter.settings, str(path))
    assert configuration.name == entry_name(path)
    assert configuration.vendor_version == (locked_version(adapter.package) if adapter.package else None)


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=entry_name)
def test_a_configuration_aims_at_declared_slices_only(path: Path) -> None:
    target = read_yaml(path, Configuration).target_subgroup
    declared = {name: set(facet.values) for name, facet in benchmark().facets.items()}
    assert target is None or all(set(values) <= declared[facet] for facet, values in target.selector.items())


def test_no_two_entries_are_one_recipe() -> None:
    counted = Counter(read_yaml(path, Configuration).digest() for path in CONFIGURATIONS)
    assert max(counted.values()) == 1


def test_every_vendor_of_the_board_has_an_installed_adapter() -> None:
    assert set(benchmark().vendors) <= set(vendors())


@pytest.mark.parametrize("item_set", ["public", "held_out"])
@pytest.mark.parametrize("path", CONFIGURATIONS, ids=entry_name)
def test_a_bundle_answers_every_item_of_its_set_under_its_configuration(path: Path, item_set: str) -> None:
    place = (path.parents[3] if item_set == "public" else HELD_OUT) / "entries" / entry_name(path)
    bundle = read_bundle(place / item_set)  # it also holds every file against the digests of the manifest
    manifest = bundle.manifest
    assert (manifest.benchmark, manifest.protocol_version) == (benchmark().id, benchmark().protocol_version)
    assert (manifest.item_set, f"{manifest.vendor}/{manifest.config_name}") == (item_set, entry_name(path))
    assert manifest.configuration == read_yaml(path, Configuration).digest()
    assert manifest.prompts_digest == prompts_digest(items(item_set))
    assert [row.prompt_id for row in bundle.responses] == sorted(item.id for item in items(item_set))
    assert all(isinstance(row.output, str) and row.usage and row.usage.microseconds for row in bundle.responses)


@pytest.mark.parametrize("item_set", ["public", "held_out"])
@pytest.mark.parametrize("config_name", ["chance", "majority"])
def test_a_baseline_is_answered_again_as_it_was_recorded(config_name: str, item_set: str) -> None:
    entry = Path("entries") / "baseline" / config_name
    configuration = read_yaml(EXAMPLE / entry / "configuration.yaml", Configuration)
    asking = Asking(installed_adapter("baseline", "test"), configuration, prompted(items(item_set), "test"))
    answers = {row.prompt_id: row.output for row in asking.answers(lambda _done, _total: None)}
    recorded = read_bundle((EXAMPLE if item_set == "public" else HELD_OUT) / entry / item_set).responses
    assert answers == {row.prompt_id: row.output for row in recorded}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--check", "--only", "baseline/chance"], 0, "baseline/chance held_out: 660 of 660 answers are the same"),
        (["--check", "--only", "nobody/chance"], 2, "nobody/chance is not an entry"),
        (["--only", "baseline/chance"], 2, "name the day with --recorded, or ask for --check"),
    ],
)
def test_the_recorder_checks_what_it_is_told_to(arguments: list[str], status: int, said: str) -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLE / "record.py", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == status
    assert said in done.stdout + done.stderr


def test_the_lock_names_digests_and_no_address() -> None:
    lock = (EXAMPLE / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"://|index-url|find-links", lock) == []
    pinned = re.findall(r"^\S+==\S+", lock, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^\S+==\S+ \\\n    --hash=sha256:", lock, re.MULTILINE))


def test_the_example_stays_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file()) < LARGEST_EXAMPLE_BYTES
