"""What somebody said of the columns: roles, facets, and choices such as the form; checked against what is there."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, cast

from proofboard.errors import Fault, InputError
from proofboard.record.any_table.names import ANSWERS, OF_ITEMS, ROLES
from proofboard.record.any_table.numbers import Scale
from proofboard.record.any_table.table import FILE
from proofboard.record.source_files import some

Form = Literal["long", "wide", "wide-items"]
Direction = Literal["higher", "lower"]
Missing = Literal["null", "drop", "worst"]

NAMED: Final = ("facet", "score", "item", "entry", "ignore")
"""Roles that several columns may have, each under a name: `facet.difficulty`."""
JOINED: Final = ("entry", "item")
"""Roles that several columns may play together: `task+question`."""
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "form": ("long", "wide", "wide-items"),
    "scale": ("percent", "plain"),
    "missing": ("null", "drop", "worst"),
    "direction": ("higher", "lower"),
}
"""What is said in the same way and names no column."""
SHOWN: Final = 40

FORBIDDEN: Final[Mapping[Form, frozenset[str]]] = {
    "long": frozenset(),
    "wide": frozenset({"item", "score", *OF_ITEMS, *ANSWERS}),
    "wide-items": frozenset({"entry", "config_name", "model", "vendor", "provider", "score", "date", *ANSWERS}),
}
"""Roles that no column can have in a form."""
FORBIDDEN_NAMED: Final[Mapping[Form, frozenset[str]]] = {
    "long": frozenset({"entry", "item"}),
    "wide": frozenset({"entry", "facet", "score"}),
    "wide-items": frozenset({"item", "score"}),
}
"""The same of roles that several columns may have."""
OF_FILES: Final = frozenset({"entry", "config_name", "model", "vendor", "provider", "item", "metric", "trial"})
"""Roles that the name of each row's file may play."""


@dataclass(slots=True)
class Asked:
    """What was said of the columns, in the words of `--column`."""

    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Role → its columns; several only where they name an entry or an item together."""
    named: dict[str, dict[str, str]] = field(default_factory=lambda: {role: {} for role in NAMED})
    """Role → name → column."""
    form: Form | None = None
    scale: Scale | None = None
    missing: Missing = "null"
    directions: dict[str, Direction] = field(default_factory=dict)
    """Metric → which scores are better; the empty name stands for all metrics."""
    headline: str | None = None

    def taken(self) -> set[str]:
        """Return the columns of which something was said."""
        several = {column for own in self.columns.values() for column in own}
        return several | {column for own in self.named.values() for column in own.values()}

    def has(self, *roles: str) -> bool:
        """Say whether any of these roles was given a column."""
        return any(role in self.columns for role in roles)


def read_asked(columns: Mapping[str, str], there: Collection[str], source: Path) -> Asked:
    """Read what was said; raises InputError for every role that does not exist and every column that is not there."""
    asked = Asked()
    faults = [
        Fault(str(source), 0, reason) for key, said in columns.items() for reason in _take(asked, key, said, there)
    ]
    if faults:
        raise InputError(faults)
    return asked


def _take(asked: Asked, key: str, said: str, there: Collection[str]) -> Iterator[str]:
    """Note one thing that was said, or yield why it cannot be."""
    role, dot, name = key.partition(".")
    if role in CHOICES and (role == "direction" or not dot):
        if said in CHOICES[role]:
            _choose(asked, role, name, said)
        else:
            yield f"--column {key}={said[:SHOWN]}: expected one of {', '.join(CHOICES[role])}"
    elif key == "headline":
        asked.headline = said
    elif (dot and role in NAMED and name) or (not dot and role in {"facet", "ignore"}):
        if said in there:
            asked.named[role][name or said] = said
        else:
            yield _absent(key, said, there)
    elif not dot and role in ROLES:
        found = _columns(role, said, there)
        if found:
            asked.columns[role] = found
        else:
            yield _absent(key, said, there)
    else:
        known = f"{', '.join(ROLES)}, facet.NAME, score.NAME, ignore, {', '.join(CHOICES)} and headline"
        yield f"--column {key[:SHOWN]}=…: is no role; roles are {known}"


def _choose(asked: Asked, role: str, name: str, said: str) -> None:
    if role == "direction":
        asked.directions[name] = cast("Direction", said)
    else:
        setattr(asked, role, said)


def _columns(role: str, said: str, there: Collection[str]) -> tuple[str, ...]:
    """Find the column of a name, or the columns of a name with plus signs; nothing where one is not there."""
    if said in there or (said == FILE and role in OF_FILES):
        return (said,)
    parts = tuple(part.strip() for part in said.split("+")) if role in JOINED else ()
    return parts if len(parts) > 1 and all(part in there for part in parts) else ()


def _absent(key: str, said: str, there: Collection[str]) -> str:
    return f"--column {key}={said[:SHOWN]}: there is no such column; there are {some(there, 20)}"


def contradictions(asked: Asked, form: Form) -> Iterator[str]:
    """Say what was said of columns that a form does not have."""
    kept = "leave it out, or choose another form"
    for role in sorted(FORBIDDEN[form] & asked.columns.keys()):
        yield f"--column {role}=…: the form {form} has no such column; {kept}"
    for role in sorted(role for role in FORBIDDEN_NAMED[form] if asked.named[role]):
        yield f"--column {role}.NAME=…: the form {form} has no such columns; {kept}"
