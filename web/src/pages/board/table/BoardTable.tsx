// The table of the board: TanStack Table sorts and filters its rows, and those are drawn that can be seen. On phones
// every row is a card.

import "./table.css";
import "./cards.css";

import {
  columnFilteringFeature,
  columnVisibilityFeature,
  createFilteredRowModel,
  createSortedRowModel,
  type Row as ModelRow,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/preact-table";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { announce } from "../../../announce";
import { useSteps } from "../../../parts/useSteps";
import { useWords } from "../../../words";
import type { Context } from "../rows/context";
import { byVendor, flat, type Key, type Line } from "../rows/grouping";
import type { Row } from "../rows/row";
import type { BoardColumn } from "./column";
import { LEAST_ENTRY, PIN_WIDTH } from "./column";
import { Heads, SortChoice } from "./Heads";
import { Rows } from "./Rows";
import { useMedia, useWidth } from "./useWidth";

const features = tableFeatures({
  columnFilteringFeature,
  columnVisibilityFeature,
  rowSortingFeature,
  filteredRowModel: createFilteredRowModel(),
  sortedRowModel: createSortedRowModel(),
});
type Features = typeof features;

export interface Sorting {
  id: string;
  isDown: boolean;
}

export interface BoardTableProps {
  title: string;
  context: Context;
  rows: readonly Row[];
  /** All that the table can show; those of `visible` are drawn. */
  columns: readonly BoardColumn[];
  visible: ReadonlySet<string>;
  filter: ((row: Row) => boolean) | null;
  /** As the address has it: `column` or `-column`. */
  sort: string | undefined;
  first: string;
  isGrouped: boolean;
  onsort: (sort: string) => void;
  /** Told of the rows in their order, for counts and exports. */
  onshown?: (rows: readonly Row[]) => void;
  pins?: Pins | undefined;
}

export interface Pins {
  isPinned: (name: string) => boolean;
  mayPin: (name: string) => boolean;
  onpin: (name: string, isPinned: boolean) => void;
}

/** A table of more columns is a matrix: it stays one on small screens, and scrolls. */
const MOST_IN_CARDS = 14;
/** What an entry has more where all columns do not fit anyway, in rem. */
const WIDER_ENTRY = 4;
export const CARDS = "(max-width: 61.99rem)";

/** The order that an address asks for; null where there is no such column. */
export function sortingIn(sort: string | undefined, columns: readonly BoardColumn[]): Sorting | null {
  const id = sort?.replace(/^-/, "");
  const column = columns.find((own) => own.id === id && !own.isUnsorted);
  return column && sort ? { id: column.id, isDown: sort.startsWith("-") } : null;
}

export const sortName = ({ id, isDown }: Sorting): string => (isDown ? "-" : "") + id;

export function BoardTable(props: BoardTableProps) {
  const { title, context, rows, columns, visible, filter, sort, first, isGrouped, onsort, onshown, pins } = props;
  const words = useWords("board");
  const sorting = sortingIn(sort, columns) ?? sortingIn(first, columns) ?? { id: "entry", isDown: false };
  const ordered = useOrdered(rows, columns, visible, filter, sorting);
  const shownColumns = useMemo(
    () => columns.filter(({ id, isFixed }) => isFixed || visible.has(id)),
    [columns, visible],
  );
  const lines = useMemo(() => linesOf(ordered, columns, sorting, isGrouped, context), [ordered, isGrouped, context]);
  // Before it is painted: what counts and exports the rows stands above them.
  useLayoutEffect(() => onshown?.(ordered), [ordered, onshown]);
  const place = useRef<HTMLDivElement>(null);
  const isCards = useMedia(CARDS) && shownColumns.length <= MOST_IN_CARDS;
  const width = useWidth(place, !isCards);
  const least = leastWidth(shownColumns, Boolean(pins));
  // Where all columns fit, the page itself scrolls under the heads; otherwise the frame does.
  const isOfPage = isCards || width === 0 || least <= width;
  const needed = isOfPage ? least : least + WIDER_ENTRY;
  const choose = (next: Sorting) => {
    onsort(sortName(next));
    const label = columns.find(({ id }) => id === next.id)?.label ?? "";
    announce(words.sorted(label, next.isDown));
  };
  const common = {
    title,
    columns: shownColumns,
    lines,
    sorting,
    isGrouped,
    isCards,
    isOfPage,
    least: needed,
    pins,
    spare: width - least,
  };
  // To order the rows is one task, to draw them others.
  const isOrdered = useSteps(2) > 1;
  if (!isOrdered) return <div ref={place} class="board-table" aria-busy="true" />;
  return (
    <div ref={place} class={isCards ? "board-table stacked" : "board-table"}>
      {isCards && <SortChoice title={title} columns={columns} sorting={sorting} onsort={choose} />}
      <Rows key={isOfPage ? "page" : "frame"} {...common} context={context}>
        <Heads columns={shownColumns} sorting={sorting} isGrouped={isGrouped} onsort={choose} hasPins={Boolean(pins)} />
      </Rows>
      {lines.length === 0 && rows.length > 0 && <p class="muted">{words.noMatch}</p>}
    </div>
  );
}

/** Filter and sort: the row models of the table keep what did not change. */
function useOrdered(
  rows: readonly Row[],
  columns: readonly BoardColumn[],
  visible: ReadonlySet<string>,
  filter: BoardTableProps["filter"],
  sorting: Sorting,
): readonly Row[] {
  const { isDown } = sorting;
  const definitions = useMemo(
    () => columns.map((column) => definitionOf(column, rows, isDown)),
    [columns, rows, isDown],
  );
  const state = useMemo(
    () => ({
      sorting: [{ id: sorting.id, desc: sorting.isDown }],
      columnFilters: filter ? [{ id: "entry", value: filter }] : [],
      columnVisibility: Object.fromEntries(columns.map(({ id, isFixed }) => [id, Boolean(isFixed) || visible.has(id)])),
    }),
    [sorting.id, sorting.isDown, filter, columns, visible],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows as Row[],
    getRowId: (row) => row.name,
    state,
  });
  const model = table.getRowModel().rows;
  return useMemo(() => model.map(({ original }) => original), [model]);
}

type Tested = ModelRow<Features, Row>;

/** The keys of a column are made once for an order, not once for every comparison. */
function definitionOf({ id, key }: BoardColumn, rows: readonly Row[], isDown: boolean) {
  let made: Key[] | null = null;
  const keyAt = (index: number): Key => {
    made ??= rows.map(key);
    return made[index] ?? null;
  };
  // The table turns around what is compared for an order downwards; what is unknown stands last either way.
  const turned = isDown ? -1 : 1;
  return {
    id,
    accessorFn: key,
    sortFn: (one: Tested, other: Tested) => {
      const [a, b] = [keyAt(one.index), keyAt(other.index)];
      if (a === null || b === null) return turned * (Number(a === null) - Number(b === null));
      return a < b ? -1 : a > b ? 1 : 0;
    },
    filterFn: (row: Tested, _: string, test: unknown) => (test as (row: Row) => boolean)(row.original),
  };
}

function linesOf(
  ordered: readonly Row[],
  columns: readonly BoardColumn[],
  { id, isDown }: Sorting,
  isGrouped: boolean,
  context: Context,
): Line[] {
  const column = columns.find((own) => own.id === id);
  if (!isGrouped || !column) return flat(ordered);
  const hasRanks = columns.some((own) => own.id === "rank");
  return byVendor(ordered, { keyOf: column.key, first: column.first, isDown, hasRanks }, context);
}

/** In rem. */
function leastWidth(columns: readonly BoardColumn[], hasPins: boolean): number {
  const own = columns.reduce((sum, { width, type }) => sum + (type === "entry" ? LEAST_ENTRY : width), 0);
  return own + (hasPins ? PIN_WIDTH : 0);
}
