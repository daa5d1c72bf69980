"""Inspect logs as its recorder writes them, small or as large as asked; imports nothing of the project."""

import json
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 14):
    import zipfile
else:
    from backports.zstd import zipfile

CREATED = "2025-05-12T20:28:13+00:00"
WORDS = ("average", "board", "cluster", "decimal", "estimate", "fraction", "grader", "item", "median", "score")

Json = dict[str, Any]


def usage_of(prompt: int = 50, completion: int = 2, **fields: Any) -> Json:
    return {"input_tokens": prompt, "output_tokens": completion, "total_tokens": prompt + completion, **fields}


def sample(id_: int | str = 1, value: Any = "C", *, epoch: int = 1, scorer: str = "match", **fields: Any) -> Json:
    """Answer a sample with one score, or with `scores=…`; `completion=…` is what the model said."""
    completion = fields.pop("completion", "yes" if value == "C" else "no")
    said: Json = {
        "id": id_,
        "epoch": epoch,
        "input": f"Question {id_}?",
        "target": "yes",
        "messages": [],
        "output": {
            "model": "one",
            "choices": [{"message": {"role": "assistant", "content": completion}, "stop_reason": "stop"}],
            "completion": completion,
            "usage": usage_of(),
        },
        "scores": {scorer: {"value": value, "answer": completion, "history": []}},
        "metadata": {},
        "store": {},
        "events": [],
        "model_usage": {"maker/one": usage_of()},
        "total_time": 0.5,
    }
    return {**said, **fields}


def metric(name: str, value: float, **fields: Any) -> Json:
    return {"name": name, "value": value, "params": {}, **fields}


def score(name: str = "match", metrics: Mapping[str, Any] | None = None, **fields: Any) -> Json:
    """Answer what a header says of one scorer; `metrics` maps a name to a value, or to a whole metric."""
    written = {key: value if isinstance(value, dict) else metric(key, value) for key, value in (metrics or {}).items()}
    return {"name": name, "scorer": name, "params": {}, "metrics": written, **fields}


def header(
    scores: Sequence[Json] | None = None,
    *,
    task: str = "asking",
    model: str = "maker/one",
    config: Json | None = None,
    **fields: Any,
) -> Json:
    """Answer the header of a finished log; fields that are not of the top level are those of `eval`."""
    top: Json = {
        name: fields.pop(name) for name in ("version", "status", "error", "invalidated", "stats") if name in fields
    }
    plan = {
        "name": "plan",
        "steps": fields.pop("steps", [{"solver": "generate", "params": {}}]),
        "config": config or {},
    }
    spec = {
        "eval_id": f"{task}-{model}-{fields.get('created', CREATED)}",
        "run_id": "run",
        "created": CREATED,
        "task": task,
        "task_id": f"{task}-id",
        "task_version": 0,
        "task_args": {},
        "dataset": {"name": task},
        "model": model,
        "model_args": {},
        "config": {},
        "packages": {"inspect_ai": "0.3.95"},
        **fields,
    }
    results = None if scores is None else {"total_samples": 0, "completed_samples": 0, "scores": list(scores)}
    return {"version": 2, "status": "success", "eval": spec, "plan": plan, "results": results, "stats": {}, **top}


def write_eval(
    path: Path, head: Json | None, samples: Iterable[Json], *, method: int | None = None, extra: Iterable[Any] = ()
) -> Path:
    """Write an `.eval` file, with NaN as Inspect writes it; one of the status `started` has no header yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    compression = zipfile.ZIP_ZSTANDARD if method is None else method
    with zipfile.ZipFile(path, "w", compression=compression) as archive:
        if head:
            start = {key: head[key] for key in ("version", "eval", "plan")}
            archive.writestr("_journal/start.json", json.dumps(start))
        for own in samples:
            archive.writestr(f"samples/{own['id']}_epoch_{own['epoch']}.json", json.dumps(own))
        for name, text in extra:
            archive.writestr(name, text)
        if head and head["status"] != "started":
            archive.writestr("summaries.json", "[]")
            archive.writestr("header.json", json.dumps(head))
    return path


def write_json(path: Path, head: Json, samples: Iterable[Json] | None) -> Path:
    """Write a log in one JSON file; with samples None it holds its header only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = head if samples is None else {**head, "samples": list(samples)}
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return path


def write_inspect_log(path: Path, n_samples: int) -> Path:
    """Write an `.eval` file of samples of 13 KB each, most of it messages and events; the same bytes every time."""
    chance = random.Random(1)  # noqa: S311 - made-up text

    def text(words: int) -> str:
        return " ".join(chance.choices(WORDS, k=words)) + f" {chance.getrandbits(64):x}"

    def large(number: int) -> Json:
        asked, said, right = text(60), text(90), number % 4 != 0
        answer = f"{said} {'yes' if right else 'no'}"
        conversation = [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
        events = [
            {"event": "model", "model": "maker/one", "input": conversation, "output": text(60), "uuid": text(0)}
            for _ in range(5)
        ]
        return sample(
            number,
            "C" if right else "I",
            input=asked,
            completion=answer,
            metadata={"subject": WORDS[number % len(WORDS)], "source": text(1)},
            messages=conversation,
            events=[*events, {"event": "info", "data": text(60)}],
            scorer="includes",
            attachments={f"{chance.getrandbits(128):032x}": text(60)},
        )

    n_right = sum(number % 4 != 0 for number in range(1, n_samples + 1))
    said = score("includes", {"accuracy": n_right / n_samples} if n_samples else {})
    return write_eval(path, header([said]), (large(number) for number in range(1, n_samples + 1)))
