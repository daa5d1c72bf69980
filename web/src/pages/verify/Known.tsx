import { ASSURANCES, Assurance } from "../../parts/Assurance";
import { nameOf } from "../../site/names";
import type { BoardRow } from "../../site/types";
import { useWords } from "../../words";

interface KnownProps {
  rows: readonly BoardRow[];
  entry: string | null;
}

/** How the numbers of the board are known: of how many rows, and which kinds nobody can compute in a browser. */
export function Known({ rows, entry }: KnownProps) {
  const words = useWords("verify");
  const shown = entry === null ? rows : rows.filter((row) => nameOf(row) === entry);
  const heldOut = shown.filter((row) => (row.held_out.score ?? null) !== null).length;
  return (
    <section class="card stack">
      <h2>{words.known}</h2>
      <dl class="facts">
        {[...ASSURANCES].reverse().map((name) => (
          <div key={name}>
            <dt>
              <Assurance of={name} />
            </dt>
            <dd>{words.publicScores(shown.filter((row) => row.public.assurance === name).length)}</dd>
          </div>
        ))}
        <div>
          <dt>{words.heldOut}</dt>
          <dd>{words.heldOutScores(heldOut)}</dd>
        </div>
      </dl>
      <div class="grid">
        <List title={words.here} items={words.computedHere} />
        <List title={words.notHere} items={words.notComputedHere} />
      </div>
    </section>
  );
}

function List({ title, items }: { title: string; items: readonly string[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul class="small">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  );
}
