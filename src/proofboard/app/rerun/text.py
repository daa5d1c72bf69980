"""What a rerun found, as text for a terminal."""

from collections.abc import Iterator
from typing import Final

import msgspec

from proofboard.app.rerun.findings import Answer, AnsweredAgain, GradedAgain, Rerun
from proofboard.errors import printable

LONGEST_OUTPUT: Final = 60


def rerun_text(found: Rerun) -> str:
    """Write a rerun line by line; everything that a site or an adapter said stays on its line."""
    lines = [
        f"{found.entry} of the publication {found.publication}",
        _graded(found.grading),
        *_answered(found.answers),
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def _graded(found: GradedAgain) -> str:
    if found.status == "refused":
        return f"graded again: REFUSED: {found.reason}"
    taken = f"; not run here: {', '.join(found.attested)}" if found.attested else ""
    headline = "the headline depends on other entries" if found.score is None else f"headline {found.score}"
    return f"graded again: {found.n_scores} item scores are as published, {headline}{taken}"


def _answered(found: AnsweredAgain) -> Iterator[str]:
    why = f": {found.reason}" if found.reason else ""
    yield f"answered again: {found.status}{why}"
    if found.n_answers is not None:
        yield f"  {found.n_same} of {found.n_answers} answers are the same, by {found.recorder}"
        yield f"  published {found.published_digest}"
        yield f"  now       {found.digest}"
    if found.tolerance is not None:
        moved = f"difference {found.difference}, tolerance {found.tolerance}"
        items = f"{found.n_better} items better, {found.n_worse} worse"
        yield f"  headline {found.published_score} published, {found.score} now: {moved}; {items}"
    for changed in found.first_different:
        trial = f" (trial {changed.trial})" if changed.trial else ""
        yield f"  {changed.prompt_id}{trial}: {_short(changed.published)} was published, now {_short(changed.now)}"
    for note in found.notes:
        yield f"  note: {note}"


def _short(answer: Answer) -> str:
    if answer.state != "answered":
        return answer.state
    text = msgspec.json.encode(answer.output).decode()
    return text if len(text) <= LONGEST_OUTPUT else f"{text[: LONGEST_OUTPUT - 1]}…"
