import { amounts, count, day } from "../../numbers";
import { isAssurance } from "../../parts/Assurance";
import { Digest } from "../../parts/Copy";
import { manifestOf } from "../../site/answers";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import type { Shown } from "./index";
import { ends, lettersOf, pointsOf } from "./said";
import { type Term, Terms } from "./Terms";

/** The numbers of a row by what they are about. */
export function Cards(shown: Shown) {
  const { cards } = useWords("entry");
  const parts = { scores: useScores(shown), entry: useEntry(shown), usage: useUsage(shown), run: useRun(shown) };
  return (
    <div class="grid cards">
      {(Object.keys(parts) as (keyof typeof parts)[]).map((part) => (
        <section key={part} class="card">
          <h2>{cards[part]}</h2>
          <Terms pairs={parts[part]} />
        </section>
      ))}
    </div>
  );
}

function useScores({ row, context }: Shown): Term[] {
  const words = useWords("entry");
  const { facts, figures } = words;
  const { scale } = context;
  const { public: open, held_out: held, close_the_loop: loop } = row;
  const between = (pair: readonly number[] | null | undefined, write: (value: number) => string | null) => {
    const found = ends(pair);
    return found && figures.interval(write(found[0]) ?? "", write(found[1]) ?? "");
  };
  const range = ends(row.rank_range);
  const tied = ends(row.tied_groups);
  const rank = [row.rank ?? words.noRank, range && figures.possibly(...range), tied && figures.tied(lettersOf(tied))];
  const answered = facts.answeredSaid(count(open.n_answered) ?? "", count(open.n_prompts) ?? "");
  return [
    [facts.rank, rank.filter(Boolean).join(", ")],
    [facts.public, scale.publicUnit(open.score) ?? facts.none(open.reason)],
    [facts.exactly, ((open.exact ?? []) as readonly string[]).join(" / ")],
    [facts.interval, between(open.interval, scale.publicUnit)],
    [facts.method, open.interval_method && facts.methods[open.interval_method]],
    [facts.error, open.standard_error],
    [facts.runs, open.runs?.scores.map((score) => scale.public(score) ?? words.noRank).join(", ")],
    [facts.runError, open.runs?.standard_error],
    [facts.variance, open.variance && facts.varianceSaid(open.variance.between_items, open.variance.within_items)],
    [facts.answered, answered],
    [facts.heldOut, scale.heldOutUnit(held.score) ?? held.status],
    [facts.interval, between(held.interval, scale.publicUnit)],
    [facts.gap, pointsOf(row.overfit_gap, context, words)],
    [facts.interval, between(row.overfit_interval, scale.signed)],
    [facts.overfitTest, row.overfit_test],
    [facts.baseRunnable, scale.publicUnit(loop?.base_runnable)],
    [facts.repairedRunnable, scale.publicUnit(loop?.repaired_runnable)],
    [facts.lift, pointsOf(loop?.repair_lift ?? null, context, words)],
    [
      facts.dryRun,
      Object.entries(loop?.dry_run_agreement ?? {})
        .map(([tier, share]) => `${tier} ${scale.publicUnit(share) ?? words.noRank}`)
        .join(", "),
    ],
  ];
}

function useEntry({ row, document }: Shown): Term[] {
  const { facts } = useWords("entry");
  const { assurance } = useWords("common");
  const known = (score: number | null, word: unknown) => score !== null && isAssurance(word) && assurance[word];
  return [
    [facts.title, row.title],
    [facts.model, row.model],
    [facts.organisation, row.organization],
    [facts.contributor, row.contributor],
    [facts.date, day(row.date)],
    [facts.accepted, document.value && day(document.value.accepted)],
    [facts.track, row.track],
    [facts.protocol, row.protocol_version],
    [facts.publicKnown, known(row.public.score, row.public.assurance)],
    [facts.heldOutKnown, known(row.held_out.score, row.held_out.assurance)],
    [facts.recipe, <Digest key="recipe" of={row.configuration} label={facts.recipeDigest} />],
  ];
}

function useUsage({ row: { usage, efficiency, cost_per_score: cost } }: Shown): Term[] {
  const { facts } = useWords("entry");
  const time = amounts([usage.seconds?.mean ?? null], "s");
  const seconds = (value: number | undefined) => {
    const written = time.write(value);
    return written === null ? null : `${written} ${time.unit}`;
  };
  const written = (value: number | null, unit: "" | "$" = "") => {
    const said = amounts([value], unit).write(value);
    return said === null ? null : `${unit}${said}`;
  };
  return [
    [facts.cost, usage.cost_dollars === null ? facts.notRecorded : `$${usage.cost_dollars}`],
    [facts.costPerScore, written(cost, "$")],
    [facts.tokens, count(usage.total_tokens) ?? facts.notRecorded],
    [facts.promptTokens, count(usage.prompt_tokens)],
    [facts.answerTokens, count(usage.completion_tokens)],
    [facts.calls, count(usage.generation_calls) ?? facts.notRecorded],
    [facts.judgeCalls, count(usage.judge_calls)],
    [facts.time, seconds(usage.seconds?.mean) ?? facts.notRecorded],
    [facts.percentile, seconds(usage.seconds?.percentile_95)],
    [facts.perDollar, written(efficiency.score_per_dollar)],
    [facts.perMillion, written(efficiency.score_per_million_tokens)],
    [facts.perSecond, written(efficiency.score_per_second)],
    [facts.relative, efficiency.relative === null ? null : `${written(efficiency.relative)} %`],
    [facts.recordedFor, facts.responses(count(usage.n_recorded) ?? "")],
  ];
}

function useRun({ row: { run }, document, context }: Shown): Term[] {
  const { facts } = useWords("entry");
  // A nicety: where it cannot be read, the part of the page that needs it says so.
  const manifest = useLoaded(async () => {
    const own = document.value?.identity.bundles.find(({ item_set }) => item_set === "public");
    return own ? manifestOf(context.publication, own).catch(() => null) : null;
  }, [document.value]);
  const source = manifest.value?.source ?? null;
  return [
    [facts.recorder, run.tool_version],
    [facts.submitter, run.submitted_by],
    [facts.format, source && `${source.format}: ${source.name}`],
    [facts.judge, run.judge_model],
    [facts.votes, run.n_votes === null ? facts.noVotes : facts.votesSaid(run.n_votes)],
    [facts.bundle, <Digest key="bundle" of={`sha256:${run.recorded_bundle_sha256}`} label={facts.bundleDigest} />],
  ];
}
