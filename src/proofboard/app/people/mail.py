"""Mail by SMTP: one message to one address, encrypted where the server offers it."""

import smtplib
import ssl
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

from proofboard.app.people.outcomes import Failure
from proofboard.app.service.instance import as_instant
from proofboard.errors import fault
from proofboard.settings import Settings

SECONDS: Final = 20.0
PORTS: Final = {"smtp": 25, "smtps": 465}
FIRST_PERMANENT: Final = 500

_REASONS: Final[Mapping[type[Exception], str]] = {
    smtplib.SMTPAuthenticationError: "the mail server refuses this server's password",
    smtplib.SMTPSenderRefused: "the mail server refuses this server as the sender",
    smtplib.SMTPResponseException: "the mail server refuses the message",
    ssl.SSLError: "the certificate of the mail server is not valid for its name",
    Exception: "the mail server does not answer",
}


class Letter(msgspec.Struct, frozen=True):
    """What is written to one address."""

    id: str
    """The same at every attempt: it becomes the message's id."""
    target: str
    subject: str
    text: str
    at: str
    """When it was written."""


class Server(msgspec.Struct, frozen=True):
    """Where mail goes out."""

    is_secure: bool
    host: str
    port: int
    user: str | None
    password: str | None
    sender: str


def sends_mail(settings: Settings) -> bool:
    """Say whether mail is sent at all."""
    return settings.smtp_url is not None and settings.mail_from is not None


def mail_server(settings: Settings) -> Server:
    """Read the two settings of mail; raises InputError, which never shows the password."""
    try:
        split = urlsplit(settings.smtp_url or "")
        port = split.port
    except ValueError:
        raise fault("PROOFBOARD_SMTP_URL", "is no address; expected smtp://user:password@host:port") from None
    if split.scheme not in PORTS or not split.hostname:
        raise fault("PROOFBOARD_SMTP_URL", f"begins {split.scheme!r}, expected smtp://host or smtps://host")
    if "@" not in (settings.mail_from or ""):
        raise fault("PROOFBOARD_MAIL_FROM", "is no mail address; mail needs a sender")
    return Server(
        is_secure=split.scheme == "smtps",
        host=split.hostname,
        port=port or PORTS[split.scheme],
        user=unquote(split.username) if split.username else None,
        password=unquote(split.password) if split.password else None,
        sender=str(settings.mail_from),
    )


def send(server: Server, letter: Letter) -> Failure | None:
    """Send a letter once; returns why it did not arrive, or None where the server took it."""
    try:
        with _connected(server) as smtp:
            if server.user is not None:
                if not isinstance(smtp.sock, ssl.SSLSocket):
                    return Failure("the mail server offers no encryption, and a password never goes without")
                smtp.login(server.user, server.password or "")
            smtp.send_message(_message(server, letter))
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        return Failure("the mail server refuses the address", is_final=all(code >= FIRST_PERMANENT for code in codes))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return Failure(next(reason for kind, reason in _REASONS.items() if isinstance(error, kind)))
    return None


def _connected(server: Server) -> smtplib.SMTP:
    domain = server.sender.rpartition("@")[2]
    if server.is_secure:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, local_hostname=domain, timeout=SECONDS, context=context)
    smtp = smtplib.SMTP(server.host, server.port, local_hostname=domain, timeout=SECONDS)
    try:
        smtp.ehlo()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _message(server: Server, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"] = Address(addr_spec=server.sender)
    message["To"] = Address(addr_spec=letter.target)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(as_instant(letter.at))
    message["Message-ID"] = f"<{letter.id}@{server.sender.rpartition('@')[2]}>"
    # A holiday note must not answer a machine (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
