"""A board of thousands of entries as a busy benchmark has them, drawn by a seed: every column says something."""

import math
import random
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.core.intervals import wilson
from proofboard.schemas.board import BoardRow, HeldOutSet, Leaderboard, PublicSet

SEED: Final = 20_261_121
N_ITEMS: Final = 800
N_HELD_OUT: Final = 400
VENDORS: Final = 60
MODELS: Final = 320
PEOPLE: Final = 2_400
FIRST: Final = ("terse", "careful", "two-pass", "tools", "long", "json", "few-shot", "plan", "debate", "cached", "vote")
SECOND: Final = ("base", "mini", "lite", "draft", "repair", "german", "maths", "code", "legal", "fast", "cold", "warm")
FACETS: Final = ("category", "language", "difficulty")
VALUES: Final = 12
PLACES: Final = 6


def large_board(n_entries: int = 10_000, *, on_held_out: bool = True) -> Leaderboard:
    """Return a board; without held-out scores it ranks on the public ones."""
    draw = random.Random(SEED)  # noqa: S311 - the same board every time
    models = [_model(draw, number) for number in range(MODELS)]
    drawn = [_entry(draw, number, draw.choice(models), on_held_out=on_held_out) for number in range(n_entries)]
    drawn.sort(key=lambda own: (-(own["held_out"]["score"] or 0), own["vendor"], own["config_name"]))
    if not on_held_out:
        drawn.sort(key=lambda own: (-own["public"]["score"], own["vendor"], own["config_name"]))
    rows = [msgspec.convert(own | _ranks(draw, place, n_entries), BoardRow) for place, own in enumerate(drawn)]
    return Leaderboard(
        schema_version=1,
        benchmark="large",
        title="A large board",
        eval_protocol_version="3",
        judge_model=None,
        headline="score",
        ranking="held_out desc" if on_held_out else "public desc",
        method={"score": "exact mean over items"},
        minimum_detectable_difference=0.05,
        chance_level=0.25,
        median_overfit_gap=0.04,
        public_set=PublicSet(
            n_prompts=N_ITEMS, n_items=N_ITEMS, committed=True, reproducible_offline=True, digest=_digest("items")
        ),
        held_out_set=HeldOutSet(n_prompts=N_HELD_OUT, committed=False, commitment=None, note=None),
        tracks=[],
        entries=rows,
        other_protocols=[],
        skipped=[],
    )


def _model(draw: random.Random, number: int) -> dict[str, Any]:
    vendor = draw.randrange(VENDORS)
    return {
        "vendor": f"vendor-{vendor}",
        "model": f"family-{number % 37}/model-{number % 9}.{number}-{draw.choice(('instruct', 'chat', 'think'))}",
        "organization": f"Organisation {vendor % 23}",
        "strength": draw.uniform(0.2, 0.9),
        "price": draw.choice((0.15, 0.6, 1.1, 2.5, 3.0, 10.0)) / 1e6,
    }


def _entry(draw: random.Random, number: int, model: dict[str, Any], *, on_held_out: bool) -> dict[str, Any]:
    score = round(min(0.999, max(0.001, draw.gauss(model["strength"], 0.06))), PLACES)
    half = 1.96 * math.sqrt(score * (1 - score) / N_ITEMS) * draw.uniform(0.8, 1.1)
    released = (
        round(min(1.0, max(0.0, score - draw.gauss(0.03, 0.02))), 2) if on_held_out and draw.random() < 0.8 else None
    )
    name = f"{draw.choice(FIRST)}-{draw.choice(SECOND)}-{number:x}"
    kind = draw.choices(("community", "default", "seed", "baseline"), (90, 6, 3, 1))[0]
    target = {"description": "for people who need it here", "selector": {draw.choice(FACETS): [_value(draw)]}}
    digest = _digest(f"{number}")
    return {
        "vendor": model["vendor"],
        "config_name": name,
        "title": None,
        "provider": model["vendor"],
        "model": model["model"],
        "organization": model["organization"],
        "kind": kind,
        "contributor": f"contributor-{int(PEOPLE * draw.random() ** 2)}" if kind == "community" else None,
        "date": f"{2025 + draw.randrange(2)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}",
        "configuration": digest,
        "protocol_version": "3",
        "rank": None,
        "rank_range": None,
        "tied_groups": None,
        "parent": f"{model['vendor']}/{draw.choice(FIRST)}" if draw.random() < 0.2 else None,
        "same_recipe_as": None,
        "entry": digest,
        "target_subgroup": target if draw.random() < 0.3 else None,
        "track": None,
        "public": _public(draw, score, half),
        "held_out": _held_out(released),
        **_gap(draw, score, released, half),
        "close_the_loop": None,
        "win_regions": [_region(draw) for _ in range(draw.randrange(1, 4))] if draw.random() < 0.08 else [],
        "target_verdict": None,
        **_usage(draw, score, model["price"]),
        "run": {
            "tool_version": "proofboard 1",
            "judge_model": None,
            "n_votes": None,
            "recorded_bundle_sha256": digest[7:],
            "recorded_bundle_sha16": digest[7:23],
            "verified": True,
            "submitted_by": None,
        },
        "invalid": None,
        "disagreements": [],
        "pending": False,
    }


def _public(draw: random.Random, score: float, half: float) -> dict[str, Any]:
    return {
        "score": score,
        "reason": None,
        "exact": [str(round(score * 10**PLACES)), str(10**PLACES)],
        "pass_rate": None,
        "interval": [round(max(0.0, score - half), PLACES), round(min(1.0, score + half), PLACES)],
        "standard_error": round(half / 1.96, PLACES),
        "interval_method": "clustered t",
        "by_tier": None,
        "by": {},
        "metrics": {"score": score},
        "n_prompts": N_ITEMS,
        "n_items": N_ITEMS,
        "n_answered": N_ITEMS if draw.random() < 0.9 else N_ITEMS - draw.randrange(1, 30),
        "runs": None,
        "variance": None,
        "assurance": "recomputed" if draw.random() < 0.9 else "reported",
    }


def _held_out(released: float | None) -> dict[str, Any]:
    low, high = wilson(released or 0.0, N_HELD_OUT)
    none = released is None
    return {
        "score": released,
        "pass_rate": released,
        "interval": None if none else [round(low, PLACES), round(high, PLACES)],
        "by_tier": None,
        "by": None,
        "n_prompts": None if none else N_HELD_OUT,
        "status": "pending: the scoring budget of the organisation is used up" if none else "released",
        "assurance": None if none else "attested",
    }


def _gap(draw: random.Random, score: float, released: float | None, half: float) -> dict[str, Any]:
    if released is None:
        return {"overfit_gap": None, "overfit_interval": None, "overfit_test": None}
    gap = round(score - released, PLACES)
    wide = math.hypot(half, 0.045)
    return {
        "overfit_gap": gap,
        "overfit_interval": [round(gap - wide, PLACES), round(gap + wide, PLACES)],
        "overfit_test": "not shown" if draw.random() < 0.97 else "beyond chance",
    }


def _usage(draw: random.Random, score: float, price: float) -> dict[str, Any]:
    tokens = round(N_ITEMS * draw.lognormvariate(6.3, 0.6))
    dollars, seconds = round(tokens * price, 9), round(draw.lognormvariate(0.7, 0.8), PLACES)
    recorded = draw.random() < 0.85
    return {
        "efficiency": {
            "score_per_dollar": round(score / dollars, PLACES) if recorded else None,
            "score_per_million_tokens": round(score / tokens * 1e6, PLACES) if recorded else None,
            "score_per_second": round(score / seconds, PLACES) if recorded else None,
            "relative": round(draw.uniform(0, 100), 3) if recorded else None,
        },
        "cost_per_score": round(dollars / score, PLACES) if recorded else None,
        "usage": {
            "generation_calls": N_ITEMS,
            "judge_calls": None,
            "prompt_tokens": tokens // 3,
            "completion_tokens": tokens - tokens // 3,
            "total_tokens": tokens,
            "cost_dollars": dollars if recorded else None,
            "seconds": {"mean": seconds, "standard_deviation": None, "percentile_95": seconds * 2}
            if recorded
            else None,
            "n_recorded": N_ITEMS,
        },
    }


def _ranks(draw: random.Random, place: int, n_entries: int) -> dict[str, Any]:
    around = n_entries // 12
    first = max(1, place - draw.randrange(around // 2, around))
    last = min(n_entries, place + draw.randrange(around // 2, around))
    group = place * 40 // n_entries
    return {"rank": place + 1, "rank_range": [first, max(first, last)], "tied_groups": [group + 1, min(40, group + 4)]}


def _region(draw: random.Random) -> dict[str, Any]:
    held_out = draw.choice((None, "win", "no evidence"))
    lower, state = round(draw.uniform(0.001, 0.2), PLACES), draw.choice(("candidate", "confirmed"))
    return {
        "slice": f"{draw.choice(FACETS)}={_value(draw)}",
        "lower_bound": lower,
        "state": state,
        "held_out": held_out,
    }


def _value(draw: random.Random) -> str:
    return f"value-{draw.randrange(VALUES)}"


def _digest(said: str) -> str:
    return canonical.digest(said.encode())
