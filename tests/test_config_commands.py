"""`proofboard config`: start, show, compare and adopt configurations, from files and from publications."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from builders import benchmark_folder, entry, with_model
from command_line import Finished, run
from proofboard import canonical
from proofboard.app.build import build
from proofboard.app.configurations.text import compared, comparison_text
from proofboard.app.configurations.yaml_text import as_yaml
from proofboard.app.schemas import json_schema
from proofboard.cli.config import command
from proofboard.core.rules.configuration import configuration_faults, configuration_notes
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.configuration import DECIDING_FIELDS, Configuration
from proofboard.schemas.reading import as_kind, parse_yaml, read_yaml

ROOT = Path(__file__).parents[1]

WHOLE = """\
vendor: synthpanel
vendor_version: "1.4.0"
config_name: "healthcare-northcentral"
title: Healthcare, North Central
kind: community
contributor: "@username"
description: A panel for one region.
target_subgroup:
  description: "Healthcare workers in NC/MN/WI/IA"
  selector:
    geography: ["NC", "MN", "WI", "IA"]
    occupation: ["healthcare"]
packs: ["healthcare-patient", "general-consumer"]
ensemble_weights: [0.7, 0.3]
extra_prompts:
  system: |
    You are responding as a healthcare professional...
decoding:
  temperature: 0.6
  top_p: 0.9
  model: "anthropic/claude-haiku-4-5"
  max_tokens: 400
  frequency_penalty: 0.1
  presence_penalty: -0.1
settings:
  retries: 2
tools_used: [calculator]
model:
  name: claude-haiku-4-5
  version: "20251001"
  organization: Anthropic
  parameters: unknown
  type: instruction-tuned
  training_data_cutoff: "2025-02"
hardware:
  gpu: none
  cpu: 16 cores
  memory: 64 GB
  provider: the vendor
reproducibility:
  seed: 33
  deterministic: false
  docker_image: registry.example.org/synthpanel:1.4.0
  commit_hash: 0a1b2c3d
  score_tolerance: "0.02"
licence: CC-BY-4.0
parent: synthpanel/default
"""

PANEL = """\
id: panel
title: A panel
protocol_version: "1"
metrics: {right: {grader: {kind: exact}}}
headline: right
facets:
  geography: {values: [NC, MN, WI, IA, SD]}
  occupation: {values: [healthcare, teaching]}
"""


def read(path: Path) -> Configuration:
    return read_yaml(path, Configuration)


def from_text(text: str) -> Configuration:
    return as_kind(parse_yaml(text.encode(), "c.yaml"), Configuration, "c.yaml")


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def fine(*arguments: object) -> str:
    done = run("config", *arguments)
    assert (done.status, done.err) == (0, "")
    return done.out


def as_json(*arguments: object) -> str:
    """Take canonical bytes from the command itself, as another program would from a pipe."""
    return CliRunner().invoke(command, [*map(str, arguments), "--json"]).stdout


def refused(*arguments: object) -> str:
    done = run("config", *arguments)
    assert (done.status, done.out) == (2, "")
    return done.err


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a publication of three entries; one of them was another recipe before, and then had another title."""
    place = tmp_path_factory.mktemp("config")
    now = entry("acme/best", 7, settings={"steps": 3}, title="The best")
    folder = benchmark_folder(place / "board", [now, entry("acme/base", 5), with_model("bolt/base", "open/bolt-1.5")])
    before = [entry("acme/best", 6, settings={"steps": 2}), entry("acme/best", 7, settings={"steps": 3}, title="Old")]
    for number, old in enumerate(before, start=1):
        earlier = benchmark_folder(place / f"earlier-{number}", [old]) / "entries" / "acme" / "best"
        shutil.copytree(earlier, folder / "entries" / "acme" / "best" / "revisions" / str(number))
    build(folder, place / "site")
    return place / "site"


def best(**changes: Any) -> Configuration:
    plain = Configuration(vendor="acme", config_name="best", settings={"steps": 3}, title="The best")
    return msgspec.structs.replace(plain, **changes)


# The whole record


def test_the_whole_record_validates_and_is_accepted() -> None:
    own = from_text(WHOLE)
    rules = as_kind(parse_yaml(PANEL.encode(), "b.yaml"), Benchmark, "b.yaml")
    assert configuration_faults(own, rules) == []
    assert configuration_notes(own) == []
    assert set(msgspec.to_builtins(own)) | {"kind"} == {field.name for field in msgspec.structs.fields(Configuration)}


def test_the_json_schema_knows_every_field_of_the_record_and_no_other() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    checked = jsonschema.Draft202012Validator(json.loads(json_schema("configuration")))
    plain = parse_yaml(WHOLE.encode(), "c.yaml")
    assert list(checked.iter_errors(plain)) == []
    for part in ("decoding", "model", "hardware", "reproducibility", "target_subgroup"):
        assert list(checked.iter_errors({**plain, part: {**plain[part], "colour": "red"}}))
    for field in plain:
        assert list(checked.iter_errors({**plain, field: [[]]}))


def test_the_record_is_shown_as_a_configuration_with_its_digests(tmp_path: Path) -> None:
    own = from_text(WHOLE)
    shown = fine("show", written(tmp_path / "c.yaml", WHOLE))
    assert from_text(shown) == own
    assert shown.splitlines()[-4:] == [
        "# synthpanel/healthcare-northcentral",
        f"# recipe   {own.digest()}",
        f"# document {canonical.digest_of(own)}",
        "# note: its target was not held against the facets and values of a benchmark; give --benchmark",
    ]
    assert "    You are responding as a healthcare professional...\n" in shown


# YAML

LINES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
TEXTS = LINES | st.lists(LINES | st.sampled_from(["", " ", "a ", " a", "#", "- a", "---", "..."]), max_size=6).map(
    "\n".join
)
LIKE_OTHERS = st.sampled_from(
    [
        "no",
        "Yes",
        "on",
        "~",
        "null",
        "True",
        "1.10",
        "1e3",
        "0x1F",
        "0o17",
        "1_000",
        "12:30",
        "2026-11-21",
        ".inf",
        "=",
        "<<",
    ]
)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | LIKE_OTHERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS | LIKE_OTHERS, inner, max_size=4),
    max_leaves=15,
)


@given(
    settings=st.dictionaries(TEXTS | LIKE_OTHERS, VALUES, max_size=4),
    prompts=st.dictionaries(TEXTS | LIKE_OTHERS, TEXTS, max_size=3),
    packs=st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30) | LIKE_OTHERS, max_size=3),
    weights=st.lists(st.floats(0, 1e300), max_size=3),
    said=st.none() | TEXTS | LIKE_OTHERS,
)
def test_what_is_written_is_read_back_to_the_same_bytes(
    settings: dict[str, Any], prompts: dict[str, str], packs: list[str], weights: list[float], said: str | None
) -> None:
    own = Configuration(
        vendor="acme",
        config_name="no",
        settings=settings,
        extra_prompts=prompts,
        packs=packs,
        ensemble_weights=weights,
        description=said,
        vendor_version=said,
    )
    again = from_text(as_yaml(own))
    assert canonical.dump(again) == canonical.dump(own)


@pytest.mark.parametrize(
    "prompt",
    [
        "One.\nTwo.\n",
        "One.\n\n  indented\n# no comment\n- no list",
        "Ärger: „ja“\n日本語\n",
        "a\n\n\n",
        "x: y\n---\n...\n",
    ],
)
def test_a_prompt_of_several_lines_looks_as_it_was_written(prompt: str) -> None:
    text = as_yaml(best(extra_prompts={"system": prompt}))
    assert all(f"    {line}\n" in text for line in prompt.splitlines() if line)


def test_nothing_that_acts_on_a_terminal_is_shown(tmp_path: Path) -> None:
    evil = "a\x1b[2Jb\u202ec\u0085d"
    shown = fine("show", written(tmp_path / "c.yaml", as_yaml(best(title=evil, settings={evil: evil}))))
    assert all(line.isprintable() for line in shown.split("\n"))
    assert from_text(shown).title == evil


# new


def test_a_new_configuration_is_valid_at_once_and_is_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "new" / "mine.yaml"
    fine("new", "acme/mine", "--out", out)
    assert read(out) == Configuration(vendor="acme", config_name="mine")
    before = out.read_bytes()
    assert "is there already" in refused("new", "acme/other", "--out", out)
    assert out.read_bytes() == before


def test_every_field_stands_in_a_new_configuration_to_be_uncommented(tmp_path: Path) -> None:
    fine("new", "acme/mine", "--out", tmp_path / "mine.yaml")
    text = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    own = from_text(re.sub(r"^#(?=\S|  )", "", text, flags=re.MULTILINE))
    assert configuration_faults(own, None) == []
    assert missing_fields(own) == []


def missing_fields(struct: msgspec.Struct, place: str = "") -> list[str]:
    found: list[str] = []
    for field in msgspec.structs.fields(type(struct)):
        value = getattr(struct, field.name)
        if isinstance(value, msgspec.Struct):
            found += missing_fields(value, f"{place}{field.name}.")
        elif value in (None, [], {}):
            found.append(place + field.name)
    return found


@pytest.mark.parametrize("name", ["null/no", "0x1f/1e3", "1.0/on", "12/0"])
def test_a_name_that_looks_like_another_value_stays_a_name(name: str, tmp_path: Path) -> None:
    fine("new", name, "--out", tmp_path / "mine.yaml")
    assert read(tmp_path / "mine.yaml").name == name


@pytest.mark.parametrize("name", ["mine", "a/b/c", "Acme/mine", "a/", "/b", "../x", "a/b\n"])
def test_what_is_no_name_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    assert "is no name of a configuration" in refused("new", name, "--out", tmp_path / "mine.yaml")
    assert not (tmp_path / "mine.yaml").exists()


# show


@pytest.mark.parametrize("asked", ["acme/best", best().digest(), canonical.digest_of(best())])
def test_an_entry_is_found_by_name_by_recipe_and_by_document(site: Path, asked: str) -> None:
    assert as_json("show", site, asked) == canonical.dump(best()).decode()


def test_an_entry_is_found_by_its_model(site: Path) -> None:
    for asked in ("open/bolt-1.5", "bolt:open/bolt-1.5"):
        assert json.loads(as_json("show", site, asked))["vendor"] == "bolt"


@pytest.mark.parametrize("digits", [12, 20, 64])
def test_the_first_digits_of_a_digest_are_enough(site: Path, digits: int) -> None:
    plain = canonical.hex_of(best().digest())[:digits]
    assert as_json("show", site, plain) == as_json("show", site, f"sha256:{plain}")


def test_an_earlier_revision_is_found_by_its_recipe_and_says_so(site: Path) -> None:
    old = Configuration(vendor="acme", config_name="best", settings={"steps": 2})
    shown = fine("show", site, old.digest())
    assert from_text(shown) == old
    assert f"# note: an earlier revision; its entry has {canonical.digest_of(best())} now\n" in shown


def test_an_earlier_document_of_the_same_recipe_is_found_by_its_own_digest(site: Path) -> None:
    old = best(title="Old")
    assert from_text(fine("show", site, canonical.digest_of(old))) == old
    assert from_text(fine("show", site, old.digest())) == best()


def test_an_archive_of_a_publication_is_read_too(site: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "site"), "zip", site)
    assert fine("show", archive, "acme/best") == fine("show", site, "acme/best")


def test_an_entrys_folder_is_a_configuration_and_json_is_read_too(site: Path, tmp_path: Path) -> None:
    folder = site.parent / "board" / "entries" / "acme" / "best"
    document = written(tmp_path / "c.json", as_json("show", folder))
    assert read(folder / "configuration.yaml") == best()
    assert fine("show", document) == fine("show", folder)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("acme/worst", "near are acme/best"),
        ("sha256:0123456789ab", "is the digest of no recipe"),
        ("sha256:01234", "at least 12 of its 64"),
        ("sha256:" + "0" * 65, "at least 12 of its 64"),
        ("sha256:XYZ", "at least 12 of its 64"),
    ],
)
def test_an_entry_that_is_not_there_is_refused(site: Path, asked: str, said: str) -> None:
    assert said in refused("show", site, asked)


def test_a_recipe_of_two_entries_is_told_by_both(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "board", [entry("acme/one", 7), entry("acme/two", 6)])
    build(folder, tmp_path / "site")
    said = refused("show", tmp_path / "site", Configuration(vendor="acme", config_name="one").digest())
    assert "means 2 documents: acme/one (sha256:" in said


def test_a_publication_without_an_entry_and_a_file_that_is_none_are_refused(site: Path, tmp_path: Path) -> None:
    assert "name one of its entries" in refused("show", site)
    assert "is not there" in refused("show", tmp_path / "none.yaml")
    assert "config_name: is required" in refused("show", written(tmp_path / "c.yaml", "vendor: a\n"))


def test_a_selector_is_checked_against_the_benchmark_that_is_named(tmp_path: Path) -> None:
    own = written(tmp_path / "c.yaml", WHOLE.replace('"IA"]', '"XX"]'))
    written(tmp_path / "board" / "benchmark.yaml", PANEL)
    fine("show", own)
    said = refused("show", own, "--benchmark", tmp_path / "board")
    assert said == (
        f"proofboard: {own}: target_subgroup.selector.geography: 'XX' is not a value of it; it has NC, MN, WI, IA, SD\n"
    )


def test_a_selector_is_checked_against_a_publication(site: Path, tmp_path: Path) -> None:
    own = written(tmp_path / "c.yaml", WHOLE)
    assert "it has category, language, tier" in refused("show", own, "--benchmark", site)


def test_everything_that_refuses_a_configuration_is_said_at_once(tmp_path: Path) -> None:
    own = written(
        tmp_path / "c.yaml", "vendor: a\nconfig_name: b\nlicence: Ours\nsettings: {url: x, a: https://example.org}\n"
    )
    said = refused("show", own)
    assert [line.partition("c.yaml: ")[2].partition(": ")[0] for line in said.splitlines()] == [
        "licence",
        "settings.a",
        "settings.url",
    ]


def test_notes_stand_below_the_digests(tmp_path: Path) -> None:
    own = written(tmp_path / "c.yaml", "vendor: a\nconfig_name: b\ncontributor: jane@acme.co\n")
    assert fine("show", own).splitlines()[-1].startswith("# note: contributor: looks like an e-mail address")


# diff


def differing(*arguments: object) -> str:
    done = run("config", "diff", *arguments)
    assert (done.status, done.err) == (1, "")
    return done.out


def test_two_recipes_are_compared_field_by_field(site: Path) -> None:
    said = differing("acme/best", "bolt/base", "--site", site)
    assert said.splitlines()[0] == "acme/best and bolt/base: two recipes"
    decides, _, beside = said.partition("\n\nWhat decides no answer\n")
    assert {
        '  vendor: "acme" → "bolt"',
        "  settings.steps: 3 → none",
        '  decoding.model: none → "open/bolt-1.5"',
    } <= set(decides.splitlines())
    assert '  title: "The best" → none' in beside.splitlines()


def test_one_recipe_under_two_descriptions_is_said_to_be_one(site: Path, tmp_path: Path) -> None:
    own = written(tmp_path / "c.yaml", as_yaml(best(title="Another")))
    said = differing(own, "acme/best", "--site", site)
    assert said == (
        "acme/best and acme/best: one recipe under two descriptions\n"
        f"  recipe {best().digest()}\n"
        '\nWhat decides no answer\n  title: "Another" → "The best"\n'
    )


def test_an_entry_without_its_site_is_told_from_a_file_that_is_absent(tmp_path: Path) -> None:
    own = written(tmp_path / "c.yaml", as_yaml(best()))
    assert "name the publication in --site" in refused("diff", "acme/best", own)


def test_equal_configurations_differ_in_nothing(site: Path, tmp_path: Path) -> None:
    own = written(tmp_path / "c.yaml", as_yaml(best()))
    assert fine("diff", own, own).startswith("acme/best: the same configuration\n")
    assert json.loads(as_json("diff", own, "acme/best", "--site", site))["differences"] == []


def test_a_longer_prompt_is_compared_line_by_line(tmp_path: Path) -> None:
    before = written(tmp_path / "a.yaml", as_yaml(best(extra_prompts={"system": "One.\nTwo.\nThree.\n"})))
    after = written(tmp_path / "b.yaml", as_yaml(best(extra_prompts={"system": "One.\n2.\nThree.\n"})))
    lines = differing(before, after).splitlines()
    assert "    -Two." in lines
    assert "    +2." in lines
    assert "    -One." not in lines


def test_numbers_that_are_written_apart_are_two_recipes(tmp_path: Path) -> None:
    before = written(tmp_path / "a.yaml", as_yaml(best(settings={"steps": 1})))
    after = written(tmp_path / "b.yaml", as_yaml(best(settings={"steps": 1.0})))
    found = json.loads(as_json("diff", before, after))
    assert not found["one_recipe"]
    assert [difference["field"] for difference in found["differences"]] == ["settings.steps"]


@given(VALUES, VALUES)
def test_a_comparison_shows_a_difference_exactly_where_digests_differ(one: Any, other: Any) -> None:
    before, after = best(settings={"a": {"b": one}}), best(settings={"a": {"b": other}})
    found = compared(before, after)
    assert found.one_recipe == (before.digest() == after.digest()) == (not found.differences)
    assert all(line.isprintable() for line in comparison_text(found).split("\n"))


# adopt


def adopted(site: Path, out: Path, *arguments: object) -> Configuration:
    fine("adopt", site, *arguments, "--contributor", "@me", "--out", out)
    return read(out)


def test_a_child_has_its_parents_recipe_and_names_it(site: Path, tmp_path: Path) -> None:
    child = adopted(site, tmp_path / "c.yaml", "acme/best", "--as", "mine")
    assert child == Configuration(
        vendor="acme",
        config_name="mine",
        contributor="@me",
        settings={"steps": 3},
        parent=f"acme/best@{best().digest()}",
    )
    assert child.digest() == best().digest()
    assert configuration_faults(child, None) == []


def test_a_child_keeps_target_and_licence_and_leaves_what_its_parent_says_of_itself(tmp_path: Path) -> None:
    own, parent = written(tmp_path / "c.yaml", WHOLE), from_text(WHOLE)
    child = adopted(own, tmp_path / "child.yaml", "--as", "mine")
    assert {field: getattr(child, field) for field in DECIDING_FIELDS} == {
        field: getattr(parent, field) for field in DECIDING_FIELDS
    }
    assert (child.target_subgroup, child.licence) == (parent.target_subgroup, parent.licence)
    assert (child.title, child.description, child.hardware, child.reproducibility) == (None, None, None, None)
    assert child.kind == "community"


def test_a_changed_child_is_another_recipe_and_still_names_its_parent(site: Path, tmp_path: Path) -> None:
    adopted(site, tmp_path / "c.yaml", "acme/best", "--as", "acme/mine")
    text = (tmp_path / "c.yaml").read_text(encoding="utf-8").replace("steps: 3", "steps: 4")
    changed = written(tmp_path / "c.yaml", text)
    assert read(changed).digest() != best().digest()
    assert "settings.steps: 3 → 4" in differing("acme/best", changed, "--site", site)


def test_an_earlier_revision_can_be_adopted(site: Path, tmp_path: Path) -> None:
    old = Configuration(vendor="acme", config_name="best", settings={"steps": 2})
    child = adopted(site, tmp_path / "c.yaml", canonical.digest_of(old), "--as", "mine")
    assert (child.settings, child.parent) == ({"steps": 2}, f"acme/best@{old.digest()}")


def test_a_child_never_overwrites_and_is_never_its_own_parent(site: Path, tmp_path: Path) -> None:
    out = written(tmp_path / "c.yaml", "mine\n")
    assert "is there already" in refused("adopt", site, "acme/best", "--as", "x", "--contributor", "@me", "--out", out)
    assert out.read_text(encoding="utf-8") == "mine\n"
    other = tmp_path / "d.yaml"
    said = refused("adopt", site, "acme/best", "--as", "best", "--contributor", "@me", "--out", other)
    assert "best: is the name of the parent, acme/best; choose another one" in said
    assert not other.exists()


def test_what_would_be_refused_is_not_adopted(tmp_path: Path) -> None:
    own = written(tmp_path / "c.yaml", WHOLE.replace("CC-BY-4.0", "Ours"))
    out = tmp_path / "child.yaml"
    assert "licence: 'Ours'" in refused("adopt", own, "--as", "mine", "--contributor", "@me", "--out", out)
    assert not out.exists()


def test_the_group_names_its_commands() -> None:
    done: Finished = run("config", "--help")
    assert done.status == 0
    assert all(f"\n  {name} " in done.out for name in ("new", "show", "diff", "adopt"))
