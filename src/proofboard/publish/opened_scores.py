"""What the numbers of a publication were made from: its items, configurations and item scores, read back."""

from collections.abc import Sequence

import msgspec
import numpy as np

from proofboard.core.aggregates import Scoring
from proofboard.core.board import scoring_of
from proofboard.core.grading import STAGES, STATES, ItemScores
from proofboard.core.items import ItemTable, check_items, item_table
from proofboard.errors import fault
from proofboard.publish.names import bundle_path, configuration_path, item_page_path, purged_path, scores_path
from proofboard.publish.opened import OpenedSite
from proofboard.schemas.board import BoardRow
from proofboard.schemas.bundle import MANIFEST, Manifest
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item
from proofboard.schemas.publication import BundleReference, ItemPage, ScoresDocument


def item_tables(site: OpenedSite) -> tuple[ItemTable, ItemTable | None]:
    """Read the public items and the repair items; raises InputError."""
    parted: dict[str, list[Item]] = {"public": [], "repair": []}
    sets = [counted.item_set for counted in site.items.items]
    pages = [site.document(item_page_path(number), digest, ItemPage) for number, digest in enumerate(site.items.pages)]
    plain = [item for page in pages for item in page.items]
    if len(plain) != len(sets):
        raise fault(site.folder / "items.json", f"lists {len(sets)} items, its pages hold {len(plain)}")
    for item_set, fields in zip(sets, plain, strict=True):
        try:
            parted.setdefault(item_set, []).append(msgspec.convert(fields, Item))
        except msgspec.ValidationError as error:
            raise fault(site.folder / "items", f"holds an item that cannot be read: {error}") from error
    for items in filter(None, (parted["public"], parted["repair"])):
        check_items(items, site.rules.benchmark, str(site.folder / "items"))
    return item_table(parted["public"]), item_table(parted["repair"]) if parted["repair"] else None


def configuration_of(site: OpenedSite, row: BoardRow) -> Configuration:
    """Read the published configuration of a row of the board."""
    document = site.entry(row).identity.document
    return site.document(configuration_path(document), document, Configuration)


def public_bundle(site: OpenedSite, row: BoardRow) -> BundleReference:
    """Return the public bundle of a row of the board; raises InputError where there is none with item scores."""
    for bundle in site.entry(row).identity.bundles:
        if bundle.item_set == "public" and bundle.scores is not None:
            return bundle
    raise fault(site.folder, f"publishes no item scores of {row.vendor}/{row.config_name}")


def public_scoring(site: OpenedSite, table: ItemTable, rows: Sequence[BoardRow]) -> Scoring:
    """Score some entries from their published item scores, in the order of the rows; nothing is graded again."""
    scored = [_scores(site, table, public_bundle(site, row)) for row in rows]
    return scoring_of(site.rules.benchmark, table, scored)


def _scores(site: OpenedSite, table: ItemTable, reference: BundleReference) -> tuple[ItemScores, int]:
    """Read item scores back from their columns, with the number of trials that their bundle declares."""
    path = scores_path(reference.bundle)
    document = site.document(path, str(reference.scores), ScoresDocument)
    place = purged_path(reference.bundle) if reference.purged else f"{bundle_path(reference.bundle)}/{MANIFEST}"
    manifest = site.document(place, reference.bundle, Manifest)
    ids = document.items or [item.id for item in table.items]
    n_rows = len(ids)
    columns = {name: column.values for name, column in document.metrics.items()}
    if unknown := sorted(set(ids) - table.index.keys()):
        raise fault(site.folder / path, f"scores {len(unknown)} items that are not public: {', '.join(unknown[:5])}")
    lengths = {
        len(column) for column in (*columns.values(), document.trials, document.stages, document.states) if column
    }
    if lengths - {n_rows}:
        raise fault(site.folder / path, f"has columns of {sorted(lengths)} rows, expected {n_rows}")
    scores = ItemScores(
        item=np.array([table.index[name] for name in ids], dtype=np.int64),
        trial=np.array(document.trials or [0] * n_rows, dtype=np.int64),
        stage=np.array([STAGES.index(stage) for stage in document.stages or ["answer"] * n_rows], dtype=np.uint8),
        state=np.array([STATES.index(state) for state in document.states or ["answered"] * n_rows], dtype=np.uint8),
        values=columns,
    )
    return scores, manifest.trials
