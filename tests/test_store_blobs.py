"""Blobs in a folder and in an object store: one promise, kept under races, damage and hostile names."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from object_store import object_store
from proofboard.canonical import digest
from proofboard.errors import InputError, MissingExtraError, StorageError
from proofboard.settings import Settings
from proofboard.store import s3
from proofboard.store.blobs import ABANDONED_SECONDS, Blobs, DamagedBlobError, FolderBlobs, MissingBlobError, path_of
from proofboard.store.opening import blobs_at, opened_blobs
from proofboard.store.s3 import CHUNK_BYTES, S3Blobs

RAW = b"some bytes\n"
NAME = digest(RAW)
OTHER = digest(b"others")
HOSTILE = [
    "../../etc/passwd",
    "sha256:../../../etc/passwd",
    "",
    "sha256:",
    "sha256:" + "A" * 64,
    "ab" * 31,
    "x" * 10_000,
]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with object_store("board") as address:
        yield address


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Answer an empty place in a bucket, and let the environment say where the object store is."""
    for name, value in (
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "me"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    return f"s3://board/{os.urandom(8).hex()}"


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        return FolderBlobs(tmp_path / "blobs")
    return S3Blobs(request.getfixturevalue("bucket"))


@pytest.fixture
def folder(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


def spoil(blobs: Blobs, named: str, raw: bytes) -> None:
    """Put other bytes where those of a digest lie."""
    if isinstance(blobs, FolderBlobs):
        place = blobs._place(named)
        place.parent.mkdir(exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_bytes(raw)
    else:
        assert isinstance(blobs, S3Blobs)
        blobs._obstore.put(blobs._store, path_of(named, blobs), raw)


def test_bytes_are_kept_under_their_digest(blobs: Blobs) -> None:
    assert blobs.put(RAW) == NAME
    assert (blobs.get(NAME), blobs.has(NAME), blobs.has(OTHER)) == (RAW, True, False)


def test_nothing_at_all_is_bytes_too(blobs: Blobs) -> None:
    assert blobs.get(blobs.put(b"")) == b""


def test_the_same_bytes_twice_are_one_blob(blobs: Blobs, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(RAW)
    assert {blobs.put(RAW), blobs.put(RAW), blobs.put_file(tmp_path / "file")} == {NAME}
    assert list(blobs.names()) == [NAME]


def test_a_file_of_several_parts_arrives_whole(blobs: Blobs, tmp_path: Path) -> None:
    raw = os.urandom(CHUNK_BYTES + 3)
    (tmp_path / "large").write_bytes(raw)
    named = blobs.put_file(tmp_path / "large")
    blobs.place(named, tmp_path / "far" / "back")
    assert (named, (tmp_path / "far" / "back").read_bytes() == raw) == (digest(raw), True)


def test_an_empty_file_is_kept(blobs: Blobs, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert blobs.get(blobs.put_file(tmp_path / "empty")) == b""


def test_what_was_removed_is_missing_and_may_be_removed_again(blobs: Blobs) -> None:
    blobs.put(RAW)
    blobs.remove(NAME)
    blobs.remove(NAME)
    assert not blobs.has(NAME)
    with pytest.raises(MissingBlobError, match=r"is named and not in the blob store .*; restore it from a backup"):
        blobs.get(NAME)


def test_a_missing_blob_is_not_placed(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(MissingBlobError):
        blobs.place(NAME, tmp_path / "far" / "back")
    assert list(tmp_path.glob("far/*")) == []


@pytest.mark.parametrize("raw", [b"", RAW[:-1], RAW + b"x", RAW.upper()])
def test_bytes_that_are_not_those_of_the_name_are_never_given_out(raw: bytes, blobs: Blobs, tmp_path: Path) -> None:
    spoil(blobs, NAME, raw)
    with pytest.raises(DamagedBlobError, match="holds other bytes under this name"):
        blobs.get(NAME)
    with pytest.raises(DamagedBlobError):
        blobs.place(NAME, tmp_path / "far" / "back")
    assert list(tmp_path.glob("far/*")) == []


def test_writing_a_damaged_blob_again_puts_it_right(folder: FolderBlobs, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(RAW)
    writes: list[Callable[[], str]] = [lambda: folder.put(RAW), lambda: folder.put_file(tmp_path / "file")]
    for write in writes:
        spoil(folder, NAME, b"torn")
        write()
        assert folder.get(NAME) == RAW


@pytest.mark.parametrize("named", HOSTILE)
def test_what_is_no_digest_is_nowhere(named: str, blobs: Blobs, tmp_path: Path) -> None:
    asks: list[Callable[[], object]] = [
        lambda: blobs.get(named),
        lambda: blobs.has(named),
        lambda: blobs.remove(named),
        lambda: blobs.place(named, tmp_path / "far"),
    ]
    for ask in asks:
        with pytest.raises(MissingBlobError, match="is no digest"):
            ask()


def test_placing_over_a_placed_blob_leaves_the_store_as_it_is(blobs: Blobs, tmp_path: Path) -> None:
    other = b"another\n"
    for named in (blobs.put(RAW), blobs.put(other), NAME, NAME):
        blobs.place(named, tmp_path / "same")
    assert (tmp_path / "same").read_bytes() == RAW
    assert (blobs.get(NAME), blobs.get(digest(other))) == (RAW, other)
    assert [own.name for own in tmp_path.iterdir() if own.name != "blobs"] == ["same"]


def test_a_file_system_without_second_names_gets_copies(
    folder: FolderBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(_source: Path, _target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", no_link)
    folder.place(folder.put(RAW), tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == RAW
    with pytest.raises(MissingBlobError):
        folder.place(OTHER, tmp_path / "nothing")


def test_many_writers_of_the_same_bytes_leave_one_whole_blob(blobs: Blobs) -> None:
    raw = os.urandom(200_000)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(blobs.put, [raw] * 16)) == {digest(raw)}
    assert blobs.get(digest(raw)) == raw


def test_a_reader_never_sees_half_a_blob(folder: FolderBlobs) -> None:
    raw = os.urandom(1 << 20)

    def read(_: int) -> bytes | None:
        try:
            return folder.get(digest(raw))
        except MissingBlobError:
            return None

    with ThreadPoolExecutor(4) as pool:
        reading = [pool.submit(read, number) for number in range(40)]
        folder.put(raw)
        assert {own.result() for own in reading} <= {None, raw}


def test_a_write_that_fails_leaves_nothing_behind(folder: FolderBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        folder.put(RAW)
    monkeypatch.undo()
    assert (list((folder.folder / "new").iterdir()), folder.has(NAME)) == ([], False)


def test_only_what_was_abandoned_long_ago_is_swept_away(folder: FolderBlobs) -> None:
    for name, age in (("old", ABANDONED_SECONDS + 60), ("young", 60)):
        (folder.folder / "new" / name).write_bytes(b"half")
        os.utime(folder.folder / "new" / name, (time.time() - age,) * 2)
    assert folder.sweep() == 1
    assert [own.name for own in (folder.folder / "new").iterdir()] == ["young"]


def test_a_folder_has_no_address(folder: FolderBlobs) -> None:
    assert folder.address(folder.put(RAW), seconds=60, kind="upload") is None


def test_a_signed_address_gives_the_bytes_to_anybody_and_never_as_a_page(bucket: str) -> None:
    blobs = S3Blobs(bucket)
    address = blobs.address(blobs.put(RAW), seconds=60, kind="upload")
    assert address is not None
    with urlopen(Request(address), timeout=10) as answer:  # noqa: S310 - our own server on loopback
        assert (answer.read(), answer.headers["Content-Type"]) == (RAW, "application/octet-stream")


def test_a_cdn_is_named_where_there_is_one(bucket: str) -> None:
    blobs = S3Blobs(bucket, "https://cdn.example/board/")
    digits = NAME.removeprefix("sha256:")
    assert blobs.address(NAME, seconds=60, kind="x") == f"https://cdn.example/board/{digits[:2]}/{digits}"


def test_two_prefixes_of_a_bucket_keep_apart(bucket: str) -> None:
    one, two = S3Blobs(f"{bucket}/one"), S3Blobs(f"{bucket}/two/")
    one.put(RAW)
    assert (list(one.names()), list(two.names())) == ([NAME], [])


def test_a_file_that_changes_while_it_is_sent_is_never_completed(bucket: str, tmp_path: Path) -> None:
    blobs = S3Blobs(bucket)
    (tmp_path / "file").write_bytes(RAW)
    parts = s3._checked(tmp_path / "file", OTHER)
    with pytest.raises(DamagedBlobError, match="changed while it was sent"):
        blobs._obstore.put(blobs._store, path_of(OTHER, blobs), parts, chunk_size=CHUNK_BYTES)
    assert not blobs.has(OTHER)


def test_a_bucket_that_is_not_there_says_what_to_do(bucket: str) -> None:
    assert bucket
    blobs = S3Blobs("s3://nowhere")
    asks: list[Callable[[], object]] = [lambda: blobs.put(RAW), lambda: blobs.get(NAME), lambda: list(blobs.names())]
    for ask in asks:
        with pytest.raises(StorageError, match="has no bucket of this name; make it, or correct PROOFBOARD_BLOBS_URL"):
            ask()


def test_a_file_that_is_not_there_is_not_called_a_missing_blob(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nothing: No such file") as refused:
        blobs.put_file(tmp_path / "nothing")
    assert not isinstance(refused.value, MissingBlobError)


def test_a_store_that_does_not_answer_is_a_fault_of_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "me")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    blobs = S3Blobs("s3://board", retry_config={"max_retries": 0})
    asks: list[Callable[[], object]] = [
        lambda: blobs.put(RAW),
        lambda: blobs.get(NAME),
        lambda: blobs.has(NAME),
        lambda: blobs.remove(NAME),
        lambda: list(blobs.names()),
    ]
    for ask in asks:
        with pytest.raises(StorageError, match=r"does not answer .*; look at PROOFBOARD_BLOBS_URL, AWS_ENDPOINT_URL"):
            ask()


def test_without_its_package_an_object_store_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "obstore", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'proofboard\[s3\]'"):
        S3Blobs("s3://board")


@pytest.mark.parametrize("url", ["s3://", "gs://bucket", "https://bucket"])
def test_an_address_that_names_no_store_of_ours_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"PROOFBOARD_BLOBS_URL: is .*, expected"):
        blobs_at(url, tmp_path)


def test_the_settings_choose_the_store(bucket: str, tmp_path: Path) -> None:
    assert isinstance(opened_blobs(Settings(data=tmp_path, blobs_url=bucket)), S3Blobs)
    for url, place in ((None, "blobs"), (str(tmp_path / "own"), "own"), (f"file://{tmp_path}/url", "url")):
        own = opened_blobs(Settings(data=tmp_path, blobs_url=url))
        assert isinstance(own, FolderBlobs)
        assert own.folder == tmp_path / place
