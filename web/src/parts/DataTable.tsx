import "./data-table.css";

import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { announce } from "../announce";
import { useWords } from "../words";
import { ExportMenu } from "./ExportMenu";
import type { Cell, TableData } from "./exporting";
import { Icon } from "./Icon";

export interface DataColumn<Row> {
  id: string;
  title: string;
  /** What it means, where the title does not say it. */
  note?: string;
  /** The exact value: it sorts, and it is what an export holds. */
  value: (row: Row) => Cell;
  /** What it sorts by, where that is not the value. */
  order?: (row: Row) => number | null;
  /** How the value is shown; without it, as it is. */
  show?: (row: Row) => ComponentChildren;
  isNumber?: boolean;
  /** The heading of its row for those who listen. */
  isHeading?: boolean;
  /** A picture of values that other columns hold: neither sorted nor exported. */
  isDrawing?: boolean;
}

interface DataTableProps<Row> {
  /** What the table is; the name of exported files too. */
  title: string;
  name: string;
  columns: readonly DataColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** What is said where there are no rows. */
  empty: string;
  isTitleHidden?: boolean;
  /** The level of its heading. */
  level?: 2 | 3;
  /** So many rows at first; the others come when the reader asks. */
  most?: number;
}

type Sorting = { id: string; isDown: boolean } | null;

/** A table of some rows, sorted by any column and exported as it is shown. The board has a table of its own. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { title, name, columns, rows, keyOf, empty, isTitleHidden, level = 3, most } = props;
  const Heading = `h${level}` as const;
  const { sort, otherRows } = useWords("common");
  const [isWhole, setWhole] = useState(false);
  const [sorting, setSorting] = useState<Sorting>(null);
  const sorted = useMemo(() => sortedBy(rows, columns, sorting), [rows, columns, sorting]);
  const shown = most === undefined || isWhole ? sorted : sorted.slice(0, most);
  const others = sorted.length - shown.length;
  const choose = ({ id, isNumber, order }: DataColumn<Row>) => {
    const isDown = sorting?.id === id ? !sorting.isDown : Boolean(isNumber ?? order);
    setSorting({ id, isDown });
    announce(isDown ? sort.descending : sort.ascending);
  };
  const stateOf = (id: string) => (sorting?.id !== id ? "none" : sorting.isDown ? "descending" : "ascending");
  return (
    <section class="data-table">
      <div class="spread">
        <Heading class={isTitleHidden ? "unseen" : undefined}>{title}</Heading>
        {rows.length > 0 && <ExportMenu table={() => tableOf(name, columns, sorted)} />}
      </div>
      {rows.length === 0 ? (
        <p class="muted">{empty}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section class="frame" tabIndex={0} aria-label={title}>
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th
                    key={column.id}
                    scope="col"
                    class={column.isNumber ? "number" : undefined}
                    aria-sort={column.isDrawing ? undefined : stateOf(column.id)}
                  >
                    {column.isDrawing ? (
                      column.title
                    ) : (
                      <button type="button" class="sorter" title={column.note} onClick={() => choose(column)}>
                        {column.title}
                        {sorting?.id === column.id && <Icon name={sorting.isDown ? "down" : "up"} size={12} />}
                      </button>
                    )}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <tr key={keyOf(row)}>
                  {columns.map((column) => (
                    <DataCell key={column.id} column={column} row={row} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {others > 0 && (
        <div>
          <button type="button" class="button small" onClick={() => setWhole(true)}>
            {otherRows(others)}
          </button>
        </div>
      )}
    </section>
  );
}

function DataCell<Row>({ column, row }: { column: DataColumn<Row>; row: Row }) {
  const value = column.value(row);
  const shown = column.show ? column.show(row) : value;
  const content =
    shown === null || shown === undefined || shown === "" ? <span class="muted">–</span> : <bdi>{shown}</bdi>;
  if (column.isHeading) return <th scope="row">{content}</th>;
  return <td class={column.isNumber ? "number" : undefined}>{content}</td>;
}

/** Sort by the exact values; what is unknown comes last, whichever way. */
export function sortedBy<Row>(
  rows: readonly Row[],
  columns: readonly DataColumn<Row>[],
  sorting: Sorting,
): readonly Row[] {
  const column = columns.find(({ id }) => id === sorting?.id);
  if (!sorting || !column) return rows;
  const way = sorting.isDown ? -1 : 1;
  return [...rows].sort((one, other) => {
    const keyed = column.order ?? column.value;
    const [a, b] = [keyed(one), keyed(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return way * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
  });
}

function tableOf<Row>(name: string, columns: readonly DataColumn<Row>[], rows: readonly Row[]): TableData {
  const exported = columns.filter(({ isDrawing }) => !isDrawing);
  return {
    name,
    columns: exported.map(({ id }) => id),
    rows: rows.map((row) => exported.map(({ value }) => value(row))),
  };
}
