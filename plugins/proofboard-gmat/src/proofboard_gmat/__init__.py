"""The grader `gmat_structural`: does a GMAT mission script lint cleanly and hold what its item asks for?"""

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any, Final

import msgspec
from gmat_script import Script, Severity, Tree, lint, load_catalog, parse

from proofboard.core.graders.base import GradeFunction, Grader, Votes
from proofboard.errors import fault
from proofboard.schemas.base import Document
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item
from proofboard.schemas.reading import as_kind

NAME: Final = "gmat_structural"

LONGEST_SCRIPT: Final = 100_000
# The parser's own walks are recursive: a deeper script would pass or fail by the state of the caller's stack.
DEEPEST_NODE: Final = 200

_BLOCKING: Final = frozenset({Severity.ERROR, Severity.WARNING})
_DIRECTIVE: Final = re.compile(r"gmat-script:", re.IGNORECASE)


class Options(Document, frozen=True):
    """The options of the grader."""

    target_version: str | None = None
    """The GMAT version to lint against; the newest known by default."""


class Structural(Document, frozen=True):
    """What a script must hold."""

    required_types: tuple[str, ...] = ()
    required_fields: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Resource type → fields, each of which some resource of that type must set."""
    required_commands: tuple[str, ...] = ()


def gmat_structural(options: Mapping[str, Any]) -> Grader:
    """Make the grader; raises InputError for unknown options or an unknown GMAT version."""
    chosen = as_kind(dict(options), Options, f"grader {NAME}: options")
    try:
        load_catalog(chosen.target_version)
    except (ValueError, LookupError, OSError) as error:
        raise fault(f"grader {NAME}", f"options.target_version: {error}") from error
    return Grader(name=NAME, version=f"gmat-script {version('gmat-script')}", grade=_grade_against(chosen))


def _grade_against(options: Options) -> GradeFunction:
    def grade(item: Item, response: Response, _votes: Votes) -> bool:
        required = structural_of(item)
        script = read_script(response.output)
        return script is not None and holds(script, required) and lints_cleanly(script, options.target_version)

    return grade


def structural_of(item: Item) -> Structural:
    """Read what an item asks for; raises InputError where it does not say so."""
    asked = item.reference.get("structural") if isinstance(item.reference, dict) else None
    try:
        return msgspec.convert(asked, Structural)
    except msgspec.ValidationError:
        # The message repeats nothing of the reference: the item may be held out.
        expected = "required_types, required_fields and required_commands"
        raise fault("items", f"the item {item.id!r} has no usable reference.structural, expected {expected}") from None


def read_script(output: Any) -> Script | None:  # noqa: ANN401 - any JSON value
    """Parse a response as a script; None where it is no text, or beyond the limits."""
    if not isinstance(output, str) or len(output) > LONGEST_SCRIPT:
        return None
    try:
        # A script that is graded must not switch rules off: a directive that is spelt otherwise is a comment.
        tree = parse(_DIRECTIVE.sub("gmat-script;", output))
    except UnicodeEncodeError:
        return None
    return None if _is_too_deep(tree) else Script(tree)


def _is_too_deep(tree: Tree) -> bool:
    cursor, depth = tree.root_node.walk(), 0
    while True:
        if cursor.goto_first_child():
            depth += 1
            if depth > DEEPEST_NODE:
                return True
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return False
            depth -= 1


def holds(script: Script, required: Structural) -> bool:
    """Say whether a script has the required resource types, fields and commands."""
    resources = list(script.resources.values())
    return (
        set(required.required_types) <= {resource.type for resource in resources}
        and all(
            any(resource.type == kind and field in resource for resource in resources)
            for kind, fields in required.required_fields.items()
            for field in fields
        )
        and set(required.required_commands) <= set(_commands(script.mission_sequence))
    )


def _commands(sequence: Any) -> Iterator[str]:  # noqa: ANN401 - gmat-script has one class for each command
    """Yield the keyword of every command, those inside control flow included."""
    for command in sequence:
        yield getattr(command, "keyword", "")
        yield from _commands(getattr(command, "body", None) or ())


def lints_cleanly(script: Script, target_version: str | None) -> bool:
    """Say whether the linter finds nothing that keeps GMAT from loading the script."""
    return not any(found.severity in _BLOCKING for found in lint(script, target_version=target_version))
