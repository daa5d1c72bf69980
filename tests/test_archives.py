"""Archives are opened only where they can do no harm; what is refused names archive and member."""

import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from proofboard.archives.limits import Limits
from proofboard.archives.names import tree
from proofboard.archives.unpack import is_archive, unpacked
from proofboard.errors import Fault, InputError, UnsafeArchiveError

FILES = {"a/b.txt": b"below", "c.txt": b""}
COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    ".tar": bytes,
    ".tar.gz": gzip.compress,
    ".tar.bz2": bz2.compress,
    ".tar.xz": lzma.compress,
}


def tar_bytes(members: Iterable[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for entry, raw in members:
            archive.addfile(entry, io.BytesIO(raw))
    return target.getvalue()


def tar_file(
    name: str, raw: bytes = b"x", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    entry.size = len(raw) if kind == tarfile.REGTYPE else 0
    return entry, raw


def zip_bytes(members: Iterable[tuple[zipfile.ZipInfo | str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, raw in members:
            archive.writestr(entry, raw)
    return target.getvalue()


def write(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def contents(source: Path) -> dict[str, bytes]:
    with unpacked(source) as folder:
        return {name: (folder / name).read_bytes() for name in tree(folder)}


def refusal(source: Path, limits: Limits | None = None) -> str:
    before = sorted(source.parent.rglob("*"))
    with pytest.raises(UnsafeArchiveError) as caught, unpacked(source, limits or Limits()):
        pass
    assert sorted(source.parent.rglob("*")) == before, "nothing may be written outside"
    assert str(source) in str(caught.value)
    return str(caught.value)


def test_a_folder_is_yielded_as_it_is(tmp_path: Path) -> None:
    with unpacked(tmp_path) as folder:
        assert folder == tmp_path


def test_a_file_that_is_no_archive_is_yielded_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "scores.zip", b'{"not": "an archive"}')
    with unpacked(path) as same:
        assert same == path
    assert not is_archive(path)


def test_a_source_that_is_absent_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not there"), unpacked(tmp_path / "none"):
        pass


@pytest.mark.parametrize("ending", COMPRESSIONS)
def test_a_tar_file_is_recognised_by_its_content(tmp_path: Path, ending: str) -> None:
    raw = COMPRESSIONS[ending](tar_bytes(tar_file(name, raw) for name, raw in FILES.items()))
    assert contents(write(tmp_path / "source", raw)) == FILES


def test_a_zip_file_is_recognised_by_its_content(tmp_path: Path) -> None:
    assert contents(write(tmp_path / "source", zip_bytes(FILES.items()))) == FILES


def test_the_folder_is_removed_afterwards_even_after_an_error(tmp_path: Path) -> None:
    source = write(tmp_path / "source.zip", zip_bytes(FILES.items()))
    seen: list[Path] = []

    def fail() -> None:
        with unpacked(source) as folder:
            seen.append(folder)
            raise OSError("of the body")

    with pytest.raises(OSError, match="of the body"):
        fail()
    assert not seen[0].exists()


def test_a_fault_of_what_was_unpacked_names_the_archive_and_the_member(tmp_path: Path) -> None:
    source = write(tmp_path / "a.zip", zip_bytes(FILES.items()))
    seen: list[str] = []
    with pytest.raises(InputError) as caught, unpacked(source) as folder:
        raise _faults_of([folder, folder / "a/b.txt", f"{folder}-beside"], seen)
    assert {own.file for own in caught.value.faults} == {str(source), f"{source}/a/b.txt", seen[-1]}


def _faults_of(files: Iterable[object], seen: list[str]) -> InputError:
    seen.extend(map(str, files))
    return InputError(Fault(file, 3, "is wrong") for file in seen)


def test_names_with_leading_dots_and_folders_given_twice_are_accepted(tmp_path: Path) -> None:
    members = [tar_file("./a", kind=tarfile.DIRTYPE), tar_file("a/", kind=tarfile.DIRTYPE), tar_file("./a//b", b"x")]
    assert contents(write(tmp_path / "source.tar", tar_bytes(members))) == {"a/b": b"x"}


HOSTILE_TARS = {
    "symbolic link": [tar_file("to", kind=tarfile.SYMTYPE, link="/etc/passwd")],
    "hard link": [tar_file("a"), tar_file("to", kind=tarfile.LNKTYPE, link="a")],
    "device": [tar_file("null", kind=tarfile.CHRTYPE)],
    "pipe": [tar_file("pipe", kind=tarfile.FIFOTYPE)],
    "absolute path": [tar_file("/tmp/evil")],  # noqa: S108 - what is refused
    "leaves its folder": [tar_file("a/../../evil")],
    "drive letter": [tar_file("C:/evil")],
    "backslash": [tar_file("a\\..\\evil")],
    "not UTF-8": [tar_file("caf\udce9")],
    "is there twice": [tar_file("a/b"), tar_file("a//b")],
    "differs in case": [tar_file("Read.me"), tar_file("read.ME")],
    "differs in case or accents": [tar_file("caf\u00e9/x"), tar_file("cafe\u0301/y")],
    "a file and a folder": [tar_file("a"), tar_file("a/b")],
    "deeper than": [tar_file("/".join("a" * 40))],
    "more than 255 bytes": [tar_file("a" * 256)],
    "empty name": [tar_file("./")],
}


@pytest.mark.parametrize("reason", HOSTILE_TARS)
def test_a_hostile_member_of_a_tar_file_is_refused_by_name(tmp_path: Path, reason: str) -> None:
    entries = HOSTILE_TARS[reason]
    message = refusal(write(tmp_path / "hostile.tar", tar_bytes(entries)))
    assert reason in message
    assert repr(entries[-1][0].name) in message


def zip_link(name: str, kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (kind | 0o777) << 16
    return entry


HOSTILE_ZIPS: dict[str, list[tuple[zipfile.ZipInfo | str, bytes]]] = {
    "symbolic link": [(zip_link("to", stat.S_IFLNK), b"/etc/passwd")],
    "device": [(zip_link("null", stat.S_IFCHR), b"")],
    "absolute path": [("/etc/evil", b"")],
    "leaves its folder": [("../evil", b"")],
    "drive letter": [("C:evil", b"")],
    "backslash": [("..\\evil", b"")],
    "differs in case": [("A/x", b""), ("a/y", b"")],
}


@pytest.mark.parametrize("reason", HOSTILE_ZIPS)
def test_a_hostile_member_of_a_zip_file_is_refused_by_name(tmp_path: Path, reason: str) -> None:
    assert reason in refusal(write(tmp_path / "hostile.zip", zip_bytes(HOSTILE_ZIPS[reason])))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_a_zip_file_holds_twice_is_refused(tmp_path: Path) -> None:
    raw = zip_bytes([("a.txt", b"first"), ("a.txt", b"second")])
    assert "'a.txt': is there twice" in refusal(write(tmp_path / "hostile.zip", raw))


def test_a_name_with_a_nul_byte_is_refused(tmp_path: Path) -> None:
    raw = zip_bytes([("a_b.txt", b"x")]).replace(b"a_b.txt", b"a\0b.txt")
    assert "NUL" in refusal(write(tmp_path / "hostile.zip", raw))


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    raw = bytearray(zip_bytes([("a.txt", b"x")]))
    central = raw.index(b"PK\x01\x02")
    raw[6] |= 1
    raw[central + 8] |= 1
    assert "encrypted" in refusal(write(tmp_path / "hostile.zip", bytes(raw)))


def test_all_hostile_members_are_named_at_once(tmp_path: Path) -> None:
    message = refusal(write(tmp_path / "hostile.zip", zip_bytes([("../a", b""), ("ok", b""), ("/b", b"")])))
    assert "'../a'" in message
    assert "'/b'" in message
    assert "'ok'" not in message


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "many.tar", tar_bytes(tar_file(str(number)) for number in range(5)))
    assert "more than 4 members" in refusal(source, Limits(members=4))


def test_a_total_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "large.tar", tar_bytes([tar_file("a", bytes(800)), tar_file("b", bytes(800))]))
    assert "'b'" in refusal(source, Limits(total_bytes=1000))


@pytest.mark.parametrize("ending", [".tar.gz", ".tar.bz2", ".tar.xz", ".zip"])
def test_a_bomb_is_stopped_by_its_ratio(tmp_path: Path, ending: str) -> None:
    raw = bytes(3_000_000)
    packed = zip_bytes([("a", raw)]) if ending == ".zip" else COMPRESSIONS[ending](tar_bytes([tar_file("a", raw)]))
    limits = Limits(free_bytes=100_000, ratio=20)
    assert "limit" in refusal(write(tmp_path / f"bomb{ending}", packed), limits)


def test_a_zip_file_that_understates_a_size_is_refused(tmp_path: Path) -> None:
    raw = bytearray(zip_bytes([("a", bytes(3_000_000))]))
    size = (3_000_000).to_bytes(4, "little")
    while (place := raw.find(size)) >= 0:
        raw[place : place + 4] = (10).to_bytes(4, "little")
    assert "'a'" in refusal(write(tmp_path / "lying.zip", bytes(raw)))


@pytest.mark.parametrize("ending", [*COMPRESSIONS, ".zip"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
def test_a_truncated_archive_is_refused(tmp_path: Path, ending: str, share: float) -> None:
    noise = bytes(range(256)) * 8
    members = [(f"{number}.txt", noise[number:]) for number in range(20)]
    packed = zip_bytes(members) if ending == ".zip" else COMPRESSIONS[ending](tar_bytes(tar_file(*m) for m in members))
    # A plain tar file ends in 20 blocks of zeros: what counts is the part that says something.
    known = packed.rstrip(b"\0") if ending == ".tar" else packed
    refusal(write(tmp_path / f"cut{ending}", packed[: int(len(known) * share)]))


def test_a_tar_file_cut_between_two_members_is_refused(tmp_path: Path) -> None:
    raw = tar_bytes([tar_file("a", bytes(512)), tar_file("b", bytes(512))])
    assert "end is missing" in refusal(write(tmp_path / "cut.tar", raw[:1024]))


def test_a_damaged_header_inside_a_tar_file_is_refused(tmp_path: Path) -> None:
    raw = bytearray(tar_bytes([tar_file("a", bytes(512)), tar_file("b", bytes(512))]))
    raw[1024] ^= 0xFF
    assert "end is missing" in refusal(write(tmp_path / "damaged.tar", bytes(raw)))


def test_members_after_the_end_of_a_tar_file_are_refused(tmp_path: Path) -> None:
    raw = tar_bytes([tar_file("a")]) + tar_bytes([tar_file("b")])
    assert "more follows" in refusal(write(tmp_path / "twice.tar", raw))


def test_a_header_that_states_an_endless_name_is_refused(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("pax")
    entry.type, entry.size = tarfile.XHDTYPE, 1 << 30
    raw = entry.tobuf(tarfile.GNU_FORMAT) + bytes(10_240)
    assert "states a length" in refusal(write(tmp_path / "pax.tar", raw))


def test_a_negative_size_in_a_header_is_refused(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("a")
    raw = bytearray(entry.tobuf(tarfile.GNU_FORMAT))
    raw[124:136] = b"\xff" * 10 + b"\xfe\x00"
    raw[148:156] = b" " * 8
    raw[148:156] = f"{sum(raw[:512]):06o}\0 ".encode()
    refusal(write(tmp_path / "negative.tar", bytes(raw) + bytes(10_240)))


def test_headers_that_announce_headers_without_end_are_refused(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("pax")
    entry.type, entry.size = tarfile.XHDTYPE, 0
    refusal(write(tmp_path / "deep.tar", entry.tobuf(tarfile.GNU_FORMAT) * 5000 + bytes(10_240)))


def test_a_damaged_member_is_refused_by_name(tmp_path: Path) -> None:
    raw = bytearray(zip_bytes([("a.txt", b"some text that is long enough")]))
    raw[40] ^= 0xFF
    assert "'a.txt': is damaged" in refusal(write(tmp_path / "damaged.zip", bytes(raw)))


def test_a_zstd_archive_is_refused_with_what_to_do(tmp_path: Path) -> None:
    assert ".tar.xz" in refusal(write(tmp_path / "a.tar.zst", b"\x28\xb5\x2f\xfd" + bytes(600)))


def test_a_tree_lists_all_files_sorted_by_path(tmp_path: Path) -> None:
    for name in ("b/c.txt", "a.txt", "b.txt", ".hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert tree(tmp_path) == [".hidden", "a.txt", "b.txt", "b/c.txt"]


def test_links_devices_and_colliding_names_of_a_tree_are_all_reported(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    (tmp_path / "X").write_text("X")
    (tmp_path / "link").symlink_to("x")
    (tmp_path / "loop").symlink_to(".", target_is_directory=True)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError) as caught:
        tree(tmp_path)
    assert [Path(fault.file).name for fault in caught.value.faults] == ["link", "loop", "pipe", "x"]


def test_a_tree_of_a_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be listed"):
        tree(write(tmp_path / "a", b""))
