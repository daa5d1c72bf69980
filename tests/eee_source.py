"""Records of Every Eval Ever for tests; each builder states only what a claim is about."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SAMPLES = "5d0c1e1a-0000-4000-8000-00000000000a_samples.jsonl"


def result(name: str = "Sums", score: Any = 0.5, kind: str | None = "accuracy", **changes: Any) -> dict[str, Any]:
    """Make one number; `changes` are merged into its parts."""
    made: dict[str, Any] = {
        "evaluation_name": name,
        "evaluation_result_id": f"{name}/{kind}",
        "source_data": {"dataset_name": name, "source_type": "hf_dataset", "hf_repo": f"maker/{name}"},
        "metric_config": {
            "lower_is_better": False,
            "score_type": "continuous",
            "min_score": 0.0,
            "max_score": 1.0,
            **({"metric_kind": kind} if kind else {}),
        },
        "score_details": {"score": score},
    }
    return merged(made, changes)


def merged(made: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Merge changes into parts; None removes."""
    whole = dict(made)
    for key, value in changes.items():
        whole[key] = merged(whole.get(key) or {}, value) if isinstance(value, dict) else value
    return {key: value for key, value in whole.items() if value is not None}


def record(model: str = "maker/one", *results: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Make a record of one model."""
    made: dict[str, Any] = {
        "schema_version": "0.3.0",
        "evaluation_id": f"sums/{model.replace('/', '_')}/1700000000",
        "retrieved_timestamp": "1700000000",
        "source_metadata": {
            "source_name": "A leaderboard",
            "source_type": "documentation",
            "source_organization_name": "Some institute",
            "evaluator_relationship": "third_party",
        },
        "eval_library": {"name": "some_eval", "version": "1.2"},
        "model_info": {
            "name": model.rpartition("/")[2],
            "id": model,
            "additional_details": {"deployment_type": "unknown", "model_availability": "open_weights"},
        },
        "evaluation_results": list(results) or [result()],
    }
    return merged(made, changes)


def instance(sample: str, answer: str, score: float, of: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Make one instance of the first result of a record."""
    (first, *_) = of["evaluation_results"]
    made: dict[str, Any] = {
        "schema_version": "0.3.0",
        "evaluation_id": of["evaluation_id"],
        "model_id": of["model_info"]["id"],
        "evaluation_name": first["evaluation_name"],
        "evaluation_result_id": first.get("evaluation_result_id"),
        "sample_id": sample,
        "interaction_type": "single_turn",
        "input": {"raw": f"What is {sample}?", "reference": [sample[-1]]},
        "output": {"raw": [answer]},
        "answer_attribution": [],
        "evaluation": {"score": score, "is_correct": score == 1},
    }
    return {key: value for key, value in {**made, **changes}.items() if value is not None}


def store(folder: Path, *records: Mapping[str, Any], instances: Sequence[Mapping[str, Any]] = ()) -> Path:
    """Write a data store: each record in a file of its own, the instances in one."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, own in enumerate(records):
        (folder / f"{place}.json").write_text(json.dumps(own), encoding="utf-8")
    if instances:
        (folder / SAMPLES).write_text("".join(f"{json.dumps(own)}\n" for own in instances), encoding="utf-8")
    return folder
