"""The page draws the charts of the command line: one specification, and the same rows of the same documents."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chart_cases import changed, handmade, opened_documents
from proofboard.app.build import build
from proofboard.publish.charts.drawing import ChartDocuments, ChartOptions
from proofboard.publish.charts.filling import CHARTS, Look, filled
from proofboard.publish.charts.words import EN, JA

ROOT = Path(__file__).parents[1]
WRITTEN = ROOT / "web" / "src" / "charts" / "specifications.json"
VITEST = ROOT / "web" / "node_modules" / ".bin" / "vitest"
NICHES = [ChartOptions(facet="niche"), ChartOptions(facet="niche×tier")]
CHOICES: dict[str, list[ChartOptions]] = {
    "trend": [ChartOptions(per_vendor=True)],
    "pareto": [ChartOptions(against="tokens"), ChartOptions(against="seconds", score="public")],
    "intervals": [ChartOptions(top=3)],
    "coverage": NICHES,
    "movers": [ChartOptions(days=1), ChartOptions(top=2)],
}


def choices(kind: str, pair: list[str]) -> list[ChartOptions]:
    if kind == "radar":
        return [ChartOptions(entries=pair, facet=facet) for facet in (None, "niche", "niche×tier", "nowhere")]
    if kind == "slices":
        return [ChartOptions(entries=pair[:1]), ChartOptions(entries=pair[:1], facet="tier×niche"), ChartOptions()]
    return [ChartOptions(), *CHOICES.get(kind, [])]


def case(name: str, kind: str, options: ChartOptions, documents: ChartDocuments) -> dict[str, Any]:
    drawn = CHARTS[kind].draw(documents, options)
    look = Look("ja", "dark", 700, "A title")
    asked = msgspec.to_builtins(options)
    asked["perVendor"] = asked.pop("per_vendor")
    return {
        "name": name,
        "kind": kind,
        "options": asked,
        "documents": documents,
        "needed": CHARTS[kind].needed(documents.board, options),
        "drawn": {
            "datasets": drawn.datasets,
            "parameters": drawn.parameters,
            "leftOut": drawn.left_out,
            "nothing": drawn.nothing,
        },
        "filled": None if drawn.nothing else filled(kind, drawn, look),
    }


def cases(place: Path) -> Iterator[dict[str, Any]]:
    build(ROOT / "examples" / "langid", place / "langid")
    made = handmade(place)
    boards = {
        "handmade": made,
        "lower is better": changed(made, ranking="held_out asc"),
        "no entries": changed(made, entries=[]),
        "one entry": changed(made, entries=list(made.board.entries[:1])),
        "tracks": changed(made, tracks=["fast", "slow"]),
    }
    for kind in CHARTS:
        for options in choices(kind, ["pycld2/iberian-hints", "lingua/default"]):
            yield case("langid", kind, options, opened_documents(place / "langid", kind, options))
        for name, documents in boards.items():
            for options in choices(kind, ["acme/best", "bolt/base"]):
                yield case(name, kind, options, documents)


def test_the_specifications_of_the_page_are_those_of_python() -> None:
    made = subprocess.run([sys.executable, ROOT / "tools" / "charts_spec.py"], capture_output=True, check=True)
    assert WRITTEN.read_bytes() == made.stdout, "run `python tools/charts_spec.py --write`"


def test_every_word_of_a_chart_is_there_in_both_languages_with_the_same_places() -> None:
    assert EN.keys() == JA.keys()
    for key, text in EN.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", JA[key])), key


def test_every_word_that_a_specification_names_exists() -> None:
    named = re.findall(r'"@([a-z_. ]+)(\{[a-z_]+\})?"', WRITTEN.read_text(encoding="utf-8"))
    assert [key for key, place in named if not any(word.startswith(key) if place else word == key for word in EN)] == []


def test_every_column_of_a_table_has_a_title() -> None:
    assert [name for chart in CHARTS.values() for name in chart.columns if f"column.{name}" not in EN] == []


@pytest.mark.skipif(not VITEST.exists() or not shutil.which("node"), reason="needs Node and the packages of web/")
def test_the_page_makes_the_same_rows_and_specifications_as_python(tmp_path: Path) -> None:
    made = list(cases(tmp_path))
    (tmp_path / "cases.json").write_bytes(msgspec.json.encode(made))
    found = subprocess.run(
        [VITEST, "run", "tests/charts/parity.test.ts", "--reporter=json"],
        cwd=ROOT / "web",
        env={**os.environ, "CHART_CASES": str(tmp_path / "cases.json")},
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(found.stdout[found.stdout.index("{") :])
    failed = [own for file in told["testResults"] for own in file["assertionResults"] if own["status"] != "passed"]
    assert [(own["title"], own["failureMessages"][:1]) for own in failed] == []
    assert told["numPassedTests"] == len(made)
