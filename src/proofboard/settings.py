"""What the environment may change: read once at the edges (cli, api, pipeline), then passed in as a value.

A name that starts with `PROOFBOARD_` and is none of these is refused: a misspelt setting would be no setting.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from proofboard.errors import Fault, InputError

PREFIX: Final = "PROOFBOARD_"
OTHER_NAMES: Final = frozenset({"PROOFBOARD_KEY", "PROOFBOARD_TRACEBACK", "PROOFBOARD_ENGINE_WORKERS"})
"""Read where they are needed, by commands that know no service."""


AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How this process runs; the environment variable of a field is `PROOFBOARD_` and its name in capitals."""

    data: Path = Path("proofboard-data")
    """The folder of an instance: database, blobs, keys, and what workers lay down for a while."""
    database_url: str | None = None
    """PostgreSQL as `postgresql://…`; without it, SQLite in the data folder."""
    blobs_url: str | None = None
    """A folder that all workers share, or `s3://bucket/prefix`; without it, a folder in the data folder."""
    blobs_public_url: str | None = None
    """Where a CDN serves the blobs of an object store; without it, addresses are pre-signed."""
    held_out: Path | None = None
    """The folder of held-out stores, one for each benchmark; given to workers only."""
    public_url: str | None = None
    """The address that readers use, where a proxy stands before the service."""
    worker_name: str | None = None
    """The stable name of this worker; without it, the host and the first free number."""
    signing_key: Path | None = None
    """The board's private key; without it, one in the data folder, made on first start."""
    trusted_proxies: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How many proxies stand before the service: the address of a reader is the last but so many."""
    reads_per_minute: AtLeastOne = 6000
    """Requests of one address."""
    writes_per_minute: AtLeastOne = 1200
    """Requests of one key or session that may change something."""
    strangers_per_minute: AtLeastOne = 60
    """Requests of one address that may change something and show no key, and keys that are not accepted."""
    upload_megabytes: AtLeastOne = 1000
    """The largest upload of the server, in units of 1,000,000 bytes; each benchmark has a limit of its own below it."""
    oidc_issuer: str | None = None
    """The OpenID Connect provider that people sign in with."""
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    new_organisations: Literal["anybody", "host"] = "anybody"
    """Who may make an organisation: whoever signs in makes one, or only owners of the host make any."""
    private_webhooks: bool = False
    """True to let webhooks reach private addresses, and without https: whoever sets one can then reach your network."""
    smtp_url: str | None = None
    """`smtp://user:password@host:port` or `smtps://…`; without it, no mail is sent."""
    mail_from: str | None = None
    deep_scan: bool = False
    """True to look for secrets with `kingfisher` as well, where it is installed."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """`warning`: faults only; `info`: also every start and, in one line each, the jobs that ended."""

    @property
    def is_sqlite(self) -> bool:
        """Say whether everything is on this machine."""
        return self.database_url is None

    @property
    def scratch(self) -> Path:
        """Return the folder where workers lay things down that they can make again."""
        return self.data / "scratch"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings out of an environment; raises InputError with every fault."""
    fields = {f"{PREFIX}{field.upper()}": field for field in Settings.__struct_fields__}
    named = {name: value for name, value in environment.items() if name.startswith(PREFIX) and value != ""}
    faults = [
        Fault(name, 0, f"is no setting; {_meant(name, fields)}")
        for name in sorted(named)
        if name not in fields and name not in OTHER_NAMES
    ]
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in named:
            try:
                values |= msgspec.to_builtins(_one(field, named[name]))
            except msgspec.ValidationError:
                faults.append(Fault(name, 0, f"is {named[name]!r}, expected {_expected(field)}"))
    if faults:
        raise InputError(faults)
    return msgspec.convert(values, Settings, strict=False, dec_hook=_path)


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, 1, 0.8)
    return f"did you mean {close[0]}?" if close else f"expected one of {', '.join(sorted(known))}"


def _expected(field: str) -> str:
    """Say what a setting may be, in words."""
    fields = msgspec.inspect.type_info(Settings).fields  # type: ignore[attr-defined]  # it is a struct
    match next(own.type for own in fields if own.name == field):
        case msgspec.inspect.LiteralType(values=values):
            return f"one of {', '.join(map(str, values))}"
        case msgspec.inspect.IntType(ge=least):
            return f"a whole number from {least} on"
        case msgspec.inspect.BoolType():
            return "true or false"
        case _:
            return "a text"


def _one(field: str, value: str) -> dict[str, str]:
    msgspec.convert({field: value}, Settings, strict=False, dec_hook=_path)
    return {field: value}


def _path(kind: type, value: Any) -> Any:  # noqa: ANN401 - the signature is msgspec's
    if kind is Path:
        return Path(value)
    raise NotImplementedError
