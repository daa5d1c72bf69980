"""`proofboard chart` writes pictures without a browser and without a network."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from builders import benchmark, built, entry, three_entries
from proofboard.app.reading import chart_files
from proofboard.app.reading.chart_files import WRITERS, Picture
from proofboard.cli.chart import command
from proofboard.cli.main import group
from proofboard.errors import InputError, MissingExtraError, ProofboardError, UnknownEntryError
from proofboard.publish.charts.filling import CHARTS

SCRIPTS = "漢字 かな العربية हिन्दी éß <b>&\"' " + "long " * 40


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("chart"), rules=benchmark(title=SCRIPTS.strip()))


def run(site: Path, *words: str) -> Any:
    return CliRunner().invoke(command, [str(site), *words])


def drawn(site: Path, out: Path, *words: str) -> bytes:
    result = run(site, *words, "--out", str(out))
    assert result.exit_code == 0, result.output + repr(result.exception)
    return out.read_bytes()


def refused(site: Path, *words: str) -> ProofboardError:
    error = run(site, *words).exception
    assert isinstance(error, ProofboardError), error
    return error


@pytest.fixture
def heard() -> Iterator[tuple[str, list[str]]]:
    """Serve a loopback address, and list what was asked of it."""
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.mark.parametrize("kind", ["distribution", "intervals", "coverage"])
def test_a_title_in_every_script_and_length_is_drawn(site: Path, tmp_path: Path, kind: str) -> None:
    assert drawn(site, tmp_path / "chart.svg", kind).startswith(b"<svg")


def test_an_svg_holds_titles_as_text_and_no_script(tmp_path: Path) -> None:
    site = built(tmp_path, rules=benchmark(title="<script>alert(1)</script>"))
    picture = drawn(site, tmp_path / "chart.svg", "distribution")
    assert b"<script" not in picture
    assert b"&lt;script&gt;" in picture


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("SVG", b"<svg")])
def test_the_name_of_the_file_says_its_format(site: Path, tmp_path: Path, ending: str, start: bytes) -> None:
    assert drawn(site, tmp_path / f"chart.{ending}", "distribution").startswith(start)


def test_pictures_are_the_same_bytes_in_every_process(site: Path, tmp_path: Path) -> None:
    made = []
    for number in range(2):
        for ending in ("svg", "png"):
            words = [str(site), "intervals", "--out", str(tmp_path / f"{number}.{ending}")]
            subprocess.run([sys.executable, "-m", "proofboard.cli.main", "chart", *words], check=True)
        made.append([(tmp_path / f"{number}.{ending}").read_bytes() for ending in ("svg", "png")])
    assert made[0] == made[1]


def test_an_address_in_a_title_or_name_is_not_fetched(heard: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = heard
    site = built(tmp_path, rules=benchmark(title=f'{address}/title"><image href="{address}/image"/>'))
    drawn(site, tmp_path / "chart.png", "distribution")
    assert asked == []


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_the_converter_fetches_nothing_even_where_a_specification_asks(
    heard: tuple[str, list[str]], ending: str
) -> None:
    address, asked = heard
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"url": f"{address}/rows.json"},
        "mark": "image",
        "encoding": {"url": {"value": f"{address}/image.png"}, "x": {"field": "a", "type": "quantitative"}},
    }
    with pytest.raises(InputError, match="cannot be drawn"):
        WRITERS[ending](specification, Picture())
    assert asked == []


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_the_converter_fetches_no_image(heard: tuple[str, list[str]], ending: str) -> None:
    address, asked = heard
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": [{"at": f"{address}/image.png"}]},
        "mark": {"type": "image", "width": 10, "height": 10},
        "encoding": {"url": {"field": "at", "type": "nominal"}},
    }
    with pytest.raises(InputError, match="holds an image"):
        WRITERS[ending](specification, Picture())
    assert asked == []


def test_without_the_extra_it_says_what_to_install(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    error = refused(site, "distribution", "--out", str(tmp_path / "chart.svg"))
    assert isinstance(error, MissingExtraError)
    assert "pip install 'proofboard[charts]'" in str(error)
    assert not (tmp_path / "chart.svg").exists()


def test_a_specification_needs_no_converter(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart_files, "_converter", None)
    made = json.loads(drawn(site, tmp_path / "chart.json", "distribution"))
    assert [row["entry"] for row in made["datasets"]["entries"]] == ["acme/best", "acme/base", "bolt/base"]
    assert "url" not in json.dumps(made)


def test_a_chart_may_be_japanese_and_dark(site: Path, tmp_path: Path) -> None:
    made = json.loads(drawn(site, tmp_path / "chart.json", "distribution", "--lang", "ja", "--theme", "dark"))
    assert made["title"]["subtitle"] == "スコアの分布"
    assert made["config"]["background"] == "#12161c"


def test_two_entries_may_be_named_by_their_models_in_a_radar(tmp_path: Path) -> None:
    site = built(tmp_path, three_entries())
    words = ["radar", "--entry", "acme/best", "--entry", "open/bolt-1.5", "--facet", "category"]
    assert "3 to 60 values" in str(refused(site, *words, "--out", str(tmp_path / "chart.json")))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pareto"], "no entry has both a score and a recorded cost"),
        (["gap"], "no held-out score has been released"),
        (["radar"], "two to four entries"),
        (["slices"], "choose one"),
        (["slices", "--entry", "bolt/base"], "no other entry that is its default"),
        (["coverage", "--facet", "nowhere"], "its facets are category, language, tier"),
        (["coverage", "--facet", "nowhere"], "--facet nowhere: "),
        (["trend", "--track", "fast"], "is not known"),
        (["intervals", "--top", "0"], "out of range"),
        (["movers", "--days", "-1"], "out of range"),
        (["intervals", "--width", "9999999"], "out of range"),
        (["radar", "--entry", "acme/best", "--entry", "acme/best"], "named twice"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(
    site: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    assert said in str(refused(site, *words, "--out", str(tmp_path / "chart.svg")))
    assert list(tmp_path.iterdir()) == []


def test_an_entry_that_nobody_has_is_refused_with_near_names(site: Path, tmp_path: Path) -> None:
    error = refused(site, "slices", "--entry", "acme/bess", "--out", str(tmp_path / "chart.svg"))
    assert isinstance(error, UnknownEntryError)
    assert "acme/best" in str(error)


def test_a_file_of_another_format_is_refused_with_the_known_ones(site: Path, tmp_path: Path) -> None:
    assert ".svg, .png, .pdf, .json" in str(refused(site, "distribution", "--out", str(tmp_path / "chart.gif")))


def test_a_picture_of_no_size_or_a_huge_one_is_refused(site: Path, tmp_path: Path) -> None:
    for scale in ("0", "nan", "1000"):
        words = ["distribution", "--scale", scale, "--out", str(tmp_path / "chart.png")]
        assert "out of range" in str(refused(site, *words))


def test_fonts_that_are_none_are_refused(site: Path, tmp_path: Path) -> None:
    words = ["distribution", "--fonts", str(tmp_path / "absent"), "--out", str(tmp_path / "chart.svg")]
    assert "is not a folder" in str(refused(site, *words))


def test_a_board_with_one_entry_is_drawn(tmp_path: Path) -> None:
    site = built(tmp_path, [entry("acme/only", 4)])
    for kind in ("distribution", "intervals", "trend", "movers", "coverage"):
        assert drawn(site, tmp_path / f"{kind}.svg", kind).startswith(b"<svg")


def test_every_kind_is_named_by_the_help() -> None:
    told = CliRunner().invoke(group, ["chart", "--help"]).output
    assert [kind for kind in CHARTS if kind not in told] == []
