"""The result files of MTEB: `results/<org__model>/<revision>/<Task>.json` beside a `model_meta.json`.

Files hold far more than the scores that count; only the main scores of the benchmark's own cells are read. The layout
from before mteb 1.11 has no `main_score`: there it is the score that the task names as its main one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec

from proofboard.errors import Fault, InputError, fault
from proofboard.record.foreign import SourceFile, count_or_none, parse
from proofboard.record.licences import spdx
from proofboard.record.mteb.rules import WHOLE, Cell, Rules, TaskRules
from proofboard.schemas.base import LARGEST_INTEGER

META: Final = "model_meta.json"
EXPERIMENTS: Final = "experiments"
NESTED: Final = {"cosine": "cos_sim", "manhattan": "manhattan", "euclidean": "euclidean", "dot": "dot", "max": "max"}
"""First part of a score's name → the table that held it before mteb 1.11: `cosine_spearman` was in `cos_sim`."""
RENAMED_SUBSETS: Final = {
    ("MLSUMClusteringP2P", WHOLE): "fr",
    ("MLSUMClusteringS2S", WHOLE): "fr",
    ("XPQARetrieval", "fr"): "fra-fra",
}
"""Task and subset of files from before mteb 1.11 → the subset's name today."""

Splits = dict[str, list[tuple[str, dict[str, Any]]]]
"""Split → subsets with their scores."""

_NOT_SUBSETS: Final = frozenset({*NESTED.values(), "similarity", "v_measures"})
_NO_NUMBER: Final = re.compile(rb"[\s:,\[]-?(?:NaN|Infinity)\b")


@dataclass(frozen=True, slots=True)
class ModelMeta:
    """What the file beside the results of one revision says of the model."""

    name: str
    revision: str
    """As it is written, `external` included; empty where none is."""
    parameters: int | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What one file says of one model and task."""

    meta: ModelMeta
    task: str
    tool_version: str | None
    scores: Mapping[Cell, Any]
    """Cell of the benchmark → main score as it is written; a cell that the file does not have is absent."""
    differing: int
    """Cells whose main score is not the score that the task names as its main one."""
    file: SourceFile


@dataclass(slots=True)
class Found:
    """Everything that a source holds of a benchmark, and what was left out."""

    results: list[Result] = field(default_factory=list)
    read: set[SourceFile] = field(default_factory=set)
    other_tasks: list[str] = field(default_factory=list)
    without_meta: set[str] = field(default_factory=set)
    experiments: set[str] = field(default_factory=set)
    no_numbers: list[str] = field(default_factory=list)
    """Files that hold NaN or Infinity, which is no JSON."""
    old_layout: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


def read_results(files: Sequence[SourceFile], rules: Rules, place: Path) -> Found:
    """Read every result file of the benchmark's tasks; raises InputError with every fault.

    `place` is the source itself: its name counts where the source lies below `results/`.
    """
    found = Found()
    metas, faults = _read_metas(files)
    for file in files:
        path = PurePosixPath(*place.parts[-1:], file.name)
        if path.suffix != ".json" or path.name == META:
            continue
        folder = _folder(file)
        if EXPERIMENTS in path.parts[-3:-1]:
            _skip(found, file, found.experiments)
        elif folder not in metas:
            if "__" in path.parent.parent.name:
                _skip(found, file, found.without_meta)
        elif path.stem not in rules.tasks:
            found.read.add(file)
            found.other_tasks.append(file.name)
        elif (meta := metas[folder]) is not None:
            found.read.add(file)
            try:
                _read_result(found, file, meta, path.stem, rules.tasks[path.stem])
            except InputError as error:
                faults += error.faults
        else:
            _skip(found, file, found.experiments)
    if faults:
        raise InputError(faults)
    found.read.update(file for file in files if PurePosixPath(file.name).name == META)
    return found


def _skip(found: Found, file: SourceFile, folders: set[str]) -> None:
    found.read.add(file)
    folders.add(_folder(file))


def _folder(file: SourceFile) -> str:
    return PurePosixPath(file.name).parent.as_posix()


def _read_metas(files: Iterable[SourceFile]) -> tuple[dict[str, ModelMeta | None], list[Fault]]:
    """Read what is said of every revision by its folder; None where it is an experiment and no plain run."""
    metas: dict[str, ModelMeta | None] = {}
    faults: list[Fault] = []
    for file in files:
        if PurePosixPath(file.name).name == META and EXPERIMENTS not in PurePosixPath(file.name).parts[-3:-1]:
            try:
                metas[_folder(file)] = _read_meta(file)
            except InputError as error:
                metas[_folder(file)] = None
                faults += error.faults
    return metas, faults


def _read_meta(file: SourceFile) -> ModelMeta | None:
    said = _read_object(file.bytes(), file.name)
    name, revision = said.get("name"), said.get("revision")
    if not isinstance(name, str) or not 0 < len(name) <= 300:  # noqa: PLR2004 - leaves room on a line of 500
        raise fault(file.name, f"has the name {_shown(name)}, expected the model's, such as 'org/model'")
    if revision is not None and not isinstance(revision, str):
        raise fault(file.name, f"has the revision {_shown(revision)}, expected text or null")
    if said.get("experiment_kwargs"):
        return None
    return ModelMeta(
        name=name,
        revision=revision or "",
        parameters=count_or_none(said.get("n_parameters")) or None,
        licence=spdx(_licence(said.get("license"))),
    )


def _licence(stated: object) -> str | None:
    return stated if isinstance(stated, str) and stated != "not specified" else None


def _read_object(raw: bytes, name: str) -> dict[str, Any]:
    said = parse(raw, name)
    if not isinstance(said, dict):
        raise fault(name, f"holds {type(said).__name__}, expected an object with named fields")
    return said


class _Layout(msgspec.Struct):
    """Today's layout, with every score still as it is written."""

    task_name: str
    scores: dict[str, list[dict[str, msgspec.Raw]]]
    mteb_version: str | None = None


_LAYOUT: Final = msgspec.json.Decoder(_Layout)


def _said_of_what_counts(raw: bytes, own: TaskRules) -> dict[str, Any] | None:
    """Read of a file of today's layout only what counts, many times as fast as the whole; None for any other file.

    Whatever is odd about a file is left to the reader of whole files, and to its messages.
    """
    if own.main_score is None:
        return None
    wanted = {"hf_subset", "main_score", own.main_score}
    try:
        said = _LAYOUT.decode(raw)
        splits = {
            split: [{name: msgspec.json.decode(row[name]) for name in wanted & row.keys()} for row in rows]
            for split, rows in said.scores.items()
        }
    except (msgspec.DecodeError, RecursionError):
        return None
    rows = [row for own_rows in splits.values() for row in own_rows]
    # Where the main score is not under its own name, it may lie in a table that was passed over.
    if not all(own.main_score in row and all(map(_is_plain, row.values())) for row in rows):
        return None
    return {"task_name": said.task_name, "scores": splits, "mteb_version": said.mteb_version}


def _is_plain(value: object) -> bool:
    return (
        value is None or isinstance(value, str) or (isinstance(value, (int, float)) and abs(value) <= LARGEST_INTEGER)
    )


def _read_result(found: Found, file: SourceFile, meta: ModelMeta, task: str, own: TaskRules) -> None:
    raw = file.bytes()
    has_no_numbers = (b"NaN" in raw or b"Infinity" in raw) and _NO_NUMBER.search(raw) is not None
    # Written as mteb writes it; in any other place it is left to the reader of whole files.
    quick = _said_of_what_counts(raw.replace(b": NaN", b": null") if has_no_numbers else raw, own)
    said = _read_object(raw, file.name) if quick is None else quick
    old = "scores" not in said and "mteb_dataset_name" in said
    named = said.get("mteb_dataset_name" if old else "task_name")
    # Names changed in case only between the two layouts.
    if named != task and not (old and isinstance(named, str) and named.casefold() == task.casefold()):
        raise fault(file.name, f"is of the task {_shown(named)}, expected {task!r}; put each result under its own name")
    if old and own.main_score is None:
        raise fault(file.name, f"is from before mteb 1.11: the specification must name the main_score of {task}")
    if has_no_numbers:
        found.no_numbers.append(file.name)
    if old:
        found.old_layout.append(file.name)
    splits = _old_splits(said, task) if old else _splits(said, file)
    if not splits:
        found.empty.append(file.name)
        return
    scores, differing = _main_scores(splits, own, file, old=old)
    version = said.get("mteb_version")
    stated = version if isinstance(version, str) else None
    found.results.append(Result(meta, task, stated, scores, differing, file))


def _main_scores(splits: Splits, own: TaskRules, file: SourceFile, *, old: bool) -> tuple[dict[Cell, Any], int]:
    """Return the main score of every cell that counts, and how many are not what the task names as its main score."""
    scores: dict[Cell, Any] = {}
    differing = 0
    for cell, row in _rows(splits, own):
        named = _named_score(row, own.main_score) if own.main_score else None
        value = row.get("main_score", named if old else None)
        if cell in scores and scores[cell] != value:
            raise fault(file.name, f"has several scores of {cell[0]}, {cell[1]}; keep one")
        scores[cell] = value
        differing += value is not None and named is not None and value != named
    return scores, differing


def _splits(said: Mapping[str, Any], file: SourceFile) -> Splits:
    scores = said.get("scores")
    if not isinstance(scores, dict):
        raise fault(file.name, f"has the scores {_shown(scores)}, expected an object: split → list of subsets")
    splits: Splits = {}
    for split, rows in scores.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise fault(file.name, f"has the scores {_shown(rows)} of {split!r}, expected a list of objects")
        splits[split] = [(str(row.get("hf_subset", WHOLE)), row) for row in rows]
    return splits


def _old_splits(said: Mapping[str, Any], task: str) -> Splits:
    """Read the layout from before mteb 1.11: splits at the top, and below them subsets, or scores at once."""
    tables = {split: rows for split, rows in said.items() if isinstance(rows, dict)}
    parted = any(
        isinstance(row, dict) and name not in _NOT_SUBSETS for rows in tables.values() for name, row in rows.items()
    )
    splits: Splits = {}
    for split, rows in tables.items():
        subsets = {name: row for name, row in rows.items() if isinstance(row, dict)} if parted else {WHOLE: rows}
        splits[split] = [(RENAMED_SUBSETS.get((task, name), name), row) for name, row in subsets.items()]
    return splits


def _rows(splits: Splits, own: TaskRules) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Yield the cells that count; a file may hold other splits and subsets too."""
    wanted = set(own.cells)
    for split, rows in splits.items():
        for subset, row in rows:
            if (split, subset) in wanted:
                yield (split, subset), row


def _named_score(row: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - as it is written
    """Find the score that a task names as its main one, where today's and earlier files keep it."""
    first, _, rest = name.partition("_")
    table = row.get(NESTED.get(first, first))
    return row[name] if name in row else table.get(rest) if isinstance(table, dict) else None


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - fits on a line beside the file
