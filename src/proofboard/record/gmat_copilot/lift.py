"""Repair trajectories of gmat-copilot: the first draft and the one that the bounded repair loop ended with."""

from collections.abc import Iterator, Mapping, Sequence

from proofboard.record.gmat_copilot.entries import Listed
from proofboard.record.gmat_copilot.files import DraftVerdict, LiftBundle, draft_key
from proofboard.record.imported import Claim, NewBundle
from proofboard.schemas.bundle import JudgeRecord, ReportedScore, Response, SourceRecord, Stage, Verdict

DRAFTS = 3
"""One draft and the two repairs that the protocol allows."""


def repair_bundle(entry: Listed, lift: LiftBundle, ids: Mapping[str, str], judge: JudgeRecord | None) -> NewBundle:
    """Return the drafts of a trajectory as stages; `ids` maps the source's prompt ids to item ids."""
    responses: list[Response] = []
    verdicts: list[Verdict] = []
    scores: list[ReportedScore] = []
    for prompt in lift.prompts:
        item = ids[prompt.id]
        for stage, script in _stages(lift.trajectory.get(prompt.id, []), lift.verdicts):
            known = lift.verdicts.get(draft_key(script), DraftVerdict())
            responses.append(Response(prompt_id=item, output=script, stage=stage))
            verdicts += [
                Verdict(prompt_id=item, passed=passed, stage=stage, vote=vote)
                for vote, passed in enumerate(known.judge)
            ]
            runs = None if known.dry_run is None else int(known.dry_run.ok)
            scores.append(ReportedScore(item_id=item, scores={"runnable": runs}, stage=stage))
        if not lift.trajectory.get(prompt.id):
            # It stays in the count: a prompt without any draft did not pass.
            responses.append(Response(prompt_id=item, state="missing"))
    return NewBundle(
        name="repair",
        item_set="repair",
        responses=responses,
        verdicts=verdicts,
        scores=scores,
        judge=judge,
        source=SourceRecord(format="gmat-copilot", name=lift.place, digest=lift.digest),
        claims=dict(_claims(entry)),
    )


def unknown_drafts(lift: LiftBundle) -> int:
    """Count the drafts that no verdict was recorded for."""
    drafts = (script for scripts in lift.trajectory.values() for script in scripts)
    return sum(1 for script in drafts if draft_key(script) not in lift.verdicts)


def _stages(scripts: Sequence[str], verdicts: Mapping[str, DraftVerdict]) -> Iterator[tuple[Stage, str]]:
    """Replay the loop: it ends with the first draft that runs, with a draft seen before, or with the last allowed."""
    tried: list[str] = []
    for script in scripts[:DRAFTS]:
        if script in tried:
            tried.append(script)
            break
        tried.append(script)
        verdict = verdicts.get(draft_key(script))
        if verdict and verdict.dry_run and verdict.dry_run.ok:
            break
    if tried:
        yield "answer", tried[0]
    if len(tried) > 1 and tried[-1] != tried[0]:
        yield "repair", tried[-1]


def _claims(entry: Listed) -> Iterator[tuple[str, Claim]]:
    loop = entry.row.close_the_loop if entry.row else None
    if loop:
        single = {name: getattr(loop, name) for name in ("base_runnable", "repaired_runnable", "repair_lift")}
        yield from ((name, value) for name, value in single.items() if value is not None)
        for tier, value in sorted((loop.dry_run_agreement or {}).items()):
            yield f"dry_run_agreement.{tier}", value
