"""Who asks: every verb of a service that changes something is given an actor, and none is trusted by default."""

from typing import Final, Literal

import msgspec

from proofboard.errors import RefusedError
from proofboard.schemas.states import ROLES, Role

ActorKind = Literal["key", "person", "worker", "system", "anonymous"]


class Actor(msgspec.Struct, frozen=True):
    """Somebody who was recognised by a key or session, or a part of the service itself."""

    kind: ActorKind
    id: str | None = None
    organisation_id: str | None = None
    role: Role | None = None
    """The role in that organisation."""
    is_host: bool = False
    """True where that organisation is the instance's own: its members act on every benchmark."""
    benchmarks: tuple[str, ...] = ()
    """What a key is limited to; empty is all."""

    @property
    def name(self) -> str:
        """Return the name under which the audit log knows the actor."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    def may(self, role: Role) -> bool:
        """Say whether the actor has a role in its organisation, or a higher one."""
        return self.role is not None and ROLES.index(self.role) <= ROLES.index(role)

    def reaches(self, benchmark: str) -> bool:
        """Say whether the key is good for a benchmark."""
        return not self.benchmarks or benchmark in self.benchmarks

    def owns(self, benchmark: str, organisation_id: str, role: Role = "maintainer") -> bool:
        """Say whether the actor runs a benchmark that belongs to an organisation."""
        return self.reaches(benchmark) and self.may(role) and (self.is_host or self.organisation_id == organisation_id)


ANONYMOUS: Final = Actor("anonymous")
SYSTEM: Final = Actor("system")


def refuse_unless(allowed: bool, actor: Actor, what: str) -> None:  # noqa: FBT001 - it reads as a sentence
    """Raise RefusedError where an actor may not do something: 401 without a key or session, 403 with one."""
    if allowed:
        return
    if actor.kind == "anonymous":
        raise RefusedError(401, f"{what} needs a key or a session; send the header api-key, or sign in")
    raise RefusedError(403, f"{what} is not allowed to this key or person; ask an owner of the organisation")
