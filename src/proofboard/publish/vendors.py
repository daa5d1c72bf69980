"""What each vendor's configurations are to its default: win regions, targets, and the comparison on all items."""

from collections.abc import Sequence
from typing import Final, Literal

from proofboard.core.aggregates import higher_is_better, places_of
from proofboard.core.board import Group
from proofboard.core.exact import round_decimal, rounded
from proofboard.core.inference.paired import EXACT_TEST, compare_pair
from proofboard.core.inference.resampling import RESAMPLES
from proofboard.core.inference.vendors import AgainstDefault, Region, Untested, VendorFindings, declared_target
from proofboard.core.inference.win_regions import LARGEST_FAMILY
from proofboard.core.inference.win_regions import Verdict as Found
from proofboard.core.intervals import FEWEST_CLUSTERS
from proofboard.core.slices import declared_names
from proofboard.publish.closing import Closing
from proofboard.publish.inputs import PublicationInputs
from proofboard.schemas.board import TargetVerdict, WinRegion
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.publication import DefaultComparison, SliceComparison, VendorDocument, VendorEntry

PLACES: Final = 6

METHOD: Final = (
    "Romano-Wolf step-down over all configurations and slices of the vendor, sign flips of whole clusters, one-sided "
    "5 %; lower bounds hold together; a target is declared in advance and tested by itself; slices of fewer than "
    f"{FEWEST_CLUSTERS} clusters and families of more than {LARGEST_FAMILY:,} pairs are not tested"
)

TARGET_WORDS: Final[dict[Found, Literal["wins its target", "not shown", "loses it"]]] = {
    "win": "wins its target",
    "no evidence": "not shown",
    "loss": "loses it",
}

Closed = Sequence[tuple[Group, Closing]]


def win_regions(inputs: PublicationInputs, entry: str, own: AgainstDefault) -> list[WinRegion]:
    """List the slices that an entry wins, the largest lower bound first."""
    won = [
        WinRegion(
            slice=region.hypothesis.part.name,
            lower_bound=round_decimal(region.finding.lower_bound, PLACES),
            state="confirmed" if region.confirmed else "candidate",
            held_out=_held_out(inputs, entry, region.hypothesis.part.name),
        )
        for region in own.regions
        if region.finding.verdict == "win"
    ]
    return sorted(won, key=lambda region: (-region.lower_bound, region.slice))


def target_verdict(inputs: PublicationInputs, entry: Configuration, own: AgainstDefault) -> TargetVerdict | None:
    """Say whether an entry wins the target that it declares, or why that was not tested."""
    if own.target is None:
        return None
    declared = declared_target(entry, declared_names(inputs.benchmark))
    held_out = _held_out(inputs, entry.name, declared) if declared else None
    if isinstance(own.target, Untested):
        return TargetVerdict(
            verdict=None,
            reason=own.target.reason,
            n_items=own.target.n_items,
            difference=None,
            lower_bound=None,
            p_win=None,
            p_loss=None,
            held_out=held_out,
        )
    found, tested = own.target.finding, own.target.hypothesis
    return TargetVerdict(
        verdict=TARGET_WORDS[found.verdict],
        reason=None,
        n_items=tested.n_items,
        difference=rounded(tested.difference, PLACES),
        lower_bound=round_decimal(found.lower_bound, PLACES),
        p_win=rounded(found.p_win, PLACES),
        p_loss=rounded(found.p_loss, PLACES),
        held_out=held_out,
    )


def _held_out(inputs: PublicationInputs, entry: str, part: str) -> Found | None:
    released = inputs.held_out.verdicts.get(entry)
    return released.regions.get(part) if released else None


def vendor_documents(inputs: PublicationInputs, closed: Closed) -> dict[str, VendorDocument]:
    """Write one document for each vendor of the current protocol, by name."""
    found: dict[str, list[tuple[Group, VendorFindings]]] = {}
    for group, closing in closed:
        if group.protocol_version == inputs.benchmark.protocol_version:
            for own in closing.vendors:
                found.setdefault(own.vendor, []).append((group, own))
    return {vendor: _document(inputs, vendor, parts) for vendor, parts in sorted(found.items())}


def _document(inputs: PublicationInputs, vendor: str, parts: Sequence[tuple[Group, VendorFindings]]) -> VendorDocument:
    defaults = [group.entries[own.default].name for group, own in parts if own.default is not None]
    return VendorDocument(
        schema_version=1,
        vendor=vendor,
        default=defaults[0] if len(set(defaults)) == 1 else None,
        n_hypotheses=sum(own.n_hypotheses for _, own in parts),
        resamples=RESAMPLES,
        method=METHOD,
        entries=[_entry(inputs, group, own, entry) for group, own in parts for entry in own.entries],
    )


def _entry(inputs: PublicationInputs, group: Group, own: VendorFindings, entry: AgainstDefault) -> VendorEntry:
    configuration = group.entries[entry.entry].configuration
    name = configuration.name
    compared = entry.reason is None and own.default is not None
    return VendorEntry(
        entry=name,
        configuration=configuration.digest(),
        track=group.track,
        overall=_overall(inputs, group, entry.entry, own.default) if compared else None,
        reason=entry.reason,
        slices=[_slice(inputs, name, region) for region in entry.regions],
        target=target_verdict(inputs, configuration, entry),
    )


def _overall(inputs: PublicationInputs, group: Group, entry: int, default: int | None) -> DefaultComparison | None:
    headline = inputs.benchmark.headline
    paired = compare_pair(group.scoring, headline, group.overall, entry, default) if default is not None else None
    if paired is None or paired.difference is None:
        return None
    places = max(PLACES, places_of(inputs.benchmark, headline))
    better = 1 if higher_is_better(inputs.benchmark, headline) else -1
    bounds = sorted(round_decimal(better * bound, PLACES) for bound in paired.interval or ())
    return DefaultComparison(
        difference=_as_float(rounded(better * paired.difference, places)),
        standard_error=None if paired.standard_error is None else round_decimal(paired.standard_error, PLACES),
        interval=(bounds[0], bounds[1]) if bounds else None,
        n_items=paired.n_items,
        only_entry=paired.verdicts.only_a if paired.verdicts else None,
        only_default=paired.verdicts.only_b if paired.verdicts else None,
        p_value=rounded(paired.p_value, PLACES) if paired.p_method == EXACT_TEST else None,
    )


def _slice(inputs: PublicationInputs, entry: str, region: Region) -> SliceComparison:
    own, found = region.hypothesis, region.finding
    return SliceComparison(
        slice=own.part.name,
        n_items=own.n_items,
        difference=_as_float(rounded(own.difference, PLACES)),
        lower_bound=round_decimal(found.lower_bound, PLACES),
        p_win=_as_float(rounded(found.p_win, PLACES)),
        p_loss=_as_float(rounded(found.p_loss, PLACES)),
        verdict=found.verdict,
        state=None if found.verdict != "win" else "confirmed" if region.confirmed else "candidate",
        held_out=_held_out(inputs, entry, own.part.name),
    )


def _as_float(value: float | None) -> float:
    return 0.0 if value is None else value
