"""A site is served as it is, read-only, and nothing beside it is."""

import gzip
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from builders import built, files_of
from proofboard import canonical
from proofboard.app.serve import files as serve_files
from proofboard.app.serve.requests import STRICT_POLICY, policy_of
from proofboard.app.serve.server import SiteServer, serving
from proofboard.errors import InputError, OutputError
from proofboard.publish.names import is_page_path
from proofboard.publish.page import page_assets


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = built(tmp_path_factory.mktemp("serve"))
    (place.parent / "secret.json").write_text("{}")
    (place / ".hidden").write_text("hidden")
    (place / "link.json").symlink_to(place.parent / "secret.json")
    return place


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[SiteServer]:
    with serving(str(site)) as (running, _):
        yield running


class Answer:
    """What a server answered, read to its end."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()


def ask(server: SiteServer, path: str, method: str = "GET", **headers: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        return Answer(connection.getresponse())
    finally:
        connection.close()


def raw_answer(server: SiteServer, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_every_file_of_the_publication_is_served_byte_for_byte(server: SiteServer, site: Path) -> None:
    files = {path: raw for path, raw in files_of(site).items() if path not in {".hidden", "link.json"}}
    assert {path: ask(server, f"/{path}").body for path in files} == files


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/publication.json", "application/json"),
        ("/publication.json?at=now", "application/json"),
    ],
)
def test_pages_and_documents_have_their_content_types(server: SiteServer, path: str, kind: str) -> None:
    answer = ask(server, path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        (".js", "text/javascript; charset=utf-8"),
        (".css", "text/css; charset=utf-8"),
        (".svg", "image/svg+xml"),
        (".png", "image/png"),
        (".jsonl", "application/jsonl"),
        (".unknown", "application/octet-stream"),
    ],
)
def test_files_of_a_page_have_their_content_types(tmp_path: Path, ending: str, kind: str) -> None:
    (tmp_path / f"a{ending}").write_bytes(b"x")
    served = serve_files.SiteFiles(tmp_path).find(f"a{ending}")
    assert served
    assert served.kind == kind


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.json",
        "/%2e%2e/secret.json",
        "/assets/../../secret.json",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.json",
        "/..%5csecret.json",
        "//secret.json",
        "/link.json",
        "/.hidden",
        "/assets",
        "/assets/",
        "/%00",
        "/absent.json",
        "/" + "a" * 5000,
        "secret.json",
        "*",
    ],
)
def test_nothing_but_the_files_of_the_site_is_served(server: SiteServer, path: str) -> None:
    answer = ask(server, path)
    assert answer.status == 404
    assert len(answer.body) < 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_reading_methods_are_answered(server: SiteServer, method: str) -> None:
    answer = ask(server, "/publication.json", method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_head_has_the_headers_of_get_and_no_body(server: SiteServer, site: Path) -> None:
    head, get = (ask(server, "/publication.json", method) for method in ("HEAD", "GET"))
    assert head.body == b""
    assert head.headers["Content-Length"] == str((site / "publication.json").stat().st_size)
    assert head.headers["ETag"] == get.headers["ETag"]


def test_the_etag_is_the_digest_of_the_content_and_saves_sending_it_again(server: SiteServer, site: Path) -> None:
    etag = ask(server, "/leaderboard.json").headers["ETag"]
    assert etag == f'"{canonical.hex_of(canonical.digest_file(site / "leaderboard.json"))}"'
    for asked in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = ask(server, "/leaderboard.json", If_None_Match=asked)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag)
    assert ask(server, "/leaderboard.json", If_None_Match='"other"').status == 200


def test_compressed_answers_hold_the_same_bytes_under_a_tag_of_their_own(server: SiteServer, site: Path) -> None:
    answer = ask(server, "/leaderboard.json", Accept_Encoding="br, gzip;q=0.5")
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(answer.body) == (site / "leaderboard.json").read_bytes()
    assert answer.headers["ETag"].endswith('-gzip"')
    assert ask(server, "/leaderboard.json", Accept_Encoding="gzip", If_None_Match=answer.headers["ETag"]).status == 304


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "gzip; q=0.0", "br"])
def test_nothing_is_compressed_for_readers_that_do_not_accept_it(server: SiteServer, accepted: str) -> None:
    assert "Content-Encoding" not in ask(server, "/leaderboard.json", Accept_Encoding=accepted).headers


def test_only_what_is_named_by_its_digest_may_be_kept_without_asking_again(server: SiteServer, site: Path) -> None:
    kept = {path for path in files_of(site) if "immutable" in str(ask(server, f"/{path}").headers["Cache-Control"])}
    assert {path.partition("/")[0] for path in kept} == {"assets", "configurations", "bundles"}
    for path in ("/", "/service-worker.js", "/publication.json", "/leaderboard.json", "/assets/icon.svg"):
        assert ask(server, path).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/publication.json", "/absent"])
def test_every_answer_has_the_security_headers(server: SiteServer, path: str) -> None:
    headers = ask(server, path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_the_policy_is_the_one_that_the_page_states(site: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(site, tmp_path / "copy", ignore=shutil.ignore_patterns("link.json")))
    policy = "default-src 'none'; script-src 'self'"
    (copy / "index.html").write_text(f'<meta http-equiv="Content-Security-Policy" content="{policy}">')
    with serving(str(copy)) as (server, _):
        assert ask(server, "/").headers["Content-Security-Policy"] == f"{policy}; frame-ancestors 'none'"


def test_a_site_that_is_built_anew_is_served_anew(site: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(site, tmp_path / "copy", ignore=shutil.ignore_patterns("link.json")))
    with serving(str(copy)) as (server, _):
        before = ask(server, "/items.json").headers["ETag"]
        (copy / "items.json").write_bytes(b"{}\n")
        assert ask(server, "/items.json").body == b"{}\n"
        assert ask(server, "/items.json").headers["ETag"] != before


def test_a_file_too_large_to_hold_is_streamed(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_files, "LARGEST_IN_MEMORY_BYTES", 10)
    with serving(str(site)) as (server, _):
        answer = ask(server, "/leaderboard.json", Accept_Encoding="gzip")
    assert answer.body == (site / "leaderboard.json").read_bytes()
    assert answer.headers["ETag"] == f'"{canonical.hex_of(canonical.digest(answer.body))}"'


def test_what_is_kept_in_memory_is_bounded(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_files, "MEMORY_BYTES", 20_000)
    files = serve_files.SiteFiles(site)
    paths = [path for path in files_of(site) if not path.startswith(".")]
    assert all(files.find(path) for path in paths if path != "link.json")
    assert 0 < files._bytes <= 20_000 < sum((site / path).stat().st_size for path in paths)


def test_a_connection_answers_several_requests(server: SiteServer) -> None:
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    for _ in range(3):
        connection.request("GET", "/publication.json")
        assert connection.getresponse().read()
    connection.close()


def test_a_body_that_nobody_asked_for_is_never_read_as_a_request(server: SiteServer) -> None:
    smuggled = b"GET /leaderboard.json HTTP/1.1\r\nHost: a\r\n\r\n"
    length = str(len(smuggled)).encode()
    answer = raw_answer(server, b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + b"\r\n\r\n" + smuggled)
    assert answer.count(b"HTTP/1.1 200") == 1


@pytest.mark.parametrize("request_", [b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"BREW / HTTP/1.1\r\n\r\n"])
def test_what_is_no_request_gets_a_short_refusal(server: SiteServer, request_: bytes) -> None:
    answer = raw_answer(server, request_)
    assert re.search(rb"(400|501|505) [A-Z]", answer)
    assert b"Traceback" not in answer


def test_a_reader_that_goes_away_leaves_no_traceback(server: SiteServer, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        connection = socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        connection.sendall(b"GET /leaderboard.json HTTP/1.1\r\nHost: a\r\n\r\n" * 20)
        connection.close()
    assert ask(server, "/").status == 200
    assert capfd.readouterr().err == ""


def test_a_folder_that_is_no_publication_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no publication\.json.*proofboard build"), serving(str(tmp_path)):
        pass


def test_a_port_in_use_is_refused_with_what_to_do(server: SiteServer, site: Path) -> None:
    port = server.server_address[1]
    with pytest.raises(OutputError, match=f"port {port} is in use.*--port"), serving(str(site), port=port):
        pass


def test_an_address_that_is_not_ours_is_refused(site: Path) -> None:
    with pytest.raises(OutputError, match="choose another --host"), serving(str(site), host="192.0.2.1"):
        pass


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_an_ipv6_address_is_served_and_written_as_readers_type_it(site: Path) -> None:
    with serving(str(site), host="::1") as (server, _):
        assert server.address == f"http://[::1]:{server.server_address[1]}/"


def test_an_archive_is_served_like_its_folder(site: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(site, tmp_path / "copy", ignore=shutil.ignore_patterns("link.json", ".hidden")))
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", copy)
    with serving(packed) as (server, title):
        assert title == "A small board"
        assert ask(server, "/publication.json").body == (site / "publication.json").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_where_it_serves_and_ends_with_0_on_a_signal(site: Path, number: int) -> None:
    command = "from proofboard.cli.main import main; main()"
    running = subprocess.Popen(
        [sys.executable, "-c", command, "serve", str(site), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
    )
    try:
        assert running.stdout
        line = running.stdout.readline()
        found = re.fullmatch(r"Serving A small board at http://127\.0\.0\.1:(\d+)/  \(Ctrl-C stops\)\n", line)
        assert found
        connection = HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
        connection.request("GET", "/publication.json")
        assert connection.getresponse().status == 200
        connection.close()
        running.send_signal(number)
        assert running.communicate(timeout=10)[1] == ""
        assert running.returncode == 0
    finally:
        running.kill()
        running.communicate()


@pytest.mark.parametrize(
    ("path", "kind", "kept"),
    [
        ("assets/main-Ab1_-xY9.js", "text/javascript; charset=utf-8", True),
        ("assets/deep/part-00000000.css", "text/css; charset=utf-8", True),
        ("assets/text-DxY9aB1c.woff2", "font/woff2", True),
        ("assets/configuration.js", "text/javascript; charset=utf-8", False),
        ("assets/board-settings.js", "text/javascript; charset=utf-8", False),
        ("assets/icon-1024x768.png", "image/png", False),
        ("assets/icon.svg", "image/svg+xml", False),
        ("assets/manifest.webmanifest", "application/manifest+json", False),
        ("service-worker.js", "text/javascript; charset=utf-8", False),
        ("main-Ab1_-xY9.js", "text/javascript; charset=utf-8", False),
    ],
)
def test_files_of_the_page_have_their_kind_and_are_kept_where_their_bytes_name_them(
    tmp_path: Path, path: str, kind: str, *, kept: bool
) -> None:
    place = tmp_path / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"x")
    served = serve_files.SiteFiles(tmp_path).find(path)
    assert served is not None
    assert (served.kind, served.immutable) == (kind, kept)


def test_the_policy_of_the_page_allows_what_the_page_brings() -> None:
    """The header of a page is its own policy; without a page it is the strict one, which the packaged page has too."""
    page = page_assets()["index.html"]
    assert policy_of(page).startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy_of(page) + STRICT_POLICY


def test_the_page_lies_at_the_root_of_a_site_and_in_its_assets() -> None:
    assert "index.html" in page_assets()
    assert [path for path in page_assets() if not is_page_path(path)] == []
