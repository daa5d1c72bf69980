import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { href } from "../../address";
import { ExportMenu } from "../../parts/ExportMenu";
import type { TableData } from "../../parts/exporting";
import { Icon, type IconName } from "../../parts/Icon";
import { useVirtualRows } from "../../parts/useVirtualRows";
import type { Checked, Outcome, Shown } from "../../verify/comparing";
import { useWords } from "../../words";

const ICONS: Record<Outcome, IconName> = { agrees: "check", differs: "cross", follows: "diamond", unchecked: "minus" };
const COLUMNS = ["outcome", "entry", "number", "published", "recomputed", "reason"] as const;
const ROW_HEIGHT = 42;
const keyOf = (own: Checked, place: number): string => `${place} ${own.entry} ${own.document} ${own.number}`;

/** Every number with what was published and what was computed: thousands of rows, of which those in sight are drawn. */
export function Numbers({ rows }: { rows: readonly Checked[] }) {
  const words = useWords("verify");
  const frame = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const virtual = useVirtualRows({
    count: rows.length,
    keyOf: (place) => String(place),
    estimate: () => ROW_HEIGHT,
    body,
    frame,
    isOfPage: false,
  });
  const drawn: ComponentChildren[] = [];
  let below = 0;
  for (const { index, start, end } of virtual.items) {
    const own = rows[index];
    if (!own) continue;
    if (start > below) drawn.push(<Space key={`above ${index}`} height={start - below} />);
    below = end;
    drawn.push(<Line key={keyOf(own, index)} own={own} place={index} measure={virtual.measure} />);
  }
  if (virtual.total > below) drawn.push(<Space key="below" height={virtual.total - below} />);
  return (
    <div class="stack">
      <div class="spread">
        <h3>{words.numbers(rows.length)}</h3>
        {rows.length > 0 && <ExportMenu table={() => tableOf(rows)} />}
      </div>
      {rows.length === 0 ? (
        <p class="muted">{words.nothingToList}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section ref={frame} class="frame checked-numbers" tabIndex={0} aria-label={words.numbers(rows.length)}>
          <table aria-rowcount={rows.length + 1}>
            <thead>
              <tr>
                {COLUMNS.map((name) => (
                  <th
                    key={name}
                    scope="col"
                    class={name === "published" || name === "recomputed" ? "number" : undefined}
                  >
                    {words.columns[name]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody ref={body}>{drawn}</tbody>
          </table>
        </section>
      )}
    </div>
  );
}

interface LineProps {
  own: Checked;
  place: number;
  measure: ((element: HTMLElement | null) => void) | null;
}

function Line({ own, place, measure }: LineProps) {
  const words = useWords("verify");
  const { entry, document, number, published, recomputed, outcome, reason } = own;
  return (
    <tr ref={measure} data-index={place} aria-rowindex={place + 2}>
      <td>
        <span class={`outcome ${outcome}`}>
          <Icon name={ICONS[outcome]} size={14} /> {words.outcomes[outcome]}
        </span>
      </td>
      <td>
        {entry ? (
          <a href={href({ page: "entry", entry })}>
            <bdi>{entry}</bdi>
          </a>
        ) : (
          <span class="muted">{words.board}</span>
        )}
      </td>
      <th scope="row">
        <bdi>{number}</bdi>
        <span class="muted small where">
          <bdi>{document}</bdi>
        </span>
      </th>
      <td class="number">{written(published)}</td>
      <td class="number">{written(recomputed)}</td>
      <td class="small">
        {reason && words.reasons[reason.code]}
        {reason?.about && (
          <>
            {" "}
            <code>{reason.about}</code>
          </>
        )}
      </td>
    </tr>
  );
}

const written = (value: Shown): ComponentChildren =>
  value === null ? <span class="muted">–</span> : <bdi>{value}</bdi>;

/** Room for the rows that are not drawn. */
function Space({ height }: { height: number }) {
  const place = useRef<HTMLTableCellElement>(null);
  useLayoutEffect(() => {
    if (place.current) place.current.style.height = `${height}px`;
  }, [height]);
  return (
    <tr class="space">
      <td ref={place} colSpan={COLUMNS.length} />
    </tr>
  );
}

function tableOf(rows: readonly Checked[]): TableData {
  return {
    name: "recomputed-numbers",
    columns: ["outcome", "entry", "document", "number", "published", "recomputed", "reason", "about"],
    rows: rows.map(({ outcome, entry, document, number, published, recomputed, reason }) => [
      outcome,
      entry,
      document,
      number,
      published,
      recomputed,
      reason?.code ?? null,
      reason?.about ?? null,
    ]),
  };
}
