import type { ComponentChildren } from "preact";
import { EntryName, nameOf } from "../../parts/EntryName";
import { ExportMenu } from "../../parts/ExportMenu";
import type { Cell } from "../../parts/exporting";
import type { BoardRow } from "../../site/types";

export interface Line {
  id: string;
  title: ComponentChildren;
  /** Exact values, one for each entry, and how they are shown. */
  values: readonly Cell[];
  shown?: readonly ComponentChildren[];
  isNumber?: boolean;
}

interface SideBySideProps {
  title: string;
  name: string;
  /** What the lines are. */
  heading: string;
  rows: readonly BoardRow[];
  lines: readonly Line[];
  /** Below another heading. */
  isInner?: boolean;
}

/** A table with a column for each entry. */
export function SideBySide({ title, name, heading, rows, lines, isInner = false }: SideBySideProps) {
  const Heading = isInner ? "h3" : "h2";
  const table = () => ({
    name,
    columns: ["", ...rows.map(nameOf)],
    rows: lines.map(({ id, values }) => [id, ...values]),
  });
  return (
    <section class="stack">
      <div class="spread">
        <Heading>{title}</Heading>
        <ExportMenu table={table} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="frame" tabIndex={0} aria-label={title}>
        <table class="beside">
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">{heading}</span>
              </th>
              {rows.map((row) => (
                <th key={nameOf(row)} scope="col">
                  <EntryName of={row} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ id, title: of, values, shown }) => (
              <tr key={id}>
                <th scope="row">{of}</th>
                {values.map((value, place) => (
                  <td key={nameOf(rows[place] ?? { vendor: id, config_name: String(place) })}>
                    {shown?.[place] ?? (value === null ? <span class="muted">–</span> : <bdi>{String(value)}</bdi>)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
