"""Import records of Every Eval Ever, the shared format for results of evaluations.

An entry is a model. Where instances are there, items are samples and the score is recomputed from them; otherwise an
item is a whole evaluation, and its score is `reported`. A publication that Proofboard exported becomes itself again.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from proofboard.errors import InputError, fault
from proofboard.record.every_eval_ever.entries import entries_of, vendors_of
from proofboard.record.every_eval_ever.files import linked, read_files
from proofboard.record.every_eval_ever.gathered import gathered
from proofboard.record.every_eval_ever.restored import restored
from proofboard.record.every_eval_ever.rules import rules_of
from proofboard.record.every_eval_ever.samples import samples_of
from proofboard.record.every_eval_ever.statements import statements
from proofboard.record.foreign import opened, unread
from proofboard.record.imported import Imported

NOTHING: Final = "holds no record with a number; expected evaluation_results with a score, as Every Eval Ever has them"


def read(source: Path) -> Imported:
    """Read a record, or a folder or archive of records; raises InputError where no number can be read."""
    with opened(source) as files:
        found = read_files(files)
        said = list(linked(found))
        notes = found.notes
        left = unread([file.name for file in files if file not in found.read])
        refused = sorted(found.refused)
        own = restored(said, notes)
        if own is not None:
            return replace(own, notes=[*notes, *left], refused=sorted({*refused, *own.refused}))
        known = [one for one in statements(said, notes) if one.score is not None or samples_of(one)]
        if not known:
            raise InputError(refused) if refused else fault(source, NOTHING)
        board = gathered(known, notes)
        rules = rules_of(board)
        benchmark = msgspec.structs.replace(rules.benchmark, vendors=vendors_of(board))
        entries = list(entries_of(board, rules))
        return Imported(benchmark, list(board.items.values()), entries, notes=[*notes, *left], refused=refused)
