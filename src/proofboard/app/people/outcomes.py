"""How one attempt to deliver a message ended."""

import msgspec


class Failure(msgspec.Struct, frozen=True):
    """A message did not arrive."""

    reason: str
    """For the log of the organisation; names no address of the inside, and repeats nothing that was answered."""
    is_final: bool = False
    """True where another attempt would end the same."""
