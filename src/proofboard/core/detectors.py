"""Runs that are no measurement: all answers empty, all the same, or all uniform.

Such a run is shown with its reason and without a rank; the baselines of a board answer so on purpose and are exempt.
False alarms: an honest run of ten or more answers would have to be constant, which a benchmark with more than one right
answer never rewards; the uniform rule needs 80 % of the answers within 0.01 of uniform without any refusal.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from proofboard import canonical
from proofboard.core.exact import mean_of
from proofboard.schemas.bundle import Response

FEWEST: Final = 10
UNIFORM_SHARE: Final = Fraction(80, 100)
UNIFORM_DEVIATION: Final = 0.01
UNIFORM_REFUSAL: Final = Fraction(5, 100)


def why_invalid(responses: Sequence[Response]) -> str | None:
    """Say why the answers of a run are no measurement, or None."""
    outputs = [
        response.output for response in responses if response.state == "answered" and response.output is not None
    ]
    if len(outputs) < FEWEST:
        return None
    if all(isinstance(output, str) and not output.strip() for output in outputs):
        return f"all {len(outputs)} answers are empty"
    if _all_equal(outputs):
        return f"all {len(outputs)} answers are identical"
    return _why_uniform(outputs)


def _all_equal(outputs: Sequence[Any]) -> bool:
    first = outputs[0]
    if any(output != first for output in outputs[1:]):
        return False
    return len({canonical.dump(output) for output in outputs}) == 1


def _why_uniform(outputs: Sequence[Any]) -> str | None:
    answers = [
        output for output in outputs if isinstance(output, dict) and isinstance(output.get("distribution"), dict)
    ]
    if len(answers) < FEWEST:
        return None
    uniform = sum(1 for answer in answers if _is_uniform(list(answer["distribution"].values())))
    refusals = [Fraction(rate) for answer in answers if isinstance(rate := answer.get("refusal_rate"), (int, float))]
    refused = mean_of(refusals) if refusals else Fraction(0)
    if Fraction(uniform, len(answers)) < UNIFORM_SHARE or refused >= UNIFORM_REFUSAL:
        return None
    return f"{uniform} of {len(answers)} answer distributions are uniform"


def _is_uniform(shares: Sequence[Any]) -> bool:
    if not shares or not all(isinstance(share, (int, float)) for share in shares):
        return False
    level = 1 / len(shares)
    return all(abs(share - level) < UNIFORM_DEVIATION for share in shares)
