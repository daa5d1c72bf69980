"""A configuration that is wrong in several ways is told all of them at once, whatever kind of fault each is."""

import json
from pathlib import Path

import pytest

from proofboard.app.configuration_reading import read_configuration
from proofboard.errors import InputError
from proofboard.schemas.benchmark import Benchmark, Facet, Metric
from proofboard.schemas.configuration import Configuration

HEAD = "vendor: acme\nconfig_name: short\n"

BENCHMARK = Benchmark(
    id="b",
    title="B",
    protocol_version="1",
    metrics={"correct": Metric(reported=True)},
    headline="correct",
    facets={"geography": Facet(values=["NC", "MN"])},
)


def reasons(tmp_path: Path, text: str, benchmark: Benchmark | None = None, name: str = "c.yaml") -> list[str]:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as caught:
        read_configuration(tmp_path / name, benchmark)
    return [fault.reason for fault in caught.value.faults]


def places(found: list[str]) -> list[str]:
    return sorted(reason.split(":")[0] for reason in found)


def test_faults_of_shape_and_of_rules_are_told_together(tmp_path: Path) -> None:
    text = HEAD + (
        "vendor_version: 1.4\n"
        "target_subgroup: {description: d, selector: {geography: [NC, TX], planet: [earth]}}\n"
        "packs: [a, b, a]\n"
        "ensemble_weights: [0.7, 0.3]\n"
        "extra_prompts: {system: see https://example.org/x}\n"
        "decoding: {top_p: 2}\n"
        "licence: My Licence\n"
    )

    found = reasons(tmp_path, text, BENCHMARK)

    assert places(found) == [
        "decoding.top_p",
        "ensemble_weights",
        "extra_prompts.system",
        "licence",
        "packs",
        "target_subgroup.selector",
        "target_subgroup.selector.geography",
        "vendor_version",
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("decoding: {top_p: 2, model: 10.0.0.1}\n", ["decoding.model", "decoding.top_p"]),
        ("extra_prompts: {one: 1, two: see https://example.org}\n", ["extra_prompts.one", "extra_prompts.two"]),
        ("reproducibility: {seed: -1}\nunknown: 1\nlicence: none\n", ["licence", "reproducibility.seed", "unknown"]),
    ],
    ids=["document", "mapping", "unknown"],
)
def test_beside_a_field_that_cannot_be_read_the_others_are_checked(
    tmp_path: Path, fields: str, expected: list[str]
) -> None:
    assert places(reasons(tmp_path, HEAD + fields)) == expected


def test_a_name_that_cannot_be_read_hides_nothing(tmp_path: Path) -> None:
    assert places(reasons(tmp_path, "vendor: A B\nlicence: none\n")) == ["config_name", "licence", "vendor"]


def test_weights_are_not_counted_against_packs_that_cannot_be_read(tmp_path: Path) -> None:
    assert places(reasons(tmp_path, HEAD + "packs: [1]\nensemble_weights: [0.7, 0.3]\n")) == ["packs[0]"]


@pytest.mark.parametrize("text", ["- a\n", "text\n", "null\n", ""], ids=["list", "text", "null", "empty"])
def test_what_is_no_mapping_has_one_fault(tmp_path: Path, text: str) -> None:
    assert len(reasons(tmp_path, text)) == 1


def test_json_is_read_by_its_ending(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(json.dumps({"vendor": "acme", "config_name": "short"}))

    assert read_configuration(tmp_path / "c.json") == Configuration(vendor="acme", config_name="short")


def test_the_rules_of_what_can_be_read_whole_are_left_to_the_caller(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(HEAD + "licence: none\n")

    assert read_configuration(tmp_path / "c.yaml", BENCHMARK).licence == "none"
