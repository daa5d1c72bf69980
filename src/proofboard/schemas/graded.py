"""What programs of the benchmark's owner made of a bundle in their sandbox: recorded outputs, never run again."""

from typing import Annotated, Final, Literal

import msgspec

from proofboard.schemas.base import Count, Digest, Document, Integer, LeanDocument, Line, PathId
from proofboard.schemas.bundle import Reference, Stage, Trial

GRADED: Final = "graded"
"""The folder of a benchmark directory, or of a held-out store, with one folder for each bundle that was graded."""
GRADED_FILE: Final = "graded.json"
ARTIFACTS: Final = "artifacts"
"""The folder with what programs kept; a file is called by the hexadecimal digits of its digest."""

MOST_FINDINGS: Final = 20
LONGEST_FINDING: Final = 200
LONGEST_REASON: Final = 500

Outcome = Literal[
    "graded",
    "no_result",
    "crashed",
    "timed_out",
    "out_of_cpu",
    "out_of_memory",
    "too_many_processes",
    "too_much_output",
]
"""`graded`: the program printed what was declared. All others give the worst score of every metric."""


class GradedResponse(LeanDocument, frozen=True):
    """What one program made of one response to one item."""

    item_id: Reference
    """The item that was graded."""
    program: PathId
    """The program that graded it."""
    outcome: Outcome = "graded"
    """How its run ended."""
    scores: dict[PathId, Integer | None] = {}
    """Metric → integer over that metric's denominator; empty unless the outcome is `graded`."""
    trial: Trial = 0
    """The trial that was graded."""
    stage: Stage = "answer"
    """The stage that was graded."""
    reason: Annotated[str, msgspec.Meta(max_length=LONGEST_REASON)] | None = None
    """What went wrong, in a sentence."""
    findings: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=LONGEST_FINDING)]], msgspec.Meta(max_length=MOST_FINDINGS)
    ] = []
    """What the program says that the response did and must not do."""
    artifacts: dict[PathId, Digest] = {}
    """Name → digest of what the program kept: code, a log, a report."""
    wall_microseconds: Count | None = None
    """How long it ran."""
    cpu_microseconds: Count | None = None
    """How long it computed, all its processes together."""
    peak_kib: Count | None = None
    """The most memory that all its processes had together, as far as it was seen."""


class GradedDocument(Document, frozen=True):
    """`graded.json`: every answered response of a bundle, graded by every program of the benchmark."""

    schema_version: Literal[1]
    bundle: Digest
    """The bundle that was graded."""
    items: Digest
    """What it was held against: the digest of the items, references included."""
    programs: dict[PathId, Digest]
    """Program → digest of its command line, limits, environment and files, and of the grids that it scores on."""
    sandbox: Line
    """What kept the programs in: `bubblewrap 0.8.0`."""
    software: Line
    """The software that ran them, with its version."""
    responses: list[GradedResponse]
    """In the order of item, trial, stage and program."""
