"""The same files make the same archive everywhere, whole or not at all; a folder is replaced whole or not at all."""

import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from builders import files_of
from proofboard import canonical
from proofboard.archives import pack as packing
from proofboard.archives import placing
from proofboard.archives.pack import pack
from proofboard.archives.placing import clear_left, replaced
from proofboard.archives.unpack import unpacked
from proofboard.errors import InputError, OutputError

FILES = {"b/two.txt": b"second\n", "a.json": b"{}\n", "b/empty": b"", "b/été.txt": b"accents"}
PINNED = "sha256:f9cee6fecf6dd1e171750db2166bfbfcc9f825ccd185149c9f2c2022285dff62"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def on_disk(place: Path) -> dict[str, bytes | Path]:
    for name, raw in FILES.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(raw)
    return {name: place / name for name in FILES}


def left(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def test_the_bytes_of_an_archive_are_pinned(tmp_path: Path) -> None:
    assert pack(FILES, tmp_path / "a.zip") == PINNED


def test_folder_time_mode_umask_and_order_change_no_byte(tmp_path: Path) -> None:
    first = pack(FILES, tmp_path / "first.zip")
    files = on_disk(tmp_path / "elsewhere" / "deep")
    for path in files.values():
        assert isinstance(path, Path)
        path.chmod(0o600)
        os.utime(path, (10**9, 10**9))
    with umask(0o077):
        second = pack(dict(reversed(files.items())), tmp_path / "other name.zip")
    assert first == second == canonical.digest_file(tmp_path / "other name.zip")


def test_what_is_packed_is_unpacked(tmp_path: Path) -> None:
    pack(FILES, tmp_path / "a.zip")
    with unpacked(tmp_path / "a.zip") as folder:
        assert files_of(folder) == FILES


def test_members_are_stored_in_order_without_times_owners_and_extra_fields(tmp_path: Path) -> None:
    pack(FILES, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(FILES)
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {stat.S_IFREG | 0o644}
    assert {entry.extra + entry.comment for entry in entries} == {b""}


def test_packing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    first = pack(FILES, tmp_path / "a.zip")
    assert pack(FILES, tmp_path / "a.zip") == first
    assert left(tmp_path) == ["a.zip"]


def test_a_file_that_holds_something_else_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"a\.zip: is there already and holds something else; choose another name"):
        pack(FILES, tmp_path / "a.zip")
    assert files_of(tmp_path) == {"a.zip": b"mine"}


@pytest.mark.parametrize("kind", ["folder", "link to nothing"])
def test_what_is_no_file_is_not_overwritten_either(kind: str, tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    if kind == "folder":
        target.mkdir()
    else:
        target.symlink_to(tmp_path / "nothing")
    with pytest.raises(OutputError, match="is there already"):
        pack(FILES, target)
    assert left(tmp_path) == ["a.zip"]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["../out"], "leaves its folder"),
        (["/etc/passwd"], "absolute path"),
        (["a\\b"], "backslash"),
        (["C:x"], "drive letter"),
        ([""], "empty name"),
        (["a", "A"], "differs in case"),
        (["a", "a/b"], "a file and a folder"),
    ],
)
def test_a_name_that_could_do_harm_when_unpacked_is_not_packed(names: list[str], says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        pack(dict.fromkeys(names, b""), tmp_path / "a.zip")
    assert left(tmp_path) == []


def test_all_that_cannot_be_packed_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    files: dict[str, bytes | Path] = {"a": tmp_path / "gone", "b": tmp_path, "c": tmp_path / "link", "../d": b""}
    with pytest.raises(InputError) as caught:
        pack(files, tmp_path / "a.zip")
    assert len(caught.value.faults) == 4


def test_a_file_that_changed_since_it_was_checked_is_refused(tmp_path: Path) -> None:
    files = on_disk(tmp_path / "in")
    with pytest.raises(InputError, match="it was changed meanwhile"):
        pack(files, tmp_path / "a.zip", {"a.json": canonical.digest(b"[]\n")})
    assert left(tmp_path) == ["in"]


@pytest.mark.parametrize("name", ["a.json/a.zip", "n" * 300])
def test_where_there_can_be_no_file_it_is_told_by_the_name_that_was_given(tmp_path: Path, name: str) -> None:
    on_disk(tmp_path)
    with pytest.raises(OutputError, match=f"^{tmp_path / name}: cannot be written: "):
        pack(FILES, tmp_path / name)


def test_more_than_a_reader_takes_is_not_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LARGEST_BYTES", 3)
    with pytest.raises(InputError, match="would hold 17 bytes, at most 3 are accepted"):
        pack(FILES, tmp_path / "a.zip")


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_stop_on_the_way_leaves_nothing(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_number: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises((OutputError, KeyboardInterrupt)):
        pack(FILES, tmp_path / "a.zip")
    assert left(tmp_path) == []


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_paths: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    digest = pack(FILES, tmp_path / "a.zip")
    assert (left(tmp_path), canonical.digest_file(tmp_path / "a.zip")) == (["a.zip"], digest)
    with pytest.raises(OutputError, match="is there already"):
        pack({"other": b""}, tmp_path / "a.zip")


def filled(place: Path, text: str, error: BaseException | None = None) -> None:
    with replaced(place) as aside:
        (aside / "text").write_text(text)
        if error:
            raise error


@pytest.fixture(params=["in one step", "in two"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "in two":
        monkeypatch.setattr(placing, "_in_one_step", lambda _one, _other: False)


@pytest.mark.usefixtures("_way")
def test_a_folder_takes_the_place_of_none_and_of_another(tmp_path: Path) -> None:
    for text in ("first", "second"):
        filled(tmp_path / "place", text)
        assert files_of(tmp_path) == {"place/text": text.encode()}
        assert left(tmp_path) == ["place"]


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_folder_that_cannot_be_filled_leaves_what_was_there(error: BaseException, tmp_path: Path) -> None:
    filled(tmp_path / "place", "first")
    with pytest.raises((OutputError, KeyboardInterrupt)):
        filled(tmp_path / "place", "half", error)
    assert files_of(tmp_path) == {"place/text": b"first"}
    assert left(tmp_path) == ["place"]


def test_the_old_folder_comes_back_where_the_second_rename_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path / "place", "first")
    real = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name == placing.NEW:
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(placing, "_in_one_step", lambda _one, _other: False)
    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OutputError, match="what was there is as it was"):
        filled(tmp_path / "place", "second")
    assert files_of(tmp_path) == {"place/text": b"first"}


def test_what_a_killed_call_left_aside_is_brought_back_or_cleared(tmp_path: Path) -> None:
    (tmp_path / f".moved{placing.ASIDE}" / placing.OLD).mkdir(parents=True)
    (tmp_path / f".moved{placing.ASIDE}" / placing.OLD / "text").write_text("old")
    (tmp_path / f".begun{placing.ASIDE}" / placing.NEW).mkdir(parents=True)
    (tmp_path / ".mine").mkdir()
    clear_left(tmp_path)
    assert left(tmp_path) == [".mine", "moved"]
    assert files_of(tmp_path) == {"moved/text": b"old"}


def test_this_system_exchanges_folders_in_one_step(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "text").write_text(name)
    done = placing._in_one_step(tmp_path / "one", tmp_path / "other")
    if not done:
        pytest.skip("this system has no call for it")
    assert files_of(tmp_path) == {"one/text": b"other", "other/text": b"one"}
