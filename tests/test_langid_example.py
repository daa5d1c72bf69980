"""The example `examples/langid`: its items, facets, entries and frozen bundles are what its README says."""

import importlib.util
import re
import sys
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from proofboard import canonical
from proofboard.errors import InputError
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


@cache
def recorder() -> ModuleType:
    """Load `record.py`, which imports no language identification library until one is asked."""
    specification = importlib.util.spec_from_file_location("langid_record", EXAMPLE / "record.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    # Its structs resolve their annotations through the table of modules.
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


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
    library = recorder().LIBRARIES[configuration.vendor]
    as_kind(configuration.settings, library.settings, str(path))
    assert configuration.name == entry_name(path)
    assert configuration.vendor_version == (locked_version(library.package) if library.package else None)


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=entry_name)
def test_a_configuration_aims_at_declared_slices_only(path: Path) -> None:
    target = read_yaml(path, Configuration).target_subgroup
    declared = {name: set(facet.values) for name, facet in benchmark().facets.items()}
    assert target is None or all(set(values) <= declared[facet] for facet, values in target.selector.items())


def test_no_two_entries_are_one_recipe() -> None:
    counted = Counter(read_yaml(path, Configuration).digest() for path in CONFIGURATIONS)
    assert max(counted.values()) == 1


@pytest.mark.parametrize("vendor", sorted(benchmark().vendors))
def test_a_setting_that_the_recorder_does_not_know_is_a_fault(vendor: str) -> None:
    with pytest.raises(InputError, match=r"temprature: is not a known field"):
        as_kind({"temprature": 1}, recorder().LIBRARIES[vendor].settings, "configuration.yaml")


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


def test_guessing_is_answered_again_as_it_was_recorded() -> None:
    path = EXAMPLE / "entries" / "baseline" / "chance" / "configuration.yaml"
    settings = as_kind(read_yaml(path, Configuration).settings, recorder().BaselineSettings, str(path))
    guess = recorder().set_up_baseline(settings)
    recorded = {row.prompt_id: row.output for row in read_bundle(path.parent / "public").responses}
    assert recorded == {item.id: guess(item.prompt) for item in items("public")}


def test_the_lock_names_digests_and_no_address() -> None:
    lock = (EXAMPLE / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"://|index-url|find-links", lock) == []
    pinned = re.findall(r"^\S+==\S+", lock, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^\S+==\S+ \\\n    --hash=sha256:", lock, re.MULTILINE))


def test_the_example_stays_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file()) < LARGEST_EXAMPLE_BYTES
