"""Measure the web process of a service beside nginx: the same bytes, the same machine, the same minute.

Needs `wrk` and `nginx` on the path. A board of 10,000 entries is made of the rows of a small one, put into the blobs,
and served by one process of uvicorn.
"""

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import msgspec
import uvicorn

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from api_builders import publish_documents, sqlite_instance
from builders import built, three_entries
from proofboard import canonical
from proofboard.api.main import make_app, web_config

ENTRIES: Final = 10_000
SECONDS: Final = 4
READERS: Final = 50
WITHOUT_LIMIT: Final = 1_000_000_000
ROOT: Final = "publication.json"

NGINX: Final = """\
daemon off; worker_processes auto; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; types {{ application/json json; }} default_type application/json;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  sendfile on; tcp_nopush on; keepalive_requests 100000000;
  server {{
    listen 127.0.0.1:{port};
    location / {{ root {folder}/files; add_header Content-Encoding zstd; add_header Vary Accept-Encoding; }}
  }}
}}
"""

QUERIES: Final = (
    "vendor=v7",
    "kind=community&sort=-public.score",
    "category=logic",
    "category=maths&sort=score",
    "language=de&vendor=v3",
    "date_from=2026-03-01&date_to=2026-06-30",
    "vendor=v9&sort=-usage.total_tokens&limit=20",
    "category=logic&date_from=2026-05-01&limit=50",
)
SCRIPT: Final = """\
local queries = {{ {queries} }}
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", "/leaderboard?" .. queries[n % #queries + 1])
end
"""


@dataclass(frozen=True)
class Measured:
    """What one process did, beside nginx."""

    document: float
    """Requests in a second for the compressed document."""
    nginx_document: float
    unchanged: float
    """Answers 304 in a second."""
    nginx_unchanged: float
    query_milliseconds: float
    """The 99th percentile of filtered queries."""
    queries: float
    """Filtered queries in a second."""


def large_board(site: Path) -> dict[str, bytes]:
    """Return the documents of a publication whose board has 10,000 rows."""
    found = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    board: dict[str, Any] = msgspec.json.decode(found["leaderboard.json"])
    first = board["entries"][0]
    board["entries"] = [_row(first, place) for place in range(ENTRIES)]
    found["leaderboard.json"] = canonical.dump(board)
    return found


def _row(first: dict[str, Any], place: int) -> dict[str, Any]:
    score = round(1 - place / ENTRIES, 6)
    by = {
        facet: {value: round((score * (7 + number)) % 1, 6) for number, value in enumerate(values)}
        for facet, values in first["public"]["by"].items()
    }
    entry = canonical.digest(str(place).encode())
    return first | {
        "rank": place + 1,
        "vendor": f"v{place % 40}",
        "config_name": f"c{place}",
        "entry": entry,
        "configuration": entry,
        "date": f"2026-{place % 12 + 1:02}-{place % 28 + 1:02}",
        "kind": ("community", "default", "seed")[place % 3],
        "public": first["public"] | {"score": score, "by": by, "exact": [str(ENTRIES - place), str(ENTRIES)]},
        "usage": first["usage"] | {"total_tokens": place * 7919 % 100_003},
    }


def measure() -> Measured:
    """Measure everything once."""
    with tempfile.TemporaryDirectory(prefix="bench-service-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        address = stack.enter_context(_served(folder))
        body = _fetched(f"{address}/leaderboard.json")
        other = stack.enter_context(_nginx(folder, body))
        etag = httpx2.get(f"{address}/leaderboard.json", headers={"accept-encoding": "zstd"}).headers["etag"]
        ngx_etag = httpx2.get(f"{other}/leaderboard.json", headers={"accept-encoding": "identity"}).headers["etag"]
        script = folder / "queries.lua"
        script.write_text(SCRIPT.format(queries=", ".join(f'"{query}"' for query in QUERIES)))
        for query in QUERIES:
            httpx2.get(f"{address}/leaderboard?{query}").raise_for_status()
        rates = [
            _wrk(f"{address}/leaderboard.json"),
            _wrk(f"{other}/leaderboard.json"),
            _wrk(f"{address}/leaderboard.json", "-H", f"if-none-match: {etag}"),
            _wrk(f"{other}/leaderboard.json", "-H", f"if-none-match: {ngx_etag}"),
        ]
        queries = _wrk(address, "-s", str(script), "--latency", readers=READERS)
        (ours, _), (theirs, _), (unchanged, _), (their_unchanged, _) = rates
        return Measured(ours, theirs, unchanged, their_unchanged, query_milliseconds=queries[1], queries=queries[0])


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve the board in a process of its own."""
    site = built(folder, three_entries())
    for path, raw in large_board(site).items():
        (site / path).write_bytes(raw)
    command = [sys.executable, __file__, "serve", str(folder), str(site)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this very script
    try:
        yield str(child.stdout.readline()).strip() if child.stdout else ""
    finally:
        child.terminate()
        child.wait()


def serve(folder: Path, site: Path) -> None:
    """Serve a site until the end, and print its address."""
    rates = dict.fromkeys(("reads_per_minute", "writes_per_minute", "strangers_per_minute"), WITHOUT_LIMIT)
    instance = sqlite_instance(folder / "data", **rates)
    paths = [path for path in site.rglob("*") if path.is_file()]
    documents = {path.relative_to(site).as_posix(): instance.blobs.put(path.read_bytes()) for path in paths}
    publish_documents(instance, documents)
    server = uvicorn.Server(web_config(make_app(instance), "127.0.0.1", 0))

    def told() -> None:
        while not server.started:
            time.sleep(0.01)
        print(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", flush=True)

    threading.Thread(target=told, daemon=True).start()
    server.run()


@contextlib.contextmanager
def _nginx(folder: Path, body: bytes) -> Iterator[str]:
    port = _free_port()
    (folder / "files").mkdir()
    (folder / "files" / "leaderboard.json").write_bytes(body)
    folder.chmod(0o755)
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port))
    command = [shutil.which("nginx") or "nginx", "-c", str(config), "-p", str(folder)]
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - a server of our own making
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with contextlib.suppress(httpx2.TransportError):
                httpx2.get(f"{address}/none")
                break
            time.sleep(0.05)
        yield address
    finally:
        child.terminate()
        child.wait()


def _free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def _fetched(address: str) -> bytes:
    """Return a document as it is sent, compressed."""
    with httpx2.stream("GET", address, headers={"accept-encoding": "zstd"}) as answer:
        return b"".join(answer.iter_raw())


def _wrk(address: str, *options: str, readers: int = 32) -> tuple[float, float]:
    """Return requests in a second, and the 99th percentile in milliseconds (0 where it was not asked for)."""
    command = ["wrk", "-t1", f"-c{readers}", f"-d{SECONDS}s", "-H", "accept-encoding: zstd", *options, address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - a tool of this job
    if "Non-2xx" in said and "if-none-match" not in " ".join(options):
        sys.exit(said)
    rate = re.search(r"Requests/sec:\s*([0-9.]+)", said)
    slow = re.search(r"99%\s+([0-9.]+)(us|ms|s)", said)
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    return float(rate[1]) if rate else 0.0, float(slow[1]) * scale[slow[2]] if slow else 0.0


def rows() -> Iterator[str]:
    """Measure, and write lines of the table of what counts by the clock; nothing where a tool is not installed."""
    if not (shutil.which("wrk") and shutil.which("nginx")):
        return
    found = measure()
    document, unchanged = found.document / found.nginx_document, found.unchanged / found.nginx_unchanged
    shown = f"{found.document:,.0f}/s, {document:.0%} of nginx"
    yield f"| the compressed board of {ENTRIES:,} entries, one web process | {shown} | 50 % |"
    shown = f"{found.unchanged:,.0f}/s, {unchanged:.0%} of nginx"
    yield f"| the same, unchanged (304) | {shown} | 15 % |"
    shown = f"{found.query_milliseconds:.0f} ms at {found.queries:,.0f}/s"
    yield f"| filtered queries on {ENTRIES:,} entries, {READERS} readers, 99th percentile | {shown} | 50 ms |"


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        for line in rows():
            print(line)
