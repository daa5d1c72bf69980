"""An S3-compatible object store on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from moto.server import ThreadedMotoServer


@contextmanager
def object_store(bucket: str) -> Iterator[str]:
    """Serve one empty bucket; yields the endpoint."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        with urlopen(Request(f"{endpoint}/{bucket}", method="PUT"), timeout=30):  # noqa: S310 - our own server
            yield endpoint
    finally:
        server.stop()
