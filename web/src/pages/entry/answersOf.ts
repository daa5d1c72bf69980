// What an entry answered, item by item: loaded together, narrowed by outcome, searched page by page of the items.

import type { Outcome, ScoreReading } from "../../parts/Answer";
import { textOf } from "../../parts/Answer";
import {
  type Item,
  type ItemScore,
  type Items,
  itemsOf,
  type Lines,
  promptOf,
  type Response,
  responsesOf,
  type Scores,
  scoresOf,
  type Verdict,
  votesOf,
} from "../../site/answers";
import { DocumentError } from "../../site/failure";
import type { Publication } from "../../site/publication";
import type { Benchmark, BundleReference } from "../../site/types";
import { absentOf, decidingMetric, madeOf, readingsOf } from "./reading";

export interface Answered {
  items: Items;
  scores: Scores;
  /** Null where no answers are published. */
  responses: Lines<Response> | null;
  votes: Lines<Verdict> | null;
  readings: readonly ScoreReading[];
  /** Every item that has a row, with what the entry made of it. */
  made: readonly Made[];
  /** Whether items were tried more than once. */
  hasTrials: boolean;
}

export interface Made {
  id: string;
  value: number | null;
  outcome: Outcome | null;
  isAnswered: boolean;
}

/** Load the answers and the scores of a bundle; raises DocumentError. */
export async function loadAnswered(
  publication: Publication,
  reference: BundleReference,
  benchmark: Benchmark,
): Promise<Answered> {
  const [items, scores, responses, votes] = await Promise.all([
    itemsOf(publication),
    scoresOf(publication, reference),
    responsesOf(publication, reference),
    votesOf(publication, reference),
  ]);
  if (!scores) throw new DocumentError(reference.name, "missing", "scores");
  const first = decidingMetric(Object.keys(scores.denominators), items);
  const readings = readingsOf(benchmark, scores.denominators, first ?? "");
  const [reading] = readings;
  const absent = reading ? absentOf(benchmark, reading) : null;
  const made = scores.items.map((id): Made => {
    const rows = scores.of(id);
    const isAnswered = rows.some(({ state }) => state === "answered");
    return { id, isAnswered, ...(reading ? madeOf(rows, reading, absent) : { value: null, outcome: null }) };
  });
  return { items, scores, responses, votes, readings, made, hasTrials: scores.length > scores.items.length };
}

export const OUTCOMES = ["all", "wrong", "partly", "right", "unanswered"] as const;
export type Wanted = (typeof OUTCOMES)[number];

/** Narrow items by what the entry made of them. */
export function narrowed(made: readonly Made[], wanted: Wanted): readonly Made[] {
  if (wanted === "all") return made;
  if (wanted === "unanswered") return made.filter(({ isAnswered }) => !isAnswered);
  return made.filter(({ outcome }) => outcome === wanted);
}

/** The rows of an item beside the answers that they score; what has a row and no answer stays. */
export function pairsOf(
  { scores, responses, votes }: Answered,
  item: Item,
): { score: ItemScore; response: Response | null; votes: readonly Verdict[] }[] {
  const prompt = promptOf(item);
  const answers = responses?.of(prompt) ?? [];
  const voted = votes?.of(prompt) ?? [];
  const isSame = (score: ItemScore) => (one: { trial?: number; stage?: string }) =>
    (one.trial ?? 0) === score.trial && (one.stage ?? "answer") === score.stage;
  return scores.of(item.id).map((score) => ({
    score,
    response: answers.find(isSame(score)) ?? null,
    votes: voted.filter(isSame(score)),
  }));
}

/** Texts are found whatever their case and however their accents are written. */
export const folded = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Find items by id, text, choices, reference and answers. Pages of items are read one after another; `tell` hears how
 * far it is, and `isWanted` is asked whether to go on.
 */
export async function search(
  answered: Answered,
  made: readonly Made[],
  query: string,
  tell: (done: number, of: number) => void,
  isWanted: () => boolean,
): Promise<ReadonlySet<string>> {
  const wanted = folded(query);
  const byPage = new Map<number, Set<string>>();
  for (const { id } of made) {
    const page = answered.items.of(id)?.page;
    if (page === undefined) continue;
    const ids = byPage.get(page) ?? new Set<string>();
    byPage.set(page, ids.add(id));
  }
  const found = new Set<string>();
  let done = 0;
  for (const [page, ids] of byPage) {
    if (!isWanted()) return found;
    tell(done, byPage.size);
    for (const item of await answered.items.page(page)) {
      if (ids.has(item.id) && isFound(answered, item, wanted)) found.add(item.id);
    }
    done += 1;
  }
  return found;
}

function isFound({ responses }: Answered, item: Item, wanted: string): boolean {
  const own = [item.id, item.title, item.prompt, ...(item.choices ?? []), textIn(item.reference)];
  if (own.some((text) => text && folded(text).includes(wanted))) return true;
  return (responses?.of(promptOf(item)) ?? []).some(({ output }) => folded(textIn(output) ?? "").includes(wanted));
}

const textIn = (value: unknown): string | null => (value === null || value === undefined ? null : textOf(value));
