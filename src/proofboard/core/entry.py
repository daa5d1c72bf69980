"""One entry, graded: its configuration, and for each bundle the item scores and what its lines sum up to."""

from collections.abc import Container, Mapping, Sequence
from typing import Final

import msgspec

from proofboard.core.detectors import why_invalid
from proofboard.core.grading import Column, GradingPlan, ItemScores, grade_bundle
from proofboard.core.inference.agreement import VoteAgreement, vote_agreement
from proofboard.core.items import ItemTable
from proofboard.core.usage import UsageTotals, price_of, usage_totals
from proofboard.errors import Fault, InputError
from proofboard.schemas.base import Date, EntryKind
from proofboard.schemas.benchmark import Benchmark, Price
from proofboard.schemas.bundle import Manifest, Verdict
from proofboard.schemas.bundle_folder import Bundle
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.graded import GradedDocument
from proofboard.schemas.purged import Purge

UNDATED: Final = "9999"
"""Recorded on no known day: after all others."""

EXEMPT_FROM_DETECTORS = frozenset({"baseline", "chance"})


class GradedResults(msgspec.Struct, frozen=True):
    """A recorded grading by programs: its document, and the bytes that are published."""

    raw: bytes
    document: GradedDocument


class PurgedAnswers(msgspec.Struct, frozen=True):
    """That the answers of a bundle were removed, and the bytes of its manifest, which are published."""

    purge: Purge
    manifest: bytes


class GradedBundle(msgspec.Struct, frozen=True, eq=False):
    """A bundle after grading: the responses themselves are no longer held."""

    name: str
    digest: str
    manifest: Manifest
    scores: ItemScores
    usage: UsageTotals
    n_votes: int | None
    """The fewest votes recorded on a response that was voted on; None without verdicts."""
    judge_calls: int | None
    n_prompts: int
    n_answered: int
    """Prompts with an answer or refusal in every trial."""
    invalid: str | None
    graded: GradedResults | None = None
    """What programs of the owner made of it."""
    agreement: VoteAgreement | None = None
    """How far the votes on it agree; None where no response has two."""
    purged: PurgedAnswers | None = None
    """None where the answers are there: nobody can grade a purged bundle again."""


class Sums(msgspec.Struct, frozen=True):
    """What the lines of a bundle sum up to beside its scores, as `GradedBundle` has it."""

    usage: UsageTotals
    n_votes: int | None
    judge_calls: int | None
    n_answered: int
    invalid: str | None


class EarlierRevision(msgspec.Struct, frozen=True, eq=False):
    """What an entry was before: its configuration, and its public bundle where the items are still the same."""

    configuration: Configuration
    public: GradedBundle | None


class GradedEntry(msgspec.Struct, frozen=True, eq=False):
    """A configuration with its graded bundles; exactly one of them is public."""

    configuration: Configuration
    kind: EntryKind
    public: GradedBundle
    repair: GradedBundle | None
    accepted: Date | None = None
    """The day on which the owner took the configuration in."""
    revisions: Sequence[EarlierRevision] = ()
    """What the entry was before, the oldest first."""

    @property
    def name(self) -> str:
        """How the entry is shown: `vendor/config_name`."""
        return self.configuration.name


def graded_bundle(
    name: str,
    bundle: Bundle,
    table: ItemTable,
    plan: GradingPlan,
    model: str | None,
    recorded: Mapping[str, Column] | None = None,
) -> GradedBundle:
    """Grade a bundle and sum it up; raises InputError with every fault of its lines."""
    sums = sums_of(bundle, price_of(plan.benchmark.prices, model, bundle.manifest.recorded))
    judge = bundle.manifest.judge
    return GradedBundle(
        name=name,
        digest=bundle.digest,
        manifest=bundle.manifest,
        scores=grade_bundle(bundle, table, plan, recorded),
        usage=sums.usage,
        n_votes=sums.n_votes,
        judge_calls=sums.judge_calls,
        n_prompts=len(table.by_prompt),
        n_answered=sums.n_answered,
        invalid=sums.invalid,
        agreement=vote_agreement(bundle.verdicts, judge.model if judge else None),
    )


def sums_of(bundle: Bundle, price: Price | None) -> Sums:
    """Sum up the lines of a bundle; money is what was recorded, else what the tokens cost."""
    answers = [response for response in bundle.responses if response.stage == "answer"]
    answered: dict[str, int] = {}
    for response in answers:
        if response.state in {"answered", "refused"}:
            answered[response.prompt_id] = answered.get(response.prompt_id, 0) + 1
    return Sums(
        usage=usage_totals(bundle.responses, price),
        n_votes=_fewest_votes(bundle.verdicts),
        judge_calls=len(bundle.verdicts) or None,
        n_answered=sum(1 for count in answered.values() if count == bundle.manifest.trials),
        invalid=why_invalid(answers),
    )


def _fewest_votes(verdicts: Sequence[Verdict]) -> int | None:
    counts: dict[tuple[str, int, str], int] = {}
    for verdict in verdicts:
        key = (verdict.prompt_id, verdict.trial, verdict.stage)
        counts[key] = counts.get(key, 0) + 1
    return min(counts.values(), default=None)


def graded_entry(configuration: Configuration, bundles: Sequence[GradedBundle], benchmark: Benchmark) -> GradedEntry:
    """Put an entry together; raises InputError where bundles and configuration do not belong together."""
    place = f"entries/{configuration.name}"
    public = [bundle for bundle in bundles if bundle.manifest.item_set == "public"]
    repair = [bundle for bundle in bundles if bundle.manifest.item_set == "repair"]
    faults = [Fault(place, 0, f"has {len(public)} public bundles, expected 1")] * (len(public) != 1)
    faults += [Fault(place, 0, f"has {len(repair)} repair bundles, expected at most 1")] * (len(repair) > 1)
    for bundle in bundles:
        faults += [Fault(f"{place}/{bundle.name}", 0, reason) for reason in _strange(bundle, configuration, benchmark)]
    if faults:
        raise InputError(faults)
    kind = kind_of(configuration, benchmark)
    return GradedEntry(configuration, kind, public[0], repair[0] if repair else None)


def _strange(bundle: GradedBundle, configuration: Configuration, benchmark: Benchmark) -> list[str]:
    manifest = bundle.manifest
    pairs = {
        "benchmark": (manifest.benchmark, benchmark.id),
        "vendor": (manifest.vendor, configuration.vendor),
        "config_name": (manifest.config_name, configuration.config_name),
        "configuration": (manifest.configuration, configuration.digest()),
    }
    return [
        f"was recorded for the {name} {found}, expected {expected}; record it again"
        for name, (found, expected) in pairs.items()
        if found != expected
    ]


def aliases_of(entries: Sequence[GradedEntry], able: Container[str]) -> dict[str, str]:
    """Map every entry that repeats the recipe of another to that one, the one recorded first: one recipe, one rank.

    `able` names the entries that can have a rank: a run without one takes none away from its recipe. The day on which
    the owner took an entry in goes before the day on which its submitter says that it was recorded; what the owner put
    there by hand was there first.
    """
    first: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for entry in sorted(entries, key=lambda own: (own.name not in able, *_came(own))):
        if entry.configuration.says_how():
            owner = first.setdefault(entry.configuration.digest(), entry.name)
            aliases |= {entry.name: owner} if owner != entry.name else {}
    return aliases


def _came(entry: GradedEntry) -> tuple[str, str, str]:
    return (entry.accepted or "", entry.public.manifest.recorded or UNDATED, entry.name)


def why_no_measurement(kind: EntryKind, bundle: GradedBundle) -> str | None:
    """Say why a run is no measurement; baselines answer all alike on purpose."""
    return None if kind in EXEMPT_FROM_DETECTORS else bundle.invalid


def kind_of(configuration: Configuration, benchmark: Benchmark) -> EntryKind:
    """Say what kind of entry it is: the vendor's default is named by the benchmark, the rest by themselves."""
    profile = benchmark.vendors.get(configuration.vendor)
    if profile and profile.default == configuration.config_name and configuration.kind == "community":
        return "default"
    return configuration.kind
