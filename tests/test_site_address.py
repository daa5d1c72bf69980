"""A publication is fetched from an address as it lies there, checked while it arrives, or refused."""

import gzip
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from builders import built, files_of, three_entries
from proofboard import canonical
from proofboard.app import fetch as fetching
from proofboard.app.reading.differing import diff
from proofboard.app.reading.exporting import export
from proofboard.app.serve.server import serving
from proofboard.app.site import opened
from proofboard.errors import InputError

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("address"))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once, and use no proxy of this machine."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def answering(answer: Callable[[str], Answer]) -> Iterator[str]:
    """Serve whatever a function answers for a path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        log_message = lambda *_: None  # noqa: E731

    class Server(ThreadingHTTPServer):
        request_queue_size = 64
        handle_error = lambda *_: None  # noqa: E731

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def from_folder(site: Path, **changes: Answer) -> Callable[[str], Answer]:
    """Answer with the files of a site; `changes` name other answers by path, `/` and `.` written as `_`."""

    def answer(path: str) -> Answer:
        changed = changes.get(path.strip("/").replace("/", "_").replace(".", "_"))
        place = site / path.lstrip("/")
        return changed or ((200, {}, place.read_bytes()) if place.is_file() else (404, {}, b""))

    return answer


def refusal(address: str) -> str:
    with pytest.raises(InputError) as caught, opened(address):
        pass
    return str(caught.value)


@pytest.mark.parametrize("ending", ["", "index.html", "publication.json", "#entry=acme/best", "?view=compare"])
def test_a_served_site_is_fetched_byte_for_byte(site: Path, ending: str) -> None:
    with serving(str(site)) as (server, _), opened(server.address + ending) as folder:
        assert files_of(folder) == files_of(site)


def test_a_site_below_a_path_is_fetched_and_removed_afterwards(site: Path) -> None:
    with answering(lambda path: from_folder(site)(path.removeprefix("/boards/small"))) as base:
        with opened(f"{base}/boards/small/") as folder:
            assert files_of(folder) == files_of(site)
        assert not folder.exists()


def test_a_reader_of_boards_does_not_fetch_bundles(site: Path) -> None:
    with serving(str(site)) as (server, _), opened(server.address, whole=False) as folder:
        tops = {path.partition("/")[0] for path in files_of(folder)}
    assert tops.isdisjoint({"bundles", "scores", "items", "assets", "index.html"})
    assert {"publication.json", "leaderboard.json", "entries", "boards"} <= tops


def test_an_export_and_a_comparison_take_an_address(site: Path) -> None:
    with serving(str(site)) as (server, _):
        assert export(server.address, "csv") == export(str(site), "csv")
        assert diff(server.address, str(site)).equal


@pytest.mark.parametrize(
    "path",
    ["leaderboard.json", "items/0.json", "entries/acme/best.json", "index.html"],
)
def test_a_document_that_was_changed_is_refused_by_its_address(site: Path, tmp_path: Path, path: str) -> None:
    copy = Path(shutil.copytree(site, tmp_path / "copy"))
    (copy / path).write_bytes((copy / path).read_bytes().replace(b"o", b"0", 1))
    with serving(str(copy)) as (server, _):
        message = refusal(server.address)
    assert f"{server.address}{path}: has the digest sha256:" in message
    assert "fetch it again" in message


def test_changed_lines_of_a_bundle_are_refused(site: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(site, tmp_path / "copy"))
    lines = next(copy.glob("bundles/*/responses.jsonl"))
    lines.write_bytes(lines.read_bytes() + b"\n")
    with serving(str(copy)) as (server, _):
        assert "responses.jsonl: has the digest" in refusal(server.address)


def test_absent_documents_are_all_named(site: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(site, tmp_path / "copy"))
    for absent in ("benchmark.json", "columns.json"):
        (copy / absent).unlink()
    with serving(str(copy)) as (server, _):
        message = refusal(server.address)
    assert "benchmark.json: answered 404 Not Found, expected the document" in message
    assert "columns.json: answered 404" in message


def test_an_address_without_a_publication_says_what_to_give() -> None:
    with answering(lambda _: (404, {}, b"")) as base:
        assert "publication.json: answered 404 Not Found, expected the document; give the address" in refusal(base)


def test_a_page_in_place_of_a_publication_is_refused() -> None:
    with answering(lambda _: (200, {}, b"<!doctype html>")) as base:
        assert f"{base}/publication.json:1: is not JSON" in refusal(base)


def test_an_address_that_nobody_serves_is_refused() -> None:
    with answering(lambda _: (404, {}, b"")) as base:
        pass
    assert "cannot be reached: Connection refused" in refusal(base)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://host/site", "https://", "http://host:x/", "http://["])
def test_what_is_no_http_address_is_refused(address: str) -> None:
    assert "is not an address" in refusal(address)


def test_an_address_with_a_password_is_refused_without_repeating_it() -> None:
    message = refusal("https://someone:secret@host/site")
    assert "holds a user name or password" in message
    assert "secret" not in message


def test_a_redirect_within_the_origin_is_followed(site: Path) -> None:
    def moved(path: str) -> Answer:
        return (
            from_folder(site)(path.removeprefix("/new"))
            if path.startswith("/new")
            else (302, {"Location": f"/new{path}"}, b"")
        )

    with answering(moved) as base, opened(base) as folder:
        assert files_of(folder) == files_of(site)


@pytest.mark.parametrize("target", ["http://127.0.0.2:1/publication.json", "file:///etc/passwd", "https://127.0.0.1/x"])
def test_a_redirect_to_another_origin_is_refused(target: str) -> None:
    with answering(lambda _: (302, {"Location": target}, b"")) as base:
        assert re.search("sends on to another origin|is not allowed", refusal(base))


def test_redirects_without_end_are_refused() -> None:
    with answering(lambda _: (302, {"Location": "/publication.json"}, b"")) as base:
        assert "answered 302" in refusal(base)


def test_a_server_that_is_busy_for_a_moment_is_asked_again(site: Path) -> None:
    busy: Iterator[Answer] = iter([(503, {}, b""), (429, {}, b"")])

    def answer(path: str) -> Answer:
        return next(busy, None) or from_folder(site)(path)

    with answering(answer) as base, opened(base) as folder:
        assert files_of(folder) == files_of(site)


def test_a_server_that_stays_busy_is_given_up() -> None:
    with answering(lambda _: (503, {}, b"")) as base:
        assert "answered 503 Service Unavailable, 3 times; try again later" in refusal(base)


def test_an_answer_that_breaks_off_is_refused(site: Path) -> None:
    raw = (site / "items.json").read_bytes()
    cut = (200, {"Content-Length": str(len(raw) + 10)}, raw)
    with answering(from_folder(site, items_json=cut)) as base:
        assert f"items.json: broke off after {len(raw):,} bytes, 3 times" in refusal(base)


def test_a_document_beyond_its_limit_is_refused_while_it_arrives(site: Path) -> None:
    long: Answer = (200, {}, b" " * (3 << 20))
    with answering(from_folder(site, items_0_json=long)) as base:
        assert "items/0.json: is longer than 2,097,152 bytes" in refusal(base)


def test_a_compressed_bomb_is_stopped_at_the_limit(site: Path) -> None:
    bomb = (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(64 << 20)))
    with answering(from_folder(site, leaderboard_json=bomb)) as base:
        assert "leaderboard.json: is longer than 33,554,432 bytes" in refusal(base)


@pytest.mark.parametrize("body", [b"not gzip", gzip.compress(b"x" * 10_000)[:-20]], ids=["other", "cut"])
def test_broken_compression_is_refused(site: Path, body: bytes) -> None:
    broken = (200, {"Content-Encoding": "gzip"}, body)
    with answering(from_folder(site, leaderboard_json=broken)) as base:
        assert "leaderboard.json: " in refusal(base)


def test_a_site_beyond_the_total_limit_is_refused(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST_SITE_BYTES", 20_000)
    with serving(str(site)) as (server, _):
        assert "more than 20,000 bytes" in refusal(server.address)


def test_a_root_that_names_a_path_outside_of_the_site_is_refused(site: Path) -> None:
    root = json.loads((site / "publication.json").read_bytes())
    root["documents"]["../outside.json"] = root["documents"]["items.json"]
    evil: Answer = (200, {}, json.dumps(root).encode())
    with answering(from_folder(site, publication_json=evil)) as base:
        assert "names '../outside.json', which is no path of a document" in refusal(base)


def test_a_path_that_two_documents_name_with_two_digests_is_refused(site: Path) -> None:
    one, other, board, root = (
        json.loads((site / path).read_bytes())
        for path in ("entries/acme/best.json", "entries/acme/base.json", "leaderboard.json", "publication.json")
    )
    # Every document is the one that its parent names, but two parents do not agree on one child.
    other["identity"]["bundles"][0]["bundle"] = one["identity"]["bundles"][0]["bundle"]
    raw = canonical.dump(other)
    [row] = [row for row in board["entries"] if (row["vendor"], row["config_name"]) == ("acme", "base")]
    row["entry"] = canonical.digest(raw)
    root["documents"]["leaderboard.json"] = canonical.digest_of(board)
    changed: dict[str, Answer] = {
        "entries_acme_base_json": (200, {}, raw),
        "leaderboard_json": (200, {}, canonical.dump(board)),
        "publication_json": (200, {}, canonical.dump(root)),
    }
    with answering(from_folder(site, **changed)) as base:
        assert "is named with two digests" in refusal(base)


def test_a_comparison_of_two_addresses_finds_what_changed(site: Path, tmp_path: Path) -> None:
    other = built(tmp_path, three_entries()[:2])
    with serving(str(site)) as (one, _), serving(str(other)) as (two, _):
        assert [removed.entry for removed in diff(one.address, two.address).removed] == ["bolt/base"]
