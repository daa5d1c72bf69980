"""`proofboard fetch`: a whole board from a running server, or nothing at all."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api_builders import Service, example_instance, running, small_site
from builders import files_of
from command_line import run
from proofboard.app.serve.server import serving
from proofboard.canonical import digest_file
from test_docs import commands, pattern_of

PAGE = Path(__file__).parents[1] / "docs" / "export.md"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    instance = example_instance(tmp_path)
    with running(instance) as service:
        yield service
    instance.database.close()


def test_a_copy_of_a_live_board_is_the_board_byte_for_byte(service: Service, tmp_path: Path) -> None:
    done = run("fetch", f"{service.address}/boards/small/", tmp_path / "new" / "copy")
    assert done.status == 0, done.err
    assert files_of(tmp_path / "new" / "copy") == files_of(small_site())
    assert f"publication {digest_file(small_site() / 'publication.json')}\n" in done.out


def test_a_site_that_is_served_as_files_is_copied_too(tmp_path: Path) -> None:
    with serving(str(small_site())) as (server, _):
        assert run("fetch", f"{server.address}index.html", tmp_path / "copy").status == 0
    assert run("verify", tmp_path / "copy").status == 0


def test_the_command_of_the_page_prints_what_it_says(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (command,) = [own for block in blocks for own in commands(block) if own.text.startswith("proofboard fetch")]
    done = run(*command.text.replace("https://board.example", service.address).split()[1:])
    assert pattern_of(command.printed).fullmatch(done.out), done.out + done.err


def test_an_empty_folder_is_filled(service: Service, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("fetch", service.address, tmp_path / "empty").status == 0
    assert (tmp_path / "empty" / "publication.json").is_file()


def test_a_folder_that_holds_anything_stays_as_it_is(service: Service, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("kept")
    done = run("fetch", service.address, tmp_path / "mine")
    assert (done.status, "is not empty, and nothing is replaced" in done.err) == (2, True)
    assert files_of(tmp_path / "mine") == {"notes.txt": b"kept"}


@pytest.mark.parametrize("name", ["file", "link"])
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    done = run("fetch", "http://127.0.0.1:9/", tmp_path / name)
    assert (done.status, "is not a folder" in done.err) == (2, True)


def test_the_folder_that_somebody_stands_in_is_not_exchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("fetch", "http://127.0.0.1:9/", ".")
    assert (done.status, "is the folder that you are in" in done.err) == (2, True)


def test_a_board_of_which_one_document_was_changed_leaves_no_folder(tmp_path: Path) -> None:
    shutil.copytree(small_site(), tmp_path / "site")
    with (tmp_path / "site" / "leaderboard.json").open("ab") as stream:
        stream.write(b" ")
    with serving(str(tmp_path / "site")) as (server, _):
        done = run("fetch", server.address, tmp_path / "copy")
    assert (done.status, "leaderboard.json: has the digest" in done.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_address_without_a_board_leaves_no_folder(service: Service, tmp_path: Path) -> None:
    done = run("fetch", f"{service.address}/boards/other/", tmp_path / "copy")
    assert (done.status, "answered 404" in done.err) == (2, True)
    assert not (tmp_path / "copy").exists()


def test_a_path_is_no_address(tmp_path: Path) -> None:
    done = run("fetch", tmp_path, tmp_path / "copy")
    assert (done.status, "is not an address; give https://" in done.err) == (2, True)
