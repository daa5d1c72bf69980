// A slider for each metric: the board under the reader's own weights.

import { commandOf, siteOf } from "../../../commands";
import { Command } from "../../../parts/Copy";
import { useWords } from "../../../words";
import type { Context } from "../rows/context";
import type { Row } from "../rows/row";
import { MOST, reflectionOf, STEP, type Weighed, type Weights, weighable, weightsText } from "../rows/weighing";
import type { Change } from "../state";

interface WeightsProps {
  context: Context;
  weights: Weights;
  weighed: Weighed | null;
  /** As they are shown. */
  rows: readonly Row[];
  set: (change: Change) => void;
}

/** Entries of these ranks are said to be steady or not. */
const FIRST = 10;

export default function WeightsPanel({ context, weights, weighed, rows, set }: WeightsProps) {
  const { weights: words } = useWords("board");
  const { benchmark, publication } = context;
  const turn = (name: string, value: number) => {
    const next = new Map(weights);
    if (value > 0) next.set(name, value);
    else next.delete(name);
    set({ weights: weightsText(next) || null, sort: null });
  };
  const terms = [...weights].map(([name, weight]) => `${name}=${weight}`);
  return (
    <section class="card weights" aria-label={words.title}>
      <div class="spread">
        <h2>{words.title}</h2>
        <button type="button" class="button small" onClick={() => set({ weights: null, sort: null })}>
          {words.reset}
        </button>
      </div>
      <p class="small muted prose">{words.lead}</p>
      <div class="sliders">
        {weighable(benchmark).map(({ name, title }) => (
          <label key={name} class="slider">
            <span class="spread">
              <span>
                <bdi>{title}</bdi>
                {reflectionOf(benchmark, name) !== null && <span class="small muted"> ({words.lowerIsBetter})</span>}
              </span>
              <output>{weights.get(name) ?? words.none}</output>
            </span>
            <input
              type="range"
              min={0}
              max={MOST}
              step={STEP}
              value={weights.get(name) ?? 0}
              aria-label={words.weightOf(title)}
              onInput={({ currentTarget }) => turn(name, Number(currentTarget.value))}
            />
          </label>
        ))}
      </div>
      {weighed && <Steadiness weighed={weighed} rows={rows} />}
      {terms.length > 0 && (
        <div class="small">
          <p class="muted">
            {words.rounded} {words.command}
          </p>
          <Command text={commandOf("weigh", siteOf(publication), ...terms)} label={words.copy} />
        </div>
      )}
    </section>
  );
}

/** How many of the first keep their places whatever small change of the weights. */
function Steadiness({ weighed, rows }: { weighed: Weighed; rows: readonly Row[] }) {
  const { weights: words } = useWords("board");
  const first = rows.filter((row) => (weighed.standingOf(row)?.rank ?? FIRST + 1) <= FIRST);
  const steady = first.filter((row) => {
    const range = weighed.stabilityOf(row)?.range;
    return range && range[0] === range[1];
  });
  if (first.length === 0) return null;
  return (
    <p class="steady" role="status">
      {words.steady(steady.length, first.length)}
    </p>
  );
}
