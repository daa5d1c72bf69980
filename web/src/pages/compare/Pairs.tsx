import type { ComponentChildren } from "preact";
import { href } from "../../address";
import { count, fixed } from "../../numbers";
import { type Fraction, less, rounded } from "../../paired/fractions";
import type { Pair } from "../../paired/paired";
import type { ComparedPair } from "../../paired/pairs";
import { type DataColumn, DataTable } from "../../parts/DataTable";
import { EntryName, nameOf } from "../../parts/EntryName";
import type { BoardContext } from "../../site/rows";
import type { Scale } from "../../site/scale";
import { type AllWords, useWords } from "../../words";

type Words = AllWords["compare"];
const SIGNIFICANCE: Fraction = [1n, 20n];
const SHOWN_ITEMS = 500;

interface Made extends ComparedPair {
  found: Pair;
}

const isMade = (pair: ComparedPair): pair is Made => typeof pair.found !== "string";

/** Every pair: by how much, how sure that is, and what it says in words. */
export function Pairs({ pairs, context }: { pairs: readonly ComparedPair[]; context: BoardContext }) {
  const words = useWords("compare");
  const made = pairs.filter(isMade);
  const isSeveral = made.filter(({ found }) => found.p).length > 1;
  return (
    <div class="stack">
      {made.length > 0 && (
        <DataTable
          title={words.pairs}
          isTitleHidden
          name="pairs"
          columns={pairColumns(context.scale, words, isSeveral)}
          rows={made}
          keyOf={({ a, b }) => `${nameOf(a)} ${nameOf(b)}`}
          empty=""
        />
      )}
      <ul class="verdicts">
        {pairs.map((pair) => (
          <li key={`${nameOf(pair.a)} ${nameOf(pair.b)}`}>
            {isMade(pair) ? verdictOf(pair, context.scale, words) : failureOf(pair, words)}
          </li>
        ))}
      </ul>
      {made.length > 0 && (
        <p class="muted small prose">
          {words.how} {isSeveral && words.howHolm} {made.some(({ found }) => !found.p) && words.howMissing}
        </p>
      )}
      {made.map((pair) => (
        <Differing key={`${nameOf(pair.a)} ${nameOf(pair.b)}`} pair={pair} scale={context.scale} />
      ))}
    </div>
  );
}

function pairColumns(scale: Scale, words: Words, isSeveral: boolean): DataColumn<Made>[] {
  const number = (
    id: keyof Words["pair"] & string,
    value: (found: Pair, pair: Made) => number | null,
    show: (found: Pair, pair: Made) => ComponentChildren,
  ): DataColumn<Made> => ({
    id,
    title: words.pair[id] as string,
    isNumber: true,
    value: (pair) => value(pair.found, pair),
    show: (pair) => show(pair.found, pair),
  });
  const p = (fraction: Fraction | null) => (fraction ? rounded(fraction) : null);
  const ends = ({ interval }: Pair) =>
    interval && words.pair.from(scale.signed(interval[0]) ?? "", scale.signed(interval[1]) ?? "");
  const columns: DataColumn<Made>[] = [
    { id: "a", title: "A", isHeading: true, value: ({ a }) => nameOf(a), show: ({ a }) => <EntryName of={a} /> },
    { id: "b", title: "B", value: ({ b }) => nameOf(b), show: ({ b }) => <EntryName of={b} /> },
    number(
      "difference",
      ({ difference }) => rounded(difference),
      ({ difference }) => `${scale.points(rounded(difference))}${scale.isShares ? words.points : ""}`,
    ),
    { id: "interval", title: words.pair.interval, isNumber: true, value: ({ found }) => ends(found) },
    number(
      "n_items",
      ({ nItems }) => nItems,
      ({ nItems }) => count(nItems),
    ),
    number(
      "only_a",
      ({ onlyA }) => onlyA,
      ({ onlyA }) => count(onlyA),
    ),
    number(
      "only_b",
      ({ onlyB }) => onlyB,
      ({ onlyB }) => count(onlyB),
    ),
    number(
      "p",
      (found) => p(found.p),
      (found) => written(found.p),
    ),
  ];
  if (!isSeveral) return columns;
  return [
    ...columns,
    number(
      "adjusted",
      (_, { adjusted }) => p(adjusted),
      (_, { adjusted }) => written(adjusted),
    ),
  ];
}

function written(p: Fraction | null): string | null {
  if (!p) return null;
  const value = rounded(p);
  return value > 0 ? fixed(value, 6) : "<0.000001";
}

function verdictOf({ a, b, found, adjusted }: Made, scale: Scale, words: Words): string {
  const [one, other] = [nameOf(a), nameOf(b)];
  const left = found.leftOut ? ` ${words.leftOut(count(found.leftOut) ?? "")}` : "";
  const [difference] = found.difference;
  if (difference === 0n && found.differing.length === 0) return words.same(one, other) + left;
  const better = difference === 0n ? null : difference > 0n !== scale.isLowerBetter ? one : other;
  if (!adjusted) return words.ahead(one, other, better) + left;
  const p = written(adjusted) ?? "";
  if (!better || !less(adjusted, SIGNIFICANCE)) return words.notApart(one, other, p) + left;
  return words.better(better, better === one ? other : one, p) + left;
}

function failureOf({ a, b, of, found }: ComparedPair, words: Words): string {
  const reason = typeof found === "string" ? words.reasons[found] : "";
  return words.failed(nameOf(a), nameOf(b), of ? words.of(nameOf(of), reason) : reason);
}

/** The public items on which two entries differ, those that speak most for either first. */
function Differing({ pair, scale }: { pair: Made; scale: Scale }) {
  const words = useWords("compare");
  const { differing } = pair.found;
  const shown = [...differing].sort((x, y) => Math.abs(y.difference) - Math.abs(x.difference)).slice(0, SHOWN_ITEMS);
  return (
    <details class="card">
      <summary>
        {words.items}: {nameOf(pair.a)} − {nameOf(pair.b)} ({count(differing.length)})
      </summary>
      <p class="muted">{words.itemsLead(count(differing.length) ?? "")}</p>
      <DataTable
        title={words.items}
        isTitleHidden
        name="items"
        columns={[
          {
            id: "item",
            title: words.item,
            isHeading: true,
            value: ({ id }) => id,
            show: ({ id }) => <a href={href({ page: "item", item: id })}>{id}</a>,
          },
          {
            id: "difference",
            title: words.pair.difference,
            isNumber: true,
            value: ({ difference }) => difference,
            show: ({ difference }) => scale.signed(difference),
          },
        ]}
        rows={shown}
        keyOf={({ id }) => id}
        empty={words.itemsNone}
      />
    </details>
  );
}
