"""Sources in the layout of the MTEB results repository, small enough to read."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from proofboard.record.imported import Imported
from proofboard.record.mteb.importer import read

ONE = "maker/one"
REVISION = "a" * 40
TASKS: Mapping[str, Mapping[str, Any]] = {
    "Alpha": {"type": "STS", "splits": ["test"], "subsets": ["default"], "main_score": "cosine_spearman"},
    "Beta": {"type": "STS", "splits": ["test"], "subsets": ["default"], "main_score": "cosine_spearman"},
    "Gamma": {"type": "Retrieval", "splits": ["test"], "subsets": ["de", "fr"], "main_score": "ndcg_at_10"},
}

Scores = Mapping[str, Any]
"""Subset → main score, of the split `test`."""


def write_specification(folder: Path, tasks: Any = None, **fields: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    said = {"benchmark": "Example(v1)", "tasks": TASKS if tasks is None else tasks, "main_revision": {}, **fields}
    (folder / "benchmark_spec.json").write_text(json.dumps(said))
    return folder


def write_meta(folder: Path, model: str = ONE, revision: str = REVISION, **fields: Any) -> Path:
    """Write what is said of one revision of a model; answer the folder of its results."""
    place = folder / "results" / model.replace("/", "__") / revision
    place.mkdir(parents=True, exist_ok=True)
    (place / "model_meta.json").write_text(json.dumps({"name": model, "revision": revision, **fields}))
    return place


def rows(cells: Scores) -> list[dict[str, Any]]:
    return [{"hf_subset": subset, "languages": [], "main_score": value} for subset, value in cells.items()]


def write_result(
    folder: Path, task: str, cells: Scores, model: str = ONE, revision: str = REVISION, **fields: Any
) -> Path:
    """Write the result of one task, and the model's own file where it is not there yet."""
    place = folder / "results" / model.replace("/", "__") / revision
    if not place.is_dir():
        write_meta(folder, model, revision)
    said = {"task_name": task, "mteb_version": "1.38.9", "dataset_revision": "1", "scores": {"test": rows(cells)}}
    (place / f"{task}.json").write_text(json.dumps({**said, **fields}))
    return place / f"{task}.json"


def write_old_result(folder: Path, task: str, **splits: Any) -> Path:
    """Write a result as mteb did before 1.11."""
    path = write_meta(folder) / f"{task}.json"
    path.write_text(json.dumps({"mteb_dataset_name": task, "mteb_version": "1.0.2", "dataset_revision": "1", **splits}))
    return path


def write_model(folder: Path, model: str, alpha: Any, beta: Any, gamma: Sequence[Any]) -> None:
    """Write the results of one model; None stands for a cell, or a task, that is not there."""
    for task, value in (("Alpha", alpha), ("Beta", beta)):
        if value is not None:
            write_result(folder, task, {"default": value}, model)
    cells = {subset: value for subset, value in zip(("de", "fr"), gamma, strict=True) if value is not None}
    if cells:
        write_result(folder, "Gamma", cells, model)


def cells_of(imported: Imported, config_name: str = "one") -> dict[str, int | None]:
    """Answer the scores of one entry by item."""
    (entry,) = [entry for entry in imported.entries if entry.configuration.config_name == config_name]
    return {line.item_id: line.scores["main_score"] for line in entry.bundles[0].scores}


def read_cells(folder: Path) -> dict[str, int | None]:
    return cells_of(read(folder))
