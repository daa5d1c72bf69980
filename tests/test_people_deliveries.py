"""Messages: signed, sent to the open network only, tried again until they arrive, and given up on record."""

import base64
import hmac
import ipaddress
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from people_builders import actions, member
from proofboard.app.people import webhooks
from proofboard.app.people.invitations import invite
from proofboard.app.people.mail import mail_server
from proofboard.app.people.organisations import set_notifications
from proofboard.app.people.telling import RETRY_SECONDS, deliver, tell, tell_of
from proofboard.app.people.webhooks import Message, is_public, post
from proofboard.app.service.instance import Instance, as_instant
from proofboard.errors import InputError
from proofboard.settings import Settings
from proofboard.store.database import opened_database
from proofboard.store.tables import Delivery, Job, Submission
from service_builders import SetClock, benchmark_row, make_tables, new_instance, organisation, submission_row

NOW = datetime.now(UTC)


class Hook(msgspec.Struct):
    """An address that answers as a test says, and what was posted to it."""

    address: str
    posted: list[tuple[dict[str, str], bytes]]
    status: int = 200
    location: str | None = None


@pytest.fixture
def hook() -> Iterator[Hook]:
    own = Hook("", [])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            own.posted.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(own.status)
            if own.location:
                self.send_header("location", own.location)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        own.address = f"http://127.0.0.1:{server.server_port}/hook"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield own
        server.shutdown()
        thread.join()


class Inbox:
    """What a mail server was given."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.refuses = False

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - the name is aiosmtpd's
        if self.refuses:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the name is aiosmtpd's
        self.letters.append((envelope, session.ssl is not None))
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def mail_port(inbox: Inbox) -> Iterator[int]:
    with _listening(Controller(inbox, hostname="127.0.0.1", port=_free_port())) as port:
        yield port


class _listening:  # noqa: N801 - reads as a verb
    def __init__(self, controller: Controller) -> None:
        self.controller = controller

    def __enter__(self) -> int:
        self.controller.start()
        return int(self.controller.port)

    def __exit__(self, *_: object) -> None:
        self.controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Answer a certificate for `hook.example` and 127.0.0.1 that this machine trusts from now on."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hook.example")])
    names = x509.SubjectAlternativeName(
        [x509.DNSName("hook.example"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    pem = tmp_path / "hook.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


@pytest.fixture(name="plain")
def instance_on_sqlite(tmp_path: Path, clock: SetClock) -> Iterator[Instance]:
    database = opened_database(None, tmp_path)
    make_tables(database)
    yield new_instance(database, tmp_path, clock, private_webhooks=True)
    database.close()


def with_settings(instance: Instance, **settings: Any) -> Instance:
    return msgspec.structs.replace(instance, settings=msgspec.structs.replace(instance.settings, **settings))


def told(instance: Instance, *, webhook: str | None = None, mail: tuple[str, ...] = ()) -> list[str]:
    """Let an organisation ask for messages, owe it one, and return the ids of its deliveries."""
    own = organisation(instance)
    owner = member(instance, own, "owner")
    set_notifications(instance, owner, "acme", mail=list(mail), webhook=webhook)
    with instance.database.writing() as session:
        tell(session, instance, own, "acme/short is published", "Submission sub-1 of acme/short is published.")
    return [row.id for row in deliveries(instance)]


def deliveries(instance: Instance) -> list[Delivery]:
    with instance.database.reading() as session:
        rows = list(session.scalars(select(Delivery).order_by(Delivery.id)))
        session.expunge_all()
    return rows


def jobs(instance: Instance) -> list[tuple[str, str | None]]:
    with instance.database.reading() as session:
        return [(row.subject, row.not_before) for row in session.scalars(select(Job).order_by(Job.id))]


def test_a_message_is_owed_with_a_job_in_the_transaction_of_its_cause(instance: Instance) -> None:
    own = with_settings(instance, private_webhooks=True, smtp_url="smtp://127.0.0.1", mail_from="board@host.example")
    ids = told(own, webhook="http://127.0.0.1:1/", mail=("a@acme.example", "b@acme.example"))
    assert sorted(subject for subject, _ in jobs(own)) == ids
    assert sorted(row.channel for row in deliveries(own)) == ["mail", "mail", "webhook"]


def test_nobody_is_told_where_nobody_asked_for_it(instance: Instance) -> None:
    assert told(instance) == []


def test_no_mail_is_owed_by_a_server_that_sends_none(instance: Instance) -> None:
    assert told(instance, mail=("a@acme.example",)) == []


def test_a_webhook_is_signed_so_that_its_receiver_can_tell_who_sent_it(instance: Instance, hook: Hook) -> None:
    own = with_settings(instance, private_webhooks=True)
    organisation_id = organisation(own)
    owner = member(own, organisation_id, "owner")
    secret = set_notifications(own, owner, "acme", mail=[], webhook=hook.address).webhook_secret or ""
    with own.database.writing() as session:
        tell(session, own, organisation_id, "acme/short is published", "It is.")
    (row,) = deliveries(own)
    deliver(own, row.id)
    ((headers, body),) = hook.posted
    signed = f"{row.id}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert headers["webhook-signature"] == expected
    assert json.loads(body)["data"] == {"subject": "acme/short is published", "text": "It is."}
    assert deliveries(own)[0].delivered_at == own.now()


def test_what_arrived_is_not_sent_again(plain: Instance, hook: Hook) -> None:
    (own,) = told(plain, webhook=hook.address)
    deliver(plain, own)
    deliver(plain, own)
    assert len(hook.posted) == 1


def test_what_failed_is_tried_again_later_and_later_and_then_given_up_on_record(
    instance: Instance, hook: Hook, clock: SetClock
) -> None:
    tried = with_settings(instance, private_webhooks=True)
    hook.status = 500
    (own,) = told(tried, webhook=hook.address)
    waits = []
    for _ in RETRY_SECONDS:
        before = clock.instant
        deliver(tried, own)
        due = as_instant(deliveries(tried)[0].next_at)
        waits.append((due - before).total_seconds())
        clock.instant = due
    assert tuple(waits) == RETRY_SECONDS
    assert [due for _, due in jobs(tried)][-1] == tried.now()
    deliver(tried, own)
    (row,) = deliveries(tried)
    assert (row.given_up_at, row.attempts, row.last_error) == (tried.now(), 8, "it answered 500")
    assert actions(tried)[-1] == "delivery given up"
    deliver(tried, own)
    assert len(hook.posted) == 8


def test_a_webhook_that_is_gone_is_not_asked_again(plain: Instance, hook: Hook) -> None:
    hook.status = 410
    (own,) = told(plain, webhook=hook.address)
    deliver(plain, own)
    assert deliveries(plain)[0].given_up_at is not None


def test_a_redirect_is_not_followed(plain: Instance, hook: Hook) -> None:
    hook.status, hook.location = 302, hook.address
    (own,) = told(plain, webhook=hook.address)
    deliver(plain, own)
    assert (len(hook.posted), deliveries(plain)[0].last_error) == (1, "it answered 302; redirects are not followed")


def test_nothing_is_sent_to_a_webhook_that_was_removed_meanwhile(plain: Instance, hook: Hook) -> None:
    (own,) = told(plain, webhook=hook.address)
    with plain.database.reading() as session:
        owner = session.scalars(select(Delivery.organisation_id)).one()
    set_notifications(plain, member(plain, owner, "owner"), "acme", mail=[], webhook=None)
    deliver(plain, own)
    assert (hook.posted, deliveries(plain)[0].given_up_at is None) == ([], False)


@pytest.mark.parametrize(
    ("address", "open_network"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address that must be refused
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("ff02::1", False),
        ("not an address", False),
    ],
)
def test_only_addresses_of_the_open_network_are_public(address: str, open_network: bool) -> None:  # noqa: FBT001 - a case of the table
    assert is_public(address) == open_network


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let `hook.example` stand for addresses; returns the names that are asked for from now on."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        if host != "hook.example":
            return real(host, port, *rest, **more)
        return [own for answer in answers for own in real(answer, port, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


MESSAGE = Message("dlv-1", 0, b"{}", "whsec_" + base64.b64encode(b"x" * 32).decode())


@pytest.mark.parametrize("answers", [("127.0.0.1",), ("93.184.216.34", "127.0.0.1"), ("::ffff:10.0.0.1",)])
def test_a_name_that_stands_for_an_inner_address_is_never_connected_to(
    monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...]
) -> None:
    resolving(monkeypatch, *answers)

    def reached(*_: object, **__: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket, "create_connection", reached)
    failure = post("https://hook.example/x", MESSAGE, private=False)
    assert failure is not None
    assert failure.reason == webhooks.NOT_PUBLIC


@pytest.mark.parametrize("address", ["http://93.184.216.34/", "https://127.0.0.1/", "https://[::1]/", "gopher://x/"])
def test_an_address_that_was_allowed_once_is_judged_again(address: str) -> None:
    failure = post(address, MESSAGE, private=False)
    assert failure is not None
    assert failure.is_final


def test_a_name_is_resolved_once_and_its_certificate_must_be_for_it(
    monkeypatch: pytest.MonkeyPatch, certified: ssl.SSLContext
) -> None:
    asked = resolving(monkeypatch, "127.0.0.1")
    with _https(certified) as port:
        arrived = post(f"https://hook.example:{port}/", MESSAGE, private=True)
        names = [name for name in asked if name != "127.0.0.1"]
        other = post(f"https://localhost:{port}/", MESSAGE, private=True)
    assert (arrived, names) == (None, ["hook.example"])
    assert other is not None
    assert "certificate" in other.reason


def test_a_server_that_never_ends_its_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "TOTAL_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        failure = post(f"http://127.0.0.1:{silent.getsockname()[1]}/", MESSAGE, private=True)
    assert failure is not None


class _https:  # noqa: N801 - reads as a verb
    """Answers every request over TLS with 204."""

    def __init__(self, context: ssl.SSLContext) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> int:
        self.thread.start()
        return self.server.server_port

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def mailing(instance: Instance, port: int, user: str = "") -> Instance:
    return with_settings(instance, smtp_url=f"smtp://{user}127.0.0.1:{port}", mail_from="board@host.example")


def test_a_mail_arrives_with_its_text_and_says_that_a_machine_wrote_it(
    instance: Instance, inbox: Inbox, mail_port: int
) -> None:
    own = mailing(instance, mail_port)
    (delivery,) = told(own, mail=("ada@acme.example",))
    deliver(own, delivery)
    ((envelope, _),) = inbox.letters
    letter = message_from_bytes(envelope.content, policy=policy.default)
    assert envelope.rcpt_tos == ["ada@acme.example"]
    assert (letter["subject"], letter["from"]) == ("acme/short is published", "board@host.example")
    assert letter["auto-submitted"] == "auto-generated"
    assert letter.get_content().strip() == "Submission sub-1 of acme/short is published."
    assert deliveries(own)[0].delivered_at is not None


def test_a_subject_with_line_breaks_adds_no_header(plain: Instance, inbox: Inbox, mail_port: int) -> None:
    own = mailing(plain, mail_port)
    organisation_id = organisation(own)
    set_notifications(own, member(own, organisation_id, "owner"), "acme", mail=["a@acme.example"], webhook=None)
    with own.database.writing() as session:
        tell(session, own, organisation_id, "x\r\nBcc: eve@evil.example", "y")
    deliver(own, deliveries(own)[0].id)
    ((envelope, _),) = inbox.letters
    assert envelope.rcpt_tos == ["a@acme.example"]
    assert message_from_bytes(envelope.content, policy=policy.default)["bcc"] is None


def test_an_address_that_the_server_refuses_is_given_up_at_once(plain: Instance, inbox: Inbox, mail_port: int) -> None:
    inbox.refuses = True
    own = mailing(plain, mail_port)
    (delivery,) = told(own, mail=("a@acme.example",))
    deliver(own, delivery)
    assert deliveries(own)[0].given_up_at is not None


def test_a_mail_server_that_is_down_is_asked_again(plain: Instance) -> None:
    own = mailing(plain, _free_port())
    (delivery,) = told(own, mail=("a@acme.example",))
    deliver(own, delivery)
    (row,) = deliveries(own)
    assert (row.given_up_at, row.last_error) == (None, "the mail server does not answer")


def test_encryption_is_used_where_it_is_offered_and_a_password_goes_by_it(
    plain: Instance, inbox: Inbox, certified: ssl.SSLContext
) -> None:
    heard: list[Any] = []

    def authenticated(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
        heard.append((data.login, data.password))
        return AuthResult(success=True)

    controller = Controller(
        inbox, hostname="127.0.0.1", port=_free_port(), tls_context=certified, authenticator=authenticated
    )
    with _listening(controller) as port:
        own = mailing(plain, port, "board:p%40ss@")
        (delivery,) = told(own, mail=("a@acme.example",))
        deliver(own, delivery)
    assert [was_secure for _, was_secure in inbox.letters] == [True]
    assert heard == [(b"board", b"p@ss")]


def test_a_password_never_goes_without_encryption(plain: Instance, inbox: Inbox, mail_port: int) -> None:
    own = mailing(plain, mail_port, "board:secret@")
    (delivery,) = told(own, mail=("a@acme.example",))
    deliver(own, delivery)
    assert inbox.letters == []
    assert "no encryption" in (deliveries(own)[0].last_error or "")


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://host", "a@b.de"),
        ("smtp://", "a@b.de"),
        ("smtp://host:x", "a@b.de"),
        ("smtp://user:hidden@host", "nobody"),
    ],
)
def test_settings_of_mail_that_cannot_be_used_are_refused_without_the_password(url: str, sender: str) -> None:
    with pytest.raises(InputError) as refused:
        mail_server(Settings(smtp_url=url, mail_from=sender))
    assert "hidden" not in str(refused.value)


def test_an_invitation_is_told_to_its_address(plain: Instance, inbox: Inbox, mail_port: int) -> None:
    own = with_settings(mailing(plain, mail_port), public_url="https://board.example")
    invite(own, member(own, organisation(own), "owner"), "ada@acme.example", "submitter")
    deliver(own, deliveries(own)[0].id)
    ((envelope, _),) = inbox.letters
    assert envelope.rcpt_tos == ["ada@acme.example"]
    assert b"https://board.example" in envelope.content


@pytest.mark.parametrize(
    ("state", "is_told"), [("refused", True), ("published", True), ("evaluating", False), ("scored", False)]
)
def test_an_organisation_hears_of_what_concerns_it_with_every_reason(
    plain: Instance,
    state: str,
    is_told: bool,  # noqa: FBT001 - a case of the table
) -> None:
    own = organisation(plain)
    set_notifications(plain, member(plain, own, "owner"), "acme", mail=[], webhook="http://127.0.0.1:1/")
    benchmark_row(plain, own)
    faults = [{"place": "bundle.jsonl", "line": 3, "reason": "names no item"}]
    submission = submission_row(plain, own, state=state, faults=faults, public_reason="Because.")
    with plain.database.writing() as session:
        tell_of(session, plain, session.get_one(Submission, submission))
    texts = [row.body for row in deliveries(plain)]
    assert bool(texts) == is_told
    assert all("bundle.jsonl:3: names no item" in text and "Because." in text for text in texts)
