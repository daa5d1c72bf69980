"""Places in an organisation's quota: constraints of the database decide who gets one, however many ask at once.

A place is the lowest free number below the limit, taken by an insert that nobody else can make: two that choose the
same number are one row, and whoever comes second looks again. A place is given back where the platform failed, and
where a submission was refused before anything of it was evaluated: neither told its submitter a score.
"""

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from typing import Final

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from proofboard import canonical
from proofboard.app.service.instance import as_instant, as_text
from proofboard.errors import Fault, RefusedError
from proofboard.schemas.service import BenchmarkSettings
from proofboard.store.changes import changed_rows, inserted
from proofboard.store.tables import QuotaSlot, ScoringCharge

LONGEST_MODEL: Final = 200
REFUSED: Final = "refused before evaluation"
MOST_REFUNDED: Final = 20
"""Refusals of one day after which an organisation's refused submissions count: checks cost time too."""


class Claimant(msgspec.Struct, frozen=True):
    """The submission that a place is for."""

    submission: str
    organisation: str
    benchmark: str
    model: str
    """As `normalised` writes it."""
    day: str
    """The UTC day that is counted: the one on which it was handed in."""


def normalised(model: str) -> str:
    """Write a model's name so that `GPT-4 ` and `gpt_4` are one: letters that look alike, cases, spaces, hyphens."""
    plain = unicodedata.normalize("NFKC", model).casefold()
    seen = "".join(letter for letter in plain if unicodedata.category(letter) not in {"Cf", "Cc"} or letter.isspace())
    # Hyphens of every kind, and what stands for one.
    parts = "".join(" " if letter == "_" or unicodedata.category(letter) == "Pd" else letter for letter in seen).split()
    name = "-".join(parts) or "unnamed"
    if len(name) <= LONGEST_MODEL:
        return name
    return f"{name[:LONGEST_MODEL]}-{canonical.hex_of(canonical.digest(name.encode()))[:16]}"


def take_slot(session: Session, claimant: Claimant, settings: BenchmarkSettings, now: str) -> None:
    """Take a place of the day for a submission whose row is there; raises RefusedError (429) where none is free."""
    while True:
        slot, day_slot = free_places(session, claimant, settings, now)
        row = {
            "submission_id": claimant.submission,
            "organisation_id": claimant.organisation,
            "benchmark_id": claimant.benchmark,
            "model": claimant.model,
            "day": claimant.day,
            "slot": slot,
            "day_slot": day_slot,
        }
        if inserted(session, QuotaSlot, row):
            return


def free_places(session: Session, claimant: Claimant, settings: BenchmarkSettings, now: str) -> tuple[int, int]:
    """Return the lowest free places of the model and of the day; raises RefusedError (429) where one is used up."""
    per_model, per_day = settings.limits.submissions_per_model_and_day, settings.limits.submissions_per_day
    rows = session.execute(
        select(QuotaSlot.model, QuotaSlot.slot, QuotaSlot.day_slot).where(
            QuotaSlot.organisation_id == claimant.organisation,
            QuotaSlot.benchmark_id == claimant.benchmark,
            QuotaSlot.day == claimant.day,
        )
    )
    taken = [(model, slot, day_slot) for model, slot, day_slot in rows if slot is not None]
    slot = _free((slot for model, slot, _ in taken if model == claimant.model), per_model)
    day_slot = _free((day_slot for _, _, day_slot in taken), per_day)
    if slot is None:
        raise _used_up(f"{per_model} of {per_model} submissions of the model {claimant.model}", now)
    if day_slot is None:
        raise _used_up(f"{per_day} of {per_day} submissions", now)
    return slot, day_slot


def _free(taken: Iterable[int | None], limit: int | None) -> int | None:
    """Return the lowest number that is not taken, below a limit where there is one."""
    numbers = frozenset(taken)
    lowest = next(number for number in count() if number not in numbers)
    return lowest if limit is None or lowest < limit else None


def _used_up(what: str, now: str) -> RefusedError:
    midnight = as_instant(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    seconds = 1 + int((midnight - as_instant(now)).total_seconds())
    reason = f"{what} were handed in on {now[:10]}; the next is taken from {as_text(midnight)} on"
    return RefusedError(
        429, "The quota of the day is used up", [Fault("quota", 0, reason)], retry_after_seconds=seconds
    )


def charge_scoring(session: Session, claimant: Claimant, settings: BenchmarkSettings) -> Fault | None:
    """Charge a submission with held-out answers to its organisation's budget; the reason where nothing is left of it.

    A submission is charged once, however often it is asked for.
    """
    if session.get(ScoringCharge, claimant.submission) is not None:
        return None
    limit, rotation = settings.limits.scorings_per_rotation, settings.rotation
    while True:
        taken = session.scalars(
            select(ScoringCharge.slot).where(
                ScoringCharge.organisation_id == claimant.organisation,
                ScoringCharge.benchmark_id == claimant.benchmark,
                ScoringCharge.rotation == rotation,
            )
        )
        slot = _free(taken, limit)
        if slot is None:
            reason = (
                f"all {limit} held-out scorings of rotation {rotation} are spent; hand the public answers in without "
                "held-out ones, or wait for the next rotation"
            )
            return Fault("bundles/held_out", 0, reason)
        row = {
            "submission_id": claimant.submission,
            "organisation_id": claimant.organisation,
            "benchmark_id": claimant.benchmark,
            "rotation": rotation,
            "slot": slot,
        }
        if inserted(session, ScoringCharge, row):
            return None


def refund(session: Session, submission_id: str, because: str) -> bool:
    """Give a submission's places back, of the day and of held-out scoring; False where there was nothing to do."""
    given_back = 0
    for table, places in ((QuotaSlot, ("slot", "day_slot")), (ScoringCharge, ("slot",))):
        void = dict.fromkeys(places)
        own = update(table).where(table.submission_id == submission_id, table.refunded_because.is_(None))
        given_back += changed_rows(session, own.values(**void, refunded_because=because[:500]))
    return given_back > 0


def refund_refused(session: Session, claimant: Claimant) -> bool:
    """Give the places of a submission back that was refused before evaluation, up to a number of them each day."""
    refunded = session.scalar(
        select(func.count())
        .select_from(QuotaSlot)
        .where(
            QuotaSlot.organisation_id == claimant.organisation,
            QuotaSlot.benchmark_id == claimant.benchmark,
            QuotaSlot.day == claimant.day,
            QuotaSlot.refunded_because == REFUSED,
        )
    )
    return (refunded or 0) < MOST_REFUNDED and refund(session, claimant.submission, REFUSED)
