"""Messages to an address that an organisation gave: signed, small, and never a way into the server's own network.

A name is resolved once, every address it has must be public, and the connection goes to the address that was checked:
a second look-up could answer another one. Redirects are not followed. Signatures are those of Standard Webhooks 1.0.
"""

import base64
import hmac
import http.client
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from proofboard.app.people.outcomes import Failure
from proofboard.errors import Fault

CONNECT_SECONDS: Final = 10.0
TOTAL_SECONDS: Final = 20.0
MOST_ADDRESSES: Final = 4
LONGEST_TARGET: Final = 500
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - the form of a secret, and no secret

GONE: Final = 410
NOT_PUBLIC: Final = "its name stands for an address that is not public"

_REASONS: Final[Mapping[type[Exception], str]] = {
    socket.gaierror: "its name is not known",
    UnicodeError: "its name is not known",
    TimeoutError: "it did not answer in time",
    ssl.SSLError: "its certificate is not valid for its name",
    Exception: "it does not answer as a web server",
}
"""All that is told of a connection that failed: what a port of the inside answers must not be read from here."""

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Message(msgspec.Struct, frozen=True):
    """What is posted; the id is the same at every attempt, so that a receiver can tell repetitions."""

    id: str
    at: int
    """Seconds since 1970, of this attempt."""
    body: bytes
    secret: str


def address_faults(place: str, target: str, *, private: bool) -> list[Fault]:
    """Return what is wrong with the address of a webhook, as far as it can be told without asking the network."""
    shown = target[:80]
    if len(target) > LONGEST_TARGET or not re.fullmatch(r"[!-~]+", target):
        return [Fault(place, 0, f"is {shown!r}, expected at most {LONGEST_TARGET} visible ASCII characters")]
    split = _split(target)
    schemes = ("https", "http") if private else ("https",)
    if split is None or split.scheme not in schemes or not split.hostname:
        return [Fault(place, 0, f"is {shown!r}, expected an address such as https://example.org/hook")]
    faults = []
    if split.username is not None or split.password is not None or split.fragment:
        faults.append(Fault(place, 0, "has a user name, password or fragment; give an address without them"))
    if not private and _is_literal(split.hostname) and not is_public(split.hostname):
        faults.append(Fault(place, 0, f"is {shown!r}, which is not public; give an address of the open network"))
    return faults


def post(target: str, message: Message, *, private: bool) -> Failure | None:
    """Post a message once; returns why it did not arrive, or None where it was answered with 2xx."""
    if address_faults("webhook", target, private=private):
        return Failure("its address is not one that this server posts to", is_final=True)
    split = urlsplit(target)
    host, port = str(split.hostname), split.port or (443 if split.scheme == "https" else 80)
    try:
        found = _resolved(host, port)
        if not private and not all(map(is_public, found)):
            return Failure(NOT_PUBLIC)
        with closing(_Connection(host, port, found, is_secure=split.scheme == "https")) as connection:
            return _posted(connection, split, message)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Failure(next(reason for kind, reason in _REASONS.items() if isinstance(error, kind)))


def is_public(text: str) -> bool:
    """Say whether an address belongs to the open network, also when it is wrapped in one of version 6."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.sixtofour is not None or address.teredo is not None or address.is_site_local:
            return False
        wrapped = ipaddress.IPv4Address(address.packed[-4:]) if address in _NAT64 else address.ipv4_mapped
        address = wrapped or address
    return address.is_global and not address.is_multicast and not address.is_reserved


def signed_headers(message: Message) -> Mapping[str, str]:
    """Return the headers that say who sent a message and when (Standard Webhooks 1.0, signature scheme `v1`)."""
    key = base64.b64decode(message.secret.removeprefix(SECRET_PREFIX))
    signed = b"%b.%d.%b" % (message.id.encode(), message.at, message.body)
    signature = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return {
        "webhook-id": message.id,
        "webhook-timestamp": str(message.at),
        "webhook-signature": f"v1,{signature}",
    }


class _Connection(http.client.HTTPConnection):
    """A connection to one of the addresses that were checked, with the certificate of the name that was asked for."""

    def __init__(self, host: str, port: int, addresses: Sequence[str], *, is_secure: bool) -> None:
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self._addresses = addresses
        self._context = ssl.create_default_context() if is_secure else None

    def connect(self) -> None:
        plain = self._reached()
        if self._context is None:
            self.sock = plain
            return
        # The socket is known before its handshake, so that a handshake without end can be cut too.
        secure = self._context.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = secure
        secure.do_handshake()

    def _reached(self) -> socket.socket:
        for address in self._addresses[:-1]:
            try:
                return socket.create_connection((address, self.port), CONNECT_SECONDS)
            except OSError:
                continue
        return socket.create_connection((self._addresses[-1], self.port), CONNECT_SECONDS)

    def cut(self) -> None:
        """End the connection from another thread: a server that sends a byte a second is never too slow to read."""
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def _resolved(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a name, those of version 4 first; a few are enough."""
    found = {str(own[4][0]) for own in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    return sorted(found, key=lambda address: (":" in address, address))[:MOST_ADDRESSES]


def _posted(connection: _Connection, split: SplitResult, message: Message) -> Failure | None:
    path = f"{split.path or '/'}?{split.query}" if split.query else split.path or "/"
    fixed = {"content-type": "application/json", "user-agent": "proofboard", "connection": "close"}
    late = threading.Timer(TOTAL_SECONDS, connection.cut)
    late.start()
    try:
        connection.request("POST", path, message.body, {**fixed, **signed_headers(message)})
        status = connection.getresponse().status
    finally:
        late.cancel()
    if 200 <= status < 300:  # noqa: PLR2004 - RFC 9110, 15.3: successful
        return None
    followed = "; redirects are not followed" if 300 <= status < 400 else ""  # noqa: PLR2004 - the same, 15.4
    return Failure(f"it answered {status}{followed}", is_final=status == GONE)


def _split(target: str) -> SplitResult | None:
    try:
        split = urlsplit(target)
        _ = split.port  # reading it raises ValueError
    except ValueError:
        return None
    return split


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
