"""Every error that Proofboard raises on purpose, drawn as one tree.

ProofboardError                 exit status 2: the input cannot be used as it is
├── InputError                  one or many faults, each with its file, line and reason
│   └── ChangedDocumentError    a fetched document is not the one that its parent names
├── UnsafeArchiveError          an archive that would write outside its folder, or far too much
├── HeldOutError                held-out material is where it must not be
├── DisclosureError             a held-out number that may not leave
├── UnknownEntryError           a selector that names no entry, or several
├── MissingExtraError           an optional part of Proofboard is not installed
├── OutputError                 the output folder cannot be written or replaced
├── StorageError                the blob store or the disk does not answer: a fault of the platform
└── RefusedError                a service refuses a request, with the reason and the status of its answer

What `verify` refuses is not an error of the program: see `proofboard.verify.refusals`.
A message says what, found, expected, and what to do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN_FAULTS = 50


class ProofboardError(Exception):
    """The root: catching it catches everything that Proofboard raises on purpose."""

    exit_status = 2


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with an input: the file, the line (from 1, or 0 for the whole file) and the reason."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        """Write the fault the way compilers do, so that editors can jump to it."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return printable(f"{place}: {self.reason}")


class InputError(ProofboardError):
    """Input that cannot be used, with every fault that was found and not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults sorted by place."""
        self.faults: Sequence[Fault] = tuple(sorted(set(faults)))
        shown = [str(fault) for fault in self.faults[:SHOWN_FAULTS]]
        if len(self.faults) > SHOWN_FAULTS:
            shown.append(f"… and {len(self.faults) - SHOWN_FAULTS} more faults of {len(self.faults)}")
        super().__init__("\n".join(shown))


class ChangedDocumentError(InputError):
    """A document that was fetched is not the one that its parent names."""


class UnsafeArchiveError(ProofboardError):
    """An archive that holds links, absolute paths, `..`, or far more data than its limit allows."""


class HeldOutError(ProofboardError):
    """Held-out material lies inside the site, or is tracked by git, or is not what it was committed to be."""


class DisclosureError(ProofboardError):
    """A held-out number was about to leave in a form that would reveal single items."""


class UnknownEntryError(ProofboardError):
    """A selector names no entry of the board, or more than one."""


class MissingExtraError(ProofboardError):
    """An optional dependency is needed for this and is not installed."""


class OutputError(ProofboardError):
    """The output folder cannot be written, or holds something that Proofboard did not write."""


class StorageError(ProofboardError):
    """The blob store or the disk does not answer: a fault of the platform, never of a submission."""


class RefusedError(ProofboardError):
    """A service refuses a request: not found, not allowed, too many, in conflict; with every reason."""

    def __init__(self, status: int, title: str, faults: Iterable[Fault] = (), *, retry_after_seconds: int = 0) -> None:
        """Keep the status of the answer (RFC 9110), a short title, and all faults."""
        self.status = status
        self.title = title
        self.faults: Sequence[Fault] = tuple(faults)
        self.retry_after_seconds = retry_after_seconds
        super().__init__("\n".join([title, *map(str, self.faults)]))


def printable(text: str) -> str:
    """Write text from outside so that it stays on its line: control characters could forge the lines around it."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def fault(file: object, reason: str, line: int = 0) -> InputError:
    """Make the error of a single fault."""
    return InputError([Fault(str(file), line, reason)])
