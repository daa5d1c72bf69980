"""What a board would refuse in a configuration and its bundles, found before they are packed or taken in."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.app.entries_folder import Faults
from proofboard.core.aggregates import is_relative, places_of
from proofboard.core.board import groups_of, why_unscored
from proofboard.core.detectors import why_invalid
from proofboard.core.entry import EXEMPT_FROM_DETECTORS, GradedBundle, graded_bundle, graded_entry, kind_of
from proofboard.core.exact import rounded
from proofboard.core.grading import GradingPlan
from proofboard.core.items import ItemTable
from proofboard.core.rules.bundle import check_bundle
from proofboard.core.rules.configuration import configuration_faults
from proofboard.core.rules.sensitive import secrets_in
from proofboard.errors import Fault, InputError
from proofboard.publish.names import configuration_path, largest_bytes
from proofboard.schemas.bundle import MANIFEST, SCORES, VERDICTS, Manifest
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.configuration import Configuration

PUBLIC: Final = "public"
HELD_OUT: Final = "held_out"


class Rules(msgspec.Struct, frozen=True, eq=False):
    """The rules and items that a submission is held against."""

    plan: GradingPlan
    tables: Mapping[str, ItemTable]
    """Item set → its items; a set that the benchmark does not have, or whose items are not at hand, is absent."""

    @property
    def ungraded(self) -> list[str]:
        """The metrics whose grader is not at hand: without them there is no score."""
        metrics = self.plan.benchmark.metrics
        return sorted(name for name, metric in metrics.items() if metric.grader and name not in self.plan.graders)


class CheckedBundle(msgspec.Struct, frozen=True, eq=False):
    """A bundle in which nothing was found to refuse; its answers are no longer held."""

    folder: Path
    digest: str
    manifest: Manifest
    n_answered: int
    """Prompts with an answer or refusal in every trial."""
    n_prompts: int | None
    """Prompts of the item set; None where its items are not at hand."""
    graded: GradedBundle | None
    """None where rules, items or a grader are not at hand."""


class PublicResult(msgspec.Struct, frozen=True):
    """The public score as the board will compute it, or why there is none."""

    headline: str
    score: float | None
    reason: str | None
    n_prompts: int


class Checked(msgspec.Struct, frozen=True, eq=False):
    """A configuration and its bundles in which nothing was found to refuse."""

    configuration: Configuration
    bundles: Mapping[str, CheckedBundle]
    """Item set → its bundle."""
    public: PublicResult | None
    """None where nothing was graded."""


def check_submission(
    configuration: Configuration | None, file: str, folders: Sequence[Path], rules: Rules | None, faults: Faults
) -> Checked | None:
    """Check a configuration and its bundles as the board would; None, and every reason in `faults`, where it refuses.

    `file` is where the configuration stands; None is one that could not be read, and its bundles are checked alone.
    """
    before = len(faults.found)
    if configuration:
        faults.found += [Fault(file, 0, reason) for reason in _configuration_faults(configuration, rules)]
    checked = [_check_bundle(folder, configuration, rules, faults) for folder in folders]
    bundles = [bundle for bundle in checked if bundle]
    faults.found += _set_faults(bundles)
    if configuration is None or len(faults.found) > before:
        return None
    by_set: dict[str, CheckedBundle] = {bundle.manifest.item_set: bundle for bundle in bundles}
    result = faults.of(partial(_public_result, configuration, by_set, rules)) if rules else None
    return None if len(faults.found) > before else Checked(configuration, by_set, result)


def _configuration_faults(configuration: Configuration, rules: Rules | None) -> Iterator[str]:
    yield from configuration_faults(configuration, rules.plan.benchmark if rules else None)
    size, most = len(canonical.dump(configuration)), largest_bytes(configuration_path(configuration.digest()))
    if size > most:
        yield f"would have {size:,} bytes when published, at most {most:,} are accepted; use fewer words"


def _set_faults(bundles: Sequence[CheckedBundle]) -> Iterator[Fault]:
    """Refuse two bundles of one set, and bundles that were not recorded for the same benchmark and rules."""
    counts = Counter(bundle.manifest.item_set for bundle in bundles)
    firsts: dict[str, str] = {}
    for bundle in bundles:
        item_set, place = bundle.manifest.item_set, str(bundle.folder)
        if counts[item_set] > 1:
            yield Fault(place, 0, f"is one of {counts[item_set]} {item_set} bundles, at most 1 is accepted")
        for field in ("benchmark", "protocol_version"):
            own = getattr(bundle.manifest, field)
            if (first := firsts.setdefault(field, own)) != own:
                yield Fault(place, 0, f"was recorded under the {_words(field)} {own}, another bundle under {first}")


def _check_bundle(
    folder: Path, configuration: Configuration | None, rules: Rules | None, faults: Faults
) -> CheckedBundle | None:
    bundle = faults.of(partial(read_bundle, folder))
    if bundle is None:
        return None
    reasons = [*_foreign(bundle.manifest, configuration, rules), *_unmeasured(bundle, configuration, rules)]
    reasons += _not_answers(bundle) if bundle.manifest.item_set == HELD_OUT else ()
    reasons += [f"holds {kind}; what a manifest says is published" for kind in _secrets_in(bundle.manifest)]
    faults.found += [Fault(str(folder / MANIFEST), 0, reason) for reason in reasons]
    table = _table_of(bundle.manifest, rules)
    graded = None
    if rules is None or table is None:
        faults.found += [Fault(str(folder), 0, reason) for reason in _disordered(bundle)]
    else:
        graded = faults.of(partial(_graded, bundle, table, rules, configuration))
    return CheckedBundle(
        folder=folder,
        digest=bundle.digest,
        manifest=bundle.manifest,
        n_answered=_count_answered(bundle),
        n_prompts=len(table.by_prompt) if table else None,
        graded=graded,
    )


def _table_of(manifest: Manifest, rules: Rules | None) -> ItemTable | None:
    # Against the items of another benchmark every single line would be a fault.
    same = rules is not None and manifest.benchmark == rules.plan.benchmark.id
    return rules.tables.get(manifest.item_set) if rules and same else None


def _foreign(manifest: Manifest, configuration: Configuration | None, rules: Rules | None) -> Iterator[str]:
    """Say which configuration, benchmark or rules a bundle was recorded for, where these are others."""
    pairs: list[tuple[str, str, str]] = []
    if rules:
        benchmark = rules.plan.benchmark
        pairs += [
            ("benchmark", manifest.benchmark, benchmark.id),
            ("protocol_version", manifest.protocol_version, benchmark.protocol_version),
        ]
    if configuration:
        pairs += [
            ("vendor", manifest.vendor, configuration.vendor),
            ("config_name", manifest.config_name, configuration.config_name),
            ("configuration", manifest.configuration, configuration.digest()),
        ]
    for field, found, expected in pairs:
        if found != expected:
            yield f"was recorded for the {_words(field)} {found}, expected {expected}; record it again"
    if rules and manifest.item_set not in rules.tables and manifest.item_set != HELD_OUT:
        yield f"answers {manifest.item_set} items, and the benchmark has none"


def _words(field: str) -> str:
    return {"protocol_version": "protocol", "configuration": "recipe"}.get(field, field)


def _unmeasured(bundle: Bundle, configuration: Configuration | None, rules: Rules | None) -> Iterator[str]:
    """Refuse a run that the board would list as no measurement; baselines answer all alike on purpose."""
    if configuration is None or bundle.manifest.item_set not in {PUBLIC, HELD_OUT}:
        return
    kind = kind_of(configuration, rules.plan.benchmark) if rules else configuration.kind
    reason = why_invalid([row for row in bundle.responses if row.stage == "answer"])
    if reason and kind not in EXEMPT_FROM_DETECTORS:
        exempt = " and ".join(sorted(EXEMPT_FROM_DETECTORS))
        yield f"is no measurement: {reason}; only the kinds {exempt} may answer so"


def _not_answers(bundle: Bundle) -> Iterator[str]:
    """Refuse all but answers to held-out items: who grades them is their owner."""
    for name in (VERDICTS, SCORES):
        if name in bundle.manifest.files:
            yield f"names {name}; to held-out items hand in answers only, their owner grades them"


def _secrets_in(manifest: Manifest) -> list[str]:
    return sorted({kind for kind, _ in secrets_in(canonical.dump(manifest).decode())})


def _disordered(bundle: Bundle) -> Iterator[str]:
    """Say what is wrong with lines whose items are not at hand: one that stands twice, a trial beyond the last."""
    rows = [
        *(("response", row.prompt_id, row.trial, row.stage, 0) for row in bundle.responses),
        *(("verdict", row.prompt_id, row.trial, row.stage, row.vote) for row in bundle.verdicts),
        *(("score", row.item_id, row.trial, row.stage, 0) for row in bundle.scores),
    ]
    for (kind, name, trial, stage, _), times in Counter(rows).items():
        if times > 1:
            yield f"holds {times} times the {kind} {name!r} (trial {trial}, stage {stage}); keep one"
        if trial >= bundle.manifest.trials:
            yield f"has trial {trial} of {name!r}, the manifest declares {bundle.manifest.trials} (from 0)"


def _graded(bundle: Bundle, table: ItemTable, rules: Rules, configuration: Configuration | None) -> GradedBundle | None:
    if rules.ungraded:
        check_bundle(bundle, table, rules.plan.benchmark)
        return None
    model = configuration.model_name() if configuration else None
    return graded_bundle(bundle.manifest.item_set, bundle, table, rules.plan, model)


def _count_answered(bundle: Bundle) -> int:
    answers = {
        (row.prompt_id, row.trial)
        for row in bundle.responses
        if row.stage == "answer" and row.state in {"answered", "refused"}
    }
    trials = Counter(prompt for prompt, _ in answers)
    return sum(1 for count in trials.values() if count == bundle.manifest.trials)


def _public_result(
    configuration: Configuration, bundles: Mapping[str, CheckedBundle], rules: Rules
) -> PublicResult | None:
    """Score the public bundle like a board that has no other entry; raises InputError where the board would."""
    public = bundles.get(PUBLIC)
    if public is None or public.graded is None:
        return None
    benchmark = rules.plan.benchmark
    try:
        entry = graded_entry(configuration, [public.graded], benchmark)
        group = groups_of(benchmark, rules.tables[PUBLIC], [entry])[0]
    except InputError as error:
        raise InputError([Fault(str(public.folder), own.line, own.reason) for own in error.faults]) from error
    name = benchmark.headline
    if is_relative(benchmark, name):
        return PublicResult(name, None, "it depends on the other entries of the board", group.n_prompts)
    score = group.scoring.scores(name, group.overall)[0]
    reason = why_unscored(group, name, 0) if score is None else None
    return PublicResult(name, rounded(score, places_of(benchmark, name)), reason, group.n_prompts)
