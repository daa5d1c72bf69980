/** One bundle of an entry: read, graded anew, and every item score held against the published one. */

import { agreementOf } from "./agreement";
import { metricOf } from "./benchmark";
import {
  ANSWER,
  type Bundle,
  type Manifest,
  REFUSED,
  type Response,
  readLines,
  readManifest,
  readReported,
  readResponse,
  readVerdict,
  STAGES,
  STATES,
} from "./bundle";
import { Comparison, type Report, type Tree, Unchecked } from "./comparing";
import { type Column, composite } from "./composites";
import { whyInvalid } from "./detectors";
import { type Exact, ratio, ZERO } from "./exact";
import { columnAt, Fields, integerAt } from "./fields";
import { gradeBundle, type ItemScores } from "./grading";
import { compareScores, type PublishedScores } from "./itemScores";
import { basisOf } from "./plan";
import type { Opened } from "./publication";
import { type Reason, Refused } from "./reasons";
import { hexOf, type Site } from "./site";
import { priceOf, type Totals, totalsOf } from "./usage";

/** A bundle after grading: the answers themselves are no longer held. */
export interface Made {
  readonly digest: string;
  readonly manifest: Manifest;
  readonly scores: ItemScores;
  /** Metric → why it does not wholly follow from answers graded here. */
  readonly bases: ReadonlyMap<string, Reason | null>;
  readonly sums: Sums;
  /** Why the sums are somebody's word; null where the lines are there. */
  readonly gone: Reason | null;
  readonly nAnswers: number;
}

export interface Sums {
  readonly usage: Totals;
  readonly judgeCalls: number | null;
  readonly nVotes: number | null;
  readonly nAnswered: number;
  readonly invalid: string | null;
  readonly agreement: Tree;
}

export interface Context {
  readonly site: Site;
  readonly opened: Opened;
  readonly report: Report;
  readonly entry: string;
  readonly model: string | null;
}

/** When the answers were removed, and why. */
const reasonOf = (purge: Fields): Reason => ({
  code: "purged",
  about: `${purge.text("date")}: ${purge.text("reason")}`,
});

/** Grade a published bundle again, or take its scores where its answers were removed. */
export async function regraded(context: Context, reference: Fields): Promise<Made> {
  const { site, opened } = context;
  const digest = reference.text("bundle");
  const path = `scores/${hexOf(digest)}.json`;
  const purge = reference.fieldsOrNull("purged");
  const folder = purge ? "purged" : `bundles/${hexOf(digest)}`;
  const manifestPath = purge ? `purged/${hexOf(digest)}.json` : `${folder}/manifest.json`;
  const [published, document] = await Promise.all([
    site.document(path, reference.text("scores")),
    site.document(manifestPath, digest),
  ]);
  const manifest = readManifest(document);
  const table = manifest.itemSet === "repair" ? opened.repair : opened.table;
  if (!table || manifest.itemSet !== reference.text("item_set")) {
    throw new Refused(manifestPath, `is of the set ${manifest.itemSet}, which is not what is named`);
  }
  const graded = reference.fieldsOrNull("graded");
  if (graded) {
    await site.raw(`graded/${hexOf(digest)}.json`, graded.text("document"));
  }
  const columns = published.entries("metrics", (value, place) =>
    columnAt(Fields.of(value, place).list("values"), place),
  );
  if (purge) {
    return takenAsPublished(context, { digest, manifest, table, published, columns, path, purge });
  }
  const bundle = await readBundle(site, manifest, folder);
  const made = gradeBundle(bundle, table, opened.plan, columns, folder);
  const comparison = new Comparison(context.entry, path, context.report);
  compareScores(comparison, opened.plan, made, { published, columns, table, path });
  const bases = new Map(opened.plan.order.map((name) => [name, basisOf(opened.plan, name, made.taken)]));
  const price = priceOf(opened.benchmark.prices, context.model, manifest.recorded);
  return {
    digest,
    manifest,
    scores: made.scores,
    bases,
    sums: sumsOf(bundle, price),
    gone: null,
    nAnswers: bundle.responses.length,
  };
}

async function readBundle(site: Site, manifest: Manifest, folder: string): Promise<Bundle> {
  const lines = async <T>(name: string, read: (own: Fields) => T): Promise<T[]> => {
    const digest = manifest.files.get(name);
    return digest ? readLines(await site.raw(`${folder}/${name}`, digest), `${folder}/${name}`, read) : [];
  };
  const [responses, verdicts, scores] = await Promise.all([
    lines("responses.jsonl", readResponse),
    lines("verdicts.jsonl", readVerdict),
    lines("scores.jsonl", readReported),
  ]);
  return { manifest, responses, verdicts, scores };
}

function sumsOf(bundle: Bundle, price: Parameters<typeof totalsOf>[1]): Sums {
  const votes = new Map<string, number>();
  for (const { promptId, trial, stage } of bundle.verdicts) {
    const key = `${trial} ${stage} ${promptId}`;
    votes.set(key, (votes.get(key) ?? 0) + 1);
  }
  return {
    usage: totalsOf(bundle.responses, price),
    judgeCalls: bundle.verdicts.length || null,
    nVotes: votes.size ? Math.min(...votes.values()) : null,
    nAnswered: answeredPrompts(bundle.responses, bundle.manifest.trials),
    invalid: whyInvalid(bundle.responses),
    agreement: agreementOf(bundle.verdicts, bundle.manifest.judge),
  };
}

/** What the removed lines had summed up to, as the owner says it. */
function talliesOf(purge: Fields): Sums {
  const own = purge.fields("tallies");
  const exact = (text: string | null): Exact => {
    const [above = "0", below = "1"] = text?.split("/") ?? [];
    return text === null ? null : ratio(BigInt(above), BigInt(below));
  };
  const spread = own.fieldsOrNull("spread");
  const usage: Totals = {
    recorded: own.integer("n_recorded"),
    calls: own.integerOrNull("calls"),
    promptTokens: own.integerOrNull("prompt_tokens"),
    completionTokens: own.integerOrNull("completion_tokens"),
    totalTokens: own.integerOrNull("total_tokens"),
    dollars: exact(own.textOrNull("dollars")),
    seconds: exact(own.textOrNull("seconds")),
    spread: spread && {
      mean: exact(spread.text("mean")) ?? ZERO,
      deviation: spread.numberOrNull("standard_deviation"),
      percentile95: exact(spread.text("percentile_95")) ?? ZERO,
    },
  };
  return {
    usage,
    judgeCalls: own.integerOrNull("n_verdicts"),
    nVotes: own.integerOrNull("n_votes"),
    nAnswered: own.integer("n_answered"),
    invalid: own.textOrNull("invalid"),
    agreement: new Unchecked(reasonOf(purge)),
  };
}

/** Count the prompts with an answer or refusal in every trial. */
function answeredPrompts(responses: readonly Response[], trials: number): number {
  const answered = new Map<string, number>();
  for (const { promptId, stage, state } of responses) {
    if (stage === ANSWER && state <= REFUSED) {
      answered.set(promptId, (answered.get(promptId) ?? 0) + 1);
    }
  }
  return [...answered.values()].filter((count) => count === trials).length;
}

interface Purged {
  readonly digest: string;
  readonly manifest: Manifest;
  readonly purge: Fields;
}

/** Take the item scores of a bundle whose answers were removed; what is made from other metrics is made again. */
function takenAsPublished(
  context: Context,
  { digest, manifest, table, published, columns, path, purge }: PublishedScores & Purged,
): Made {
  const { plan, benchmark } = context.opened;
  const reason = reasonOf(purge);
  const ids = published.any("items") === null ? table.items.map(({ id }) => id) : published.texts("items");
  const words = (name: string, known: readonly string[]) =>
    published.any(name) === null
      ? new Uint8Array(ids.length)
      : Uint8Array.from(published.texts(name), (word) => known.indexOf(word));
  const rows = {
    item: Int32Array.from(ids, (id) => table.index.get(id) ?? -1),
    trial:
      published.any("trials") === null
        ? new Int32Array(ids.length)
        : Int32Array.from(published.list("trials"), (own) => integerAt(own, path)),
    stage: words("stages", STAGES),
    state: words("states", STATES),
  };
  if (rows.item.includes(-1)) {
    throw new Refused(path, "is of items that are not of this set");
  }
  const made = new Map<string, Column>();
  const comparison = new Comparison(context.entry, path, context.report);
  for (const name of plan.order) {
    const theirs = columns.get(name) ?? [];
    const derived = plan.makings.get(name)?.how === "derived";
    const ours = derived ? composite(benchmark, metricOf(benchmark, name), made, ids.length) : theirs;
    made.set(name, ours);
    const same = theirs.length === ids.length && ours.every((value, row) => value === theirs[row]);
    const outcome = same ? (derived ? "follows" : "unchecked") : "differs";
    comparison.say(`item scores: ${name}`, theirs.length, derived ? ids.length : null, outcome, same ? reason : null);
  }
  const bases = new Map(plan.order.map((name) => [name, reason]));
  return {
    digest,
    manifest,
    scores: { rows, columns: made },
    bases,
    sums: talliesOf(purge),
    gone: reason,
    nAnswers: 0,
  };
}
