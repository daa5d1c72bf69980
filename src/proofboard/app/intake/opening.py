"""Open an upload of either form: afterwards metadata and results are what an artifact is, checked like one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from proofboard import canonical
from proofboard.app.entries_folder import Faults
from proofboard.app.intake.posted_results import read_results
from proofboard.app.intake.results_format import bundle_of, configuration_of
from proofboard.app.submissions.artifact import NO_STORE, ReadArtifact, opened_artifact
from proofboard.app.submissions.checks import HELD_OUT, PUBLIC, Rules, check_submission
from proofboard.app.submissions.submitting import remarks_on, submission_of
from proofboard.errors import Fault, HeldOutError, InputError, StorageError, fault
from proofboard.record.freeze import freeze, write
from proofboard.schemas.submission import BUNDLES, CONFIGURATION

NO_HELD_OUT: Final = "answers held-out items, and this board takes none here; hand in the other answers without them"
UNFIT_HELD_OUT: Final = (
    "does not fit the held-out set: other prompts or protocol, an item that it does not have, or a score out of range; "
    "which of these is not told, ask the owner of the board"
)
"""All that is said of answers to held-out items: their store is known to workers only."""
HELD_OUT_PLACE: Final = f"{BUNDLES}/{HELD_OUT}"
HELD_OUT_FAILED: Final = "the held-out answers could not be checked"


@contextmanager
def opened_results(file: Path, entry: str, rules: Rules) -> Iterator[ReadArtifact]:
    """Lay posted metadata and results down beside their file, as a bundle, and check it; raises InputError."""
    raw = file.read_bytes()
    posted = read_results(raw)
    digest = canonical.digest(raw)
    configuration = configuration_of(posted.metadata, entry)
    bundle = bundle_of(posted, rules, digest)
    benchmark, table = rules.plan.benchmark, rules.tables[PUBLIC]
    files = freeze(bundle, benchmark.id, benchmark.protocol_version, configuration, table.prompts_digest)
    place = file.parent / BUNDLES / PUBLIC
    for name, content in files.items():
        write(place / name, content)
    faults = Faults()
    checked = faults.of(partial(check_submission, configuration, CONFIGURATION, [place], rules, faults))
    if checked is None or faults.found:
        raise InputError(faults.found)
    yield ReadArtifact(digest, submission_of(checked, rules, None), checked, remarks_on(checked, rules))


@contextmanager
def opened_upload(file: Path, rules: Rules, held_out: Callable[[], Rules | None]) -> Iterator[ReadArtifact]:
    """Check an artifact first without the held-out items, then with them; raises InputError or UnsafeArchiveError.

    `held_out` returns the rules with the held-out items, or None where they are not at hand. What is refused only
    because of them is refused in one sentence that tells nothing of them. Raises HeldOutError where their check fails.
    """
    with ExitStack() as held:
        try:
            found = held.enter_context(opened_artifact(file, rules))
        except InputError as error:
            others = [own for own in error.faults if own.reason != NO_STORE]
            whole = held_out() if len(others) < len(error.faults) else rules
            if whole is None:
                others.append(Fault(HELD_OUT_PLACE, 0, NO_HELD_OUT))
            if others or whole is None:
                raise InputError(others) from error
            found = _with_held_out(held, file, whole)
        yield found


def _with_held_out(held: ExitStack, file: Path, rules: Rules) -> ReadArtifact:
    try:
        return held.enter_context(opened_artifact(file, rules))
    except InputError:
        raise fault(HELD_OUT_PLACE, UNFIT_HELD_OUT) from None
    except StorageError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, it may speak of held-out items
        raise HeldOutError(HELD_OUT_FAILED) from None
