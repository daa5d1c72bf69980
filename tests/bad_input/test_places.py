"""Outputs and held-out stores in wrong places: one clear message, exit status 2, and nothing touched."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bad_input.spoiling import BEST, ITEMS, RULES, assert_refused, built, replace, write
from builders import benchmark, benchmark_folder, entry, files_of, held_out_store, items
from command_line import run
from proofboard import canonical
from proofboard.app.build import build
from proofboard.disclosure.commitments import commitments
from proofboard.publish import write as writing
from proofboard.schemas.benchmark import Facet

KEY = bytes(range(32))


def file_there(site: Path) -> None:
    site.write_text("mine")


def link_there(site: Path) -> None:
    (site.parent / "elsewhere").mkdir()
    site.symlink_to(site.parent / "elsewhere")


def own_files_there(site: Path) -> None:
    site.mkdir()
    (site / "thesis.tex").write_text("mine")


def other_publication_there(site: Path) -> None:
    site.mkdir()
    (site / "publication.json").write_text('{"title": "My other project"}')
    (site / "thesis.tex").write_text("mine")


def repository_there(site: Path) -> None:
    shutil.copytree(site.parent / "site", site)
    (site / ".git").mkdir()
    (site / ".git" / "HEAD").write_text("mine")


def parent_is_a_file(site: Path) -> None:
    site.parent.write_text("mine")


OUTPUTS: dict[str, tuple[str, Callable[[Path], None], tuple[str, ...]]] = {
    "a file": ("out", file_there, ("out: is there and is not a folder; choose another place",)),
    "a link": ("out", link_there, ("out: is there and is not a folder",)),
    "own files": ("out", own_files_there, ("out: holds files but no publication.json", "choose an empty folder")),
    "another publication.json": (
        "out",
        other_publication_there,
        ("is not that of a publication", "required and absent"),
    ),
    "a repository": ("out", repository_there, ("out: holds .git besides a publication; move that away",)),
    "below a file": ("new/out", parent_is_a_file, ("new/out: cannot be written", "choose another place")),
    "the benchmark": ("bench", lambda _: None, ("bench: holds files but no publication.json",)),
    "above the benchmark": (".", lambda _: None, ("holds files but no publication.json",)),
    "among the entries": ("bench/entries/site", lambda _: None, ("lies among the files of the benchmark",)),
    "among the items": ("bench/items/site", lambda _: None, ("lies among the files of the benchmark",)),
    "in a place of the system": ("/proc/out", lambda _: None, ("/proc/out: cannot be written",)),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_that_may_not_be_replaced_is_refused(name: str, place: Path) -> None:
    out, prepare, says = OUTPUTS[name]
    prepare(place / out)
    before = files_of(place)
    assert_refused(run("build", place / "bench", "--out", place / out), *says)
    assert files_of(place) == before


def test_an_output_in_a_folder_of_its_own_in_the_benchmark_is_accepted_and_built_again(place: Path) -> None:
    for _ in range(2):
        assert run("build", place / "bench", "--out", place / "bench/site").status == 0
    assert files_of(place / "bench/site") == files_of(place / "site")


def test_a_folder_that_is_entered_can_be_built_in(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "empty").mkdir()
    monkeypatch.chdir(place / "empty")
    done = run("build", place / "bench", "--out", ".")
    assert done.status == 0, done
    assert files_of(place / "empty") == files_of(place / "site")


@pytest.mark.parametrize("fails", ["_write_all", "_put_in_place"])
def test_a_disk_that_fails_leaves_the_old_site_and_nothing_else(
    fails: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device", str(place / "site/items.json"))

    monkeypatch.setattr(writing, fails, full)
    assert_refused(built(place), "No space left on device", "choose another place")


def test_a_site_that_cannot_be_moved_leaves_nothing_beside_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.rename

    def busy(self: Path, target: Path) -> Path:
        if self == place / "site":
            raise OSError(16, "Device or resource busy", str(self))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", busy)
    assert_refused(built(place), "mount point", "choose a folder inside it")


@pytest.mark.parametrize("bench", ["ghost", "site/index.html", "loop", "."])
def test_a_benchmark_that_is_not_there_is_refused(bench: str, place: Path) -> None:
    (place / "loop").symlink_to("loop")
    done = run("build", place / bench, "--out", place / "new" / "site")
    assert_refused(done, "give a benchmark directory (proofboard init DIR makes one)")
    assert not (place / "new").exists()


def test_a_missing_option_is_named(place: Path) -> None:
    done = run("build", place / "bench")
    assert (done.status, done.out) == (2, "")
    assert "--out" in done.err


def test_strict_names_every_entry_without_bundle(place: Path) -> None:
    for name in ("acme/best", "bolt/base"):
        shutil.rmtree(place / "bench/entries" / name / "public")
    done = built(place, "--strict")
    assert_refused(
        done, *(f"entries/{name}: is listed but no recorded bundle is there" for name in ("acme/best", "bolt/base"))
    )
    assert built(place).err.splitlines() == [
        "skipped acme/best: no recorded bundle is there",
        "skipped bolt/base: no recorded bundle is there",
    ]


# Held-out stores.


def store_of(place: Path, name: str = "store") -> Path:
    return held_out_store(place / name, {"acme/best": 40})


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def test_a_store_inside_the_site_is_refused(place: Path) -> None:
    store = store_of(place, "site/store")
    assert_refused(run("build", place / "bench", "--out", place / "site", "--held-out", store), "contain each other")


def test_a_site_inside_the_store_is_refused(place: Path) -> None:
    store = store_of(place)
    done = run("build", place / "bench", "--out", store / "site", "--held-out", store)
    assert_refused(done, "contain each other; keep them apart")


def test_a_store_inside_the_site_behind_a_link_is_refused(place: Path) -> None:
    store_of(place, "new/store")
    (place / "innocent").symlink_to("new/store")
    done = run("build", place / "bench", "--out", place / "new", "--held-out", place / "innocent")
    assert_refused(done, "new")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_store_that_git_tracks_is_refused(place: Path) -> None:
    store = store_of(place)
    git(place, "init", "-q")
    git(place, "add", "store/items")
    assert_refused(built(place, "--held-out", store), "items/held_out.jsonl is tracked by git", "held-out fetch")


def on_store(change: Callable[[list[Any]], object]) -> Callable[[Path], None]:
    def spoil(store: Path) -> None:
        rows = [msgspec.json.decode(line) for line in (store / "items/held_out.jsonl").read_bytes().splitlines()]
        change(rows)
        (store / "items/held_out.jsonl").write_bytes(canonical.dump_lines(rows))

    return spoil


def with_a_public_bundle(store: Path) -> None:
    shutil.copytree(store.parent / "bench" / BEST / "public", store / "entries/acme/best/a")


STORES: dict[str, tuple[Callable[[Path], object], str]] = {
    "absent": (shutil.rmtree, "store: is not a folder; give the held-out store"),
    "without items": (lambda store: (store / "items/held_out.jsonl").unlink(), "held_out.jsonl: is not there"),
    "with a public item": (on_store(lambda rows: rows[0].update(id="q0")), "holds 1 public items too: q0"),
    "with a public prompt": (on_store(lambda rows: rows[0].update(prompt="WHICH number is  q0?")), "h0 (public: q0)"),
    "with an undeclared facet": (
        on_store(lambda rows: rows[0]["facets"].update(tier="x")),
        ":1: the item 'h0' has tier",
    ),
    "of another kind": (write("held_out.yaml", "demonstration: maybe\n"), "demonstration: expected true or false"),
    "with other lines": (write("entries/acme/best/held-out/responses.jsonl", "{}\n"), ":1: prompt_id: is required"),
    "with a public bundle": (with_a_public_bundle, "is of the item set 'public', expected 'held_out'"),
}


@pytest.mark.parametrize("name", STORES)
def test_a_bad_held_out_store_is_refused(name: str, place: Path) -> None:
    spoil, says = STORES[name]
    store = store_of(place)
    spoil(store)
    assert_refused(built(place, "--held-out", store), says)


def test_a_store_of_other_items_than_those_committed_to_is_refused(place: Path) -> None:
    store = store_of(place)
    write("commitments.json", canonical.dump(commitments(items(60, prefix="h")[:59], KEY)))(place / "bench")
    replace(RULES, "headline:", "item_sets: {commitments: commitments.json}\nheadline:")(place / "bench")
    assert_refused(built(place, "--held-out", store), "split.key: is not there")
    (store / "split.key").write_text("not hexadecimal")
    assert_refused(built(place, "--held-out", store), "split.key: is not a key; expected hexadecimal digits")
    (store / "split.key").write_text("00")
    assert_refused(built(place, "--held-out", store), "split.key: has 1 bytes, at least 16 are needed")
    (store / "split.key").write_text(KEY.hex())
    assert_refused(
        built(place, "--held-out", store), "h59 is not among the commitments", "60 items, 59 were committed to"
    )


def test_nothing_is_released_of_an_entry_that_is_not_on_the_board(place: Path) -> None:
    store = store_of(place)
    shutil.rmtree(place / "bench" / BEST / "public")
    assert built(place, "--held-out", store).status == 0
    assert "acme/best" not in (place / "site/releases.json").read_text()
    assert run("verify", place / "site", "--held-out", store).status == 0


# What looks strange and is right.


def test_norwegian_stays_a_language(tmp_path: Path) -> None:
    spoken = msgspec.structs.replace(benchmark(), facets={"language": Facet(values=["no", "on", "y"])})
    asked = [
        msgspec.structs.replace(item, facets={"language": language})
        for item, language in zip(items(3), ("no", "on", "y"), strict=True)
    ]
    bench = benchmark_folder(tmp_path / "bench", [entry("acme/best", 2, asked=asked)], rules=spoken, asked=asked)
    text = (bench / RULES).read_text(encoding="utf-8").replace("'", "")
    (bench / RULES).write_text(text.replace("protocol_version: 1", 'protocol_version: "1"'), encoding="utf-8")
    assert "- no\n" in text
    build(bench, tmp_path / "site")
    board = msgspec.json.decode((tmp_path / "site/leaderboard.json").read_bytes())
    assert board["entries"][0]["public"]["by"]["language"] == {"no": 1.0, "on": 1.0, "y": 0.0}


def test_line_ends_of_windows_give_the_same_numbers(place: Path) -> None:
    for file in (RULES, ITEMS):
        raw = (place / "bench" / file).read_bytes()
        (place / "bench" / file).write_bytes(raw.replace(b"\n", b"\r\n"))
    before = files_of(place / "site")
    assert built(place).status == 0
    assert files_of(place / "site") == before


def test_hidden_files_of_editors_and_systems_are_passed_over(place: Path) -> None:
    for folder in ("entries", "entries/acme", BEST):
        (place / "bench" / folder / ".DS_Store").write_bytes(b"\0")
        (place / "bench" / folder / ".ipynb_checkpoints").mkdir()
    before = files_of(place / "site")
    assert built(place).status == 0
    assert files_of(place / "site") == before


def test_rules_in_another_order_are_the_same_rules(tmp_path: Path) -> None:
    rules = "x: {{weighted: {{children: {{{}}}}}}}"
    sites = []
    for place, children in (("a", "easy: 1, fine: 1"), ("b", "fine: 1, easy: 1")):
        bench = benchmark_folder(tmp_path / place)
        own = "metrics:\n  easy: {grader: {kind: exact}, places: 1}\n  fine: {grader: {kind: exact}, places: 4}\n"
        replace(RULES, "metrics:\n", own)(bench)
        replace(RULES, "headline:", f"aggregates:\n  {rules.format(children)}\nheadline:")(bench)
        build(bench, tmp_path / f"site-{place}")
        assert run("verify", tmp_path / f"site-{place}").status == 0
        sites.append(files_of(tmp_path / f"site-{place}"))
    assert sites[0] == sites[1]


def test_a_name_that_would_forge_lines_of_output_is_escaped(place: Path) -> None:
    (place / "bench/entries/x\nproofboard: all is well").write_bytes(b"")
    done = built(place)
    assert_refused(done, r"x\nproofboard: all is well: is not a folder")
    assert len(done.err.splitlines()) == 1
