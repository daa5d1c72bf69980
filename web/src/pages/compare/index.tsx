import "./compare.css";

import { useEffect, useMemo } from "preact/hooks";
import { useAddress } from "../../address";
import { titled } from "../../app";
import type { PageProps } from "../../pages";
import { nameOf } from "../../parts/EntryName";
import { Gone } from "../../parts/Gone";
import { Later } from "../../parts/Later";
import { type BoardContext, loadBoard } from "../../site/rows";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import { Chooser } from "./Chooser";
import { Compared } from "./Compared";

export const MOST = 4;

/** Two to four entries side by side, and item by item. */
export default function ComparePage({ publication }: PageProps) {
  const loaded = useLoaded(() => loadBoard(publication), [publication]);
  return (
    <Later of={loaded} rows={12}>
      {(context) => <Comparison context={context} />}
    </Later>
  );
}

function Comparison({ context }: { context: BoardContext }) {
  const words = useWords("compare");
  const { entries = "" } = useAddress();
  const asked = useMemo(() => [...new Set(entries.split(",").filter(Boolean))], [entries]);
  const names = useMemo(() => asked.slice(0, MOST), [asked]);
  // The same rows as long as the same are asked for: other changes of the address load nothing anew.
  const rows = useMemo(() => names.flatMap((name) => context.named.get(name) ?? []), [names, context]);
  const absent = names.filter((name) => !context.named.has(name));
  const title = rows.length > 1 ? words.title(rows.length) : words.choose;
  const inTab = rows.length > 1 ? words.tab(rows.map(nameOf).join(", ")) : title;
  useEffect(() => titled(inTab, context.board.title), [inTab, context]);
  return (
    <div class="stack compare">
      <h1>{title}</h1>
      <Chooser context={context} names={rows.map(nameOf)} />
      {asked.length > MOST && <p class="chip warn">{words.tooMany(asked.length)}</p>}
      {absent.map((name) => (
        <Gone key={name} name={name} context={context} />
      ))}
      {rows.length > 1 ? (
        <Compared key={entries} rows={rows} context={context} />
      ) : (
        <p class="muted">{rows.length === 1 ? words.tooFew : words.chooseLead}</p>
      )}
    </div>
  );
}
