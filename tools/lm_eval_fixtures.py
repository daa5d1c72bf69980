"""Record the fixtures of the lm-eval importer: real output of the harness, with its dummy model, offline.

Run it with a Python that has lm_eval: `python tools/lm_eval_fixtures.py [FOLDER]`. Without a folder it replaces
`tests/data/lm_eval`. The tasks are written here, so nothing is fetched; a run takes about ten seconds.

What belongs to a machine or a moment is not kept: the report on the environment and the commits are dropped, times and
the times in file names are one fixed instant, and the paths of the tasks are cut down to their file names. Everything
else is as the harness wrote it; the dummy model draws from a fixed seed, so that every recording is the same.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

FIXTURES: Final = Path(__file__).parents[1] / "tests" / "data" / "lm_eval"
INSTANT: Final = "2026-01-02T03-04-05.678901"
SECONDS: Final = 1_767_323_045.678901
DROPPED: Final = ("git_hash", "pretty_env_info", "upper_git_hash")

CAPITALS: Final = [
    {"question": "What is the capital of France?", "options": ["London", "Paris", "Rome"], "answer": 1},
    {"question": "What is the capital of Peru?", "options": ["Lima", "Quito", "La Paz"], "answer": 0},
    {"question": "What is the capital of Kenya?", "options": ["Kampala", "Dodoma", "Nairobi"], "answer": 2},
    {"question": "What is the capital of Laos?", "options": ["Hanoi", "Vientiane"], "answer": 1},
]
NUMBERS: Final = [
    {"question": "Which one is a prime number?", "options": ["four", "five", "six", "eight"], "answer": 1},
    {"question": "Which one is even?", "options": ["two", "three"], "answer": 0},
]
PHRASES: Final = [
    {"question": "Repeat: lol", "answer": "lol"},
    {"question": "Repeat: no", "answer": "no"},
    {"question": "Repeat: Ünïcode ✓", "answer": "Ünïcode ✓"},
]
DATA: Final[Mapping[str, Sequence[Mapping[str, Any]]]] = {
    "capitals": CAPITALS,
    "numbers": NUMBERS,
    "phrases": PHRASES,
}

CHOICE: Final = {
    "output_type": "multiple_choice",
    "doc_to_text": "Question: {{question}}\nAnswer:",
    "doc_to_choice": "{{options}}",
    "doc_to_target": "answer",
    "metric_list": [{"metric": "acc"}, {"metric": "acc_norm"}],
}
TASKS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "tiny_capitals": ("capitals", CHOICE),
    "tiny_numbers": ("numbers", CHOICE),
    "tiny_phrases": (
        "phrases",
        {
            "output_type": "generate_until",
            "doc_to_text": "{{question}}\n",
            "doc_to_target": "{{answer}}",
            "generation_kwargs": {"until": ["\n"], "max_gen_toks": 8},
            "filter_list": [
                {"name": "whole", "filter": [{"function": "take_first"}]},
                {
                    "name": "first-letter",
                    "filter": [{"function": "regex", "regex_pattern": "^(l)"}, {"function": "take_first"}],
                },
            ],
            "metric_list": [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}],
        },
    ),
    "tiny_words": (
        "phrases",
        {
            "output_type": "loglikelihood",
            "doc_to_text": "{{question}}",
            "doc_to_target": " {{answer}}",
            "metric_list": [{"metric": "perplexity"}, {"metric": "acc"}],
        },
    ),
    "tiny_text": (
        "phrases",
        {
            "output_type": "loglikelihood_rolling",
            "doc_to_text": "",
            "doc_to_target": "{{question}}",
            "metric_list": [{"metric": "word_perplexity"}, {"metric": "bits_per_byte"}],
        },
    ),
}
GROUP: Final = {
    "group": "tiny_choices",
    "task": ["tiny_capitals", "tiny_numbers"],
    "aggregate_metric_list": [{"metric": "acc", "weight_by_size": True}],
    "metadata": {"version": 1.0},
}
CHOSEN: Final = "tiny_choices,tiny_phrases,tiny_words,tiny_text"
MODELS: Final[Sequence[Sequence[str]]] = (
    # No argument names a model, so the harness makes its name up.
    (),
    ("--model_args", "model=example/second,revision=main", "--gen_kwargs", "temperature=0.5"),
)


def write_tasks(folder: Path) -> None:
    """Write the tasks and their data; JSON is YAML too."""
    for name, rows in DATA.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    for name, (source, rules) in TASKS.items():
        own = {
            "task": name,
            "dataset_path": "json",
            "dataset_kwargs": {"data_files": {"test": str(folder / f"{source}.jsonl")}},
            "test_split": "test",
            **rules,
            "metadata": {"version": 1.0},
        }
        (folder / f"{name}.yaml").write_text(json.dumps(own), encoding="utf-8")
    (folder / "group.yaml").write_text(json.dumps(GROUP), encoding="utf-8")


def run_harness(tasks: Path, out: Path, arguments: Sequence[str], home: Path) -> None:
    """Run the harness without any network, in a folder that is no repository."""
    command = [sys.executable, "-m", "lm_eval", "run", "--model", "dummy", *arguments]
    command += ["--include_path", str(tasks), "--tasks", CHOSEN, "--output_path", str(out), "--log_samples"]
    offline = {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=home, env={**os.environ, **offline}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"the harness failed:\n{done.stderr[-2000:]}")


def copy_scrubbed(out: Path, folder: Path) -> None:
    """Copy what the harness wrote, without what belongs to this machine or this moment."""
    for path in sorted(out.rglob("*.json*")):
        name = path.name.rsplit("_", 1)[0]
        place = folder / path.parent.name / f"{name}_{INSTANT}{path.suffix}"
        place.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        place.write_text(scrubbed(text) if path.suffix == ".json" else text, encoding="utf-8")


def scrubbed(text: str) -> str:
    """Drop or replace the fields of a result file that differ between machines and moments."""
    said = {name: value for name, value in json.loads(text).items() if name not in DROPPED}
    said |= {"date": SECONDS, "total_evaluation_time_seconds": "10.5"}
    for config in said["configs"].values():
        config["dataset_kwargs"]["data_files"] = {
            split: Path(path).name for split, path in config["dataset_kwargs"]["data_files"].items()
        }
        config["metadata"]["config_source"] = Path(config["metadata"]["config_source"]).name
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def record(folder: Path) -> None:
    """Record all models into a folder, in the place of what is there."""
    with tempfile.TemporaryDirectory(prefix="lm-eval-") as made:
        scratch = Path(made)
        tasks, out, kept = scratch / "tasks", scratch / "out", scratch / "kept"
        tasks.mkdir()
        write_tasks(tasks)
        for number, arguments in enumerate(MODELS):
            run_harness(tasks, out / str(number), arguments, scratch)
            copy_scrubbed(out / str(number), kept)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(kept, folder)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            print(f"{path.stat().st_size:>7,} {path.relative_to(folder)}")


if __name__ == "__main__":
    record(Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES)
