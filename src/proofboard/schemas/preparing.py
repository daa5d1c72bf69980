"""Prepare every struct before threads read documents, because msgspec is not safe while two of them begin at once."""

from collections.abc import Iterator
from typing import Any

import msgspec


def prepare_structs() -> None:
    """Let msgspec describe every struct that is defined by now; to be called before threads that decode are started.

    It describes a struct when one is first decoded, and keeps the description where others find it before it is
    complete. A second thread that decodes the same struct meanwhile reads what is not there: the process is gone.
    """
    for own in list(_below(msgspec.Struct)):
        try:
            msgspec.json.Decoder(own)
        except TypeError:
            # It holds what no document can hold, so nobody decodes it.
            continue


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for own in kind.__subclasses__():
        yield own
        yield from _below(own)
