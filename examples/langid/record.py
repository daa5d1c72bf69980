# ruff: noqa: INP001, T201 - a script beside its data: it belongs to no package, and it prints what it did
"""Let every configured library answer both item sets, and freeze what it answered.

    python record.py --recorded 2026-11-21            record all entries, both item sets
    python record.py --recorded 2026-11-21 --only lingua/nordic
    python record.py --check                          ask again and compare with the frozen answers; writes nothing

It asks the adapters of `plugins/proofboard-langid`, as `proofboard eval` does for one entry and one set. It is apart
because this held-out half lies in the open, where `eval` would never write, and because it replaces what is there.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from proofboard.errors import Fault, InputError, ProofboardError, fault
from proofboard.record.answering import Asking
from proofboard.record.freeze import freeze, write
from proofboard.record.imported import NewBundle
from proofboard.record.vendors import InstalledAdapter, installed_adapter, prompted, refuse_other_version
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import Response
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item, prompts_digest
from proofboard.schemas.lines import read_lines
from proofboard.schemas.reading import read_yaml

HERE: Final = Path(__file__).parent
HALVES: Final = {"public": HERE, "held_out": HERE / "held-out"}
"""Item set → the folder that holds its items and bundles."""


def main() -> int:
    """Record or check the entries that the arguments choose; returns the exit status."""
    options = _parse_arguments()
    try:
        benchmark = read_yaml(HERE / "benchmark.yaml", Benchmark)
        sets = {name: read_lines(place / "items" / f"{name}.jsonl", Item).rows for name, place in HALVES.items()}
        changed = 0
        for configuration in _choose(options.only):
            for item_set, items in sets.items():
                if options.check:
                    changed += _check(configuration, item_set, items)
                else:
                    _record(configuration, item_set, items, benchmark, options.recorded)
    except ProofboardError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 1 if changed else 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Record what the libraries answer, or check what was recorded.")
    parser.add_argument("--recorded", metavar="DATE", help="the day that the bundles will state, such as 2026-11-21")
    parser.add_argument("--only", metavar="VENDOR/CONFIG", action="append", default=[], help="record only this entry")
    parser.add_argument("--check", action="store_true", help="compare with the frozen answers and write nothing")
    options = parser.parse_args()
    if bool(options.recorded) == options.check:
        parser.error("name the day with --recorded, or ask for --check")
    return options


def _choose(only: Sequence[str]) -> list[Configuration]:
    """Read the chosen entries (all by default) before anything is asked; raises InputError with every fault."""
    chosen: list[Configuration] = []
    faults: list[Fault] = []
    paths = {f"{path.parts[-3]}/{path.parts[-2]}": path for path in sorted(HERE.glob("entries/*/*/configuration.yaml"))}
    for name in only or paths:
        try:
            if name not in paths:
                raise fault("--only", f"{name} is not an entry; known are {', '.join(paths)}")
            configuration = read_yaml(paths[name], Configuration)
            refuse_other_version(configuration, installed_adapter(configuration.vendor, name), str(paths[name]))
            chosen.append(configuration)
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    return chosen


def _ask(configuration: Configuration, items: Iterable[Item]) -> tuple[list[Response], InstalledAdapter]:
    """Ask for every text once; a failure is a mistake here, because these libraries need no network."""
    adapter = installed_adapter(configuration.vendor, configuration.name)
    asking = Asking(adapter, configuration, prompted(items, configuration.name))
    responses = asking.answers(lambda _done, _total: None)
    if asking.failures:
        raise fault(configuration.name, asking.said())
    return responses, adapter


def _record(
    configuration: Configuration, item_set: str, items: Sequence[Item], benchmark: Benchmark, recorded: str
) -> None:
    responses, adapter = _ask(configuration, items)
    bundle = NewBundle(item_set=item_set, responses=responses, recorded=recorded, recorder=adapter.recorder)
    prompts = prompts_digest(items)
    for name, raw in freeze(bundle, benchmark.id, benchmark.protocol_version, configuration, prompts).items():
        write(_bundle_folder(configuration, item_set) / name, raw)
    print(f"{configuration.name} {item_set}: {len(responses)} answers")


def _check(configuration: Configuration, item_set: str, items: Sequence[Item]) -> int:
    """Print and count the answers that differ from the frozen ones."""
    responses, _ = _ask(configuration, items)
    frozen = {row.prompt_id: row.output for row in read_bundle(_bundle_folder(configuration, item_set)).responses}
    changed = [row for row in responses if frozen.get(row.prompt_id) != row.output]
    for row in changed:
        print(f"{configuration.name} {row.prompt_id}: {frozen.get(row.prompt_id)} was recorded, now {row.output}")
    same = len(responses) - len(changed)
    print(f"{configuration.name} {item_set}: {same} of {len(responses)} answers are the same", flush=True)
    return len(changed)


def _bundle_folder(configuration: Configuration, item_set: str) -> Path:
    return HALVES[item_set] / "entries" / configuration.name / item_set


if __name__ == "__main__":
    sys.exit(main())
