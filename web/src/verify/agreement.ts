/** How far judges agree beyond chance: Fleiss' kappa over votes (1971), Cohen's kappa between two judges (1960), exact. */
import type { Verdict } from "./bundle";
import type { Tree } from "./comparing";
import { divide, type Exact, ONE, type Ratio, ratio, rounded, subtract } from "./exact";
import type { Vote } from "./graders/base";
import { verdictOf } from "./graders/votes";
import { byCodePoint, setDefault } from "./lists";

const PLACES = 6;
const FEWEST_VOTES = 2;

/** The figures of `judge_agreement`; null where no response has two votes. */
export function agreementOf(verdicts: readonly Verdict[], judge: string | null): Tree {
  const cast = new Map<string, Verdict[]>();
  for (const own of verdicts) {
    setDefault(cast, `${own.trial} ${own.stage} ${own.promptId}`, () => []).push(own);
  }
  const times = counted([...cast.values()].flatMap((votes) => (votes.length < FEWEST_VOTES ? [] : [votes.length])));
  if (!times.size) {
    return null;
  }
  const [nVotes] = [...times.keys()].sort(
    (one, other) => (times.get(other) ?? 0) - (times.get(one) ?? 0) || other - one,
  );
  const rows = [...cast.values()]
    .filter((votes) => votes.length === nVotes)
    .map((votes) => counted(votes.map(({ passed }) => passed)));
  return {
    votes: { n_votes: nVotes ?? null, n_left_out: cast.size - rows.length, ...fleiss(rows, nVotes ?? 0) },
    judges: judgesOf([...cast.values()], judge),
  };
}

function counted<K>(values: readonly K[]): Map<K, number> {
  const counts = new Map<K, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

function squares(counts: Iterable<number>): number {
  return [...counts].reduce((total, count) => total + count * count, 0);
}

function fleiss(rows: readonly ReadonlyMap<Vote, number>[], nVotes: number): Record<string, number | null> {
  const agreeing = rows.reduce((total, row) => total + squares(row.values()) - nVotes, 0);
  const totals = new Map<Vote, number>();
  for (const row of rows) {
    for (const [vote, count] of row) {
      totals.set(vote, (totals.get(vote) ?? 0) + count);
    }
  }
  const all = BigInt(rows.length * nVotes);
  return figures(
    rows.length,
    ratio(BigInt(agreeing), all * BigInt(nVotes - 1)),
    ratio(BigInt(squares(totals.values())), all * all),
  );
}

function cohen(pairs: readonly (readonly [Vote, Vote])[]): Record<string, number | null> {
  if (!pairs.length) {
    return { n_responses: 0, observed: null, kappa: null };
  }
  const n = BigInt(pairs.length);
  const [first, second] = [counted(pairs.map(([one]) => one)), counted(pairs.map(([, other]) => other))];
  const byChance = [...first].reduce((total, [vote, count]) => total + count * (second.get(vote) ?? 0), 0);
  const same = pairs.filter(([one, other]) => one === other).length;
  return figures(pairs.length, ratio(BigInt(same), n), ratio(BigInt(byChance), n * n));
}

function figures(responses: number, observed: Ratio, expected: Ratio): Record<string, number | null> {
  const certain = expected.n === expected.d;
  const kappa: Exact = certain ? null : divide(subtract(observed, expected), subtract(ONE, expected));
  return { n_responses: responses, observed: rounded(observed, PLACES), kappa: rounded(kappa, PLACES) };
}

/** Compare every two judges; what a judge says of a response is what its own votes come to. */
function judgesOf(responses: readonly (readonly Verdict[])[], judge: string | null): Tree[] {
  const said = new Map<string | null, Map<number, Vote>>();
  for (const [number, votes] of responses.entries()) {
    const own = new Map<string | null, Vote[]>();
    for (const vote of votes) {
      setDefault(own, vote.judge || judge, () => []).push(vote.passed);
    }
    for (const [name, cast] of own) {
      setDefault(said, name, () => new Map()).set(number, verdictOf(cast));
    }
  }
  const named = [...said.keys()].sort(
    (one, other) => Number(one !== judge) - Number(other !== judge) || byCodePoint(one ?? "", other ?? ""),
  );
  return named.flatMap((one, place) =>
    named.slice(place + 1).map((other) => {
      const pairs = [...(said.get(one) ?? [])].flatMap(([number, vote]) => {
        const theirs = said.get(other)?.get(number);
        return theirs === undefined ? [] : [[vote, theirs] as const];
      });
      return { a: one, b: other, ...cohen(pairs) };
    }),
  );
}
