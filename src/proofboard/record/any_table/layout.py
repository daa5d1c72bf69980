"""How a table is laid out: its form, and which column plays which role."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from proofboard.record.any_table.names import aggregate_of
from proofboard.record.any_table.roles import Form
from proofboard.record.source_files import some

SHOWN_PARTS: Final = 3


@dataclass(slots=True)
class Layout:
    """A form, and the columns that are read."""

    form: Form
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Role → its columns."""
    facets: dict[str, str] = field(default_factory=dict)
    """Facet → its column."""
    scores: dict[str, str] = field(default_factory=dict)
    """In the long form: metric → its column."""
    parts: dict[str, str] = field(default_factory=dict)
    """In the wide forms: item or entry → its column of scores."""
    left_out: list[str] = field(default_factory=list)

    def column(self, role: str) -> str | None:
        """Return the one column of a role."""
        return self.roles[role][0] if role in self.roles else None

    def needed(self) -> list[str]:
        """List the columns that are read."""
        several = [column for own in self.roles.values() for column in own]
        return list(dict.fromkeys([*several, *self.facets.values(), *self.scores.values(), *self.parts.values()]))

    def told(self) -> str:
        """Say on one line what was taken for what."""
        facets = [f"facet {name} = {column}" for name, column in self.facets.items()]
        left = f"; left out: {some(self.left_out, 8)}" if self.left_out else ""
        return f"columns: {', '.join(self._roles())}{''.join(f'; {facet}' for facet in facets)}{left}"

    def _roles(self) -> Iterator[str]:
        if self.form != "long":
            yield f"form = {self.form}"
        for role, columns in self.roles.items():
            yield f"{role} = {'+'.join(columns)}"
        for name, column in self.scores.items():
            yield f"score = {column}" if len(self.scores) == 1 else f"score.{name} = {column}"
        if self.parts:
            of = "item" if self.form == "wide" else "entry"
            summed = [column for column in self.parts.values() if self.form == "wide" and aggregate_of(column)]
            single = [column for column in self.parts.values() if column not in summed] or summed
            yield f"{len(single)} column(s) with the scores of one {of} each = {some(single, SHOWN_PARTS)}"
            if summed and summed != single:
                yield f"claims = {some(summed, SHOWN_PARTS)}"
