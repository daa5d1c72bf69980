// The rows of the board: all of them in small boards, otherwise those that can be seen.

import type { VirtualItem } from "@tanstack/virtual-core";
import type { ComponentChildren, RefObject } from "preact";
import { memo } from "preact/compat";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useVirtualRows, type VirtualRows } from "../../../parts/useVirtualRows";
import { useWords } from "../../../words";
import type { Context } from "../rows/context";
import type { Head, Line, RowLine } from "../rows/grouping";
import { isYardstick } from "../rows/row";
import type { Pins, Sorting } from "./BoardTable";
import { Nothing } from "./cells";
import { type BoardColumn, PIN_WIDTH, widthOf } from "./column";
import { CELL, ROW, ROW_GROUP, ROW_HEADER, TABLE } from "./roles";
import { useAnchor } from "./useAnchor";

interface RowsProps {
  title: string;
  context: Context;
  columns: readonly BoardColumn[];
  lines: readonly Line[];
  sorting: Sorting;
  isGrouped: boolean;
  isCards: boolean;
  isOfPage: boolean;
  /** The least width of all columns, in rem. */
  least: number;
  /** The room that is left above it. */
  spare: number;
  pins: Pins | undefined;
  children: ComponentChildren;
}

/** So many rows are always drawn: readers may search the page for them, and print it. */
const FEW = 100;
/** Drawn in one task, while the room of the others is kept: phones are slow. */
const AT_ONCE = { cards: 3, rows: 6 } as const;
/** Room beyond what the columns need, in rem. */
const MOST_SPARE = 36;
const HEIGHTS = { head: 38, row: 62, card: 176 } as const;

export function Rows(props: RowsProps) {
  const { title, context, columns, lines, sorting, isCards, isOfPage, least, spare, pins, children } = props;
  const frame = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const table = useRef<HTMLTableElement>(null);
  const isVirtual = lines.length > FEW;
  const virtual = useVirtualRows({
    count: isVirtual ? lines.length : 0,
    keyOf: (index) => lines[index]?.key ?? String(index),
    estimate: (index) => heightOf(lines[index], isCards),
    body,
    frame,
    isOfPage,
  });
  useAnchor(context, {
    body,
    frame,
    isOfPage,
    offsetOf: (name) => virtual.offsetOf(lines.findIndex(({ key }) => key === name)),
  });
  useLayoutEffect(() => {
    if (table.current) table.current.style.minWidth = isCards ? "" : `${least}rem`;
    // Numbers that stand far from the names that they belong to are hard to read.
    if (frame.current) frame.current.style.maxWidth = isCards ? "" : `${least + MOST_SPARE}rem`;
  }, [least, isCards]);
  const most = useGrowing(lines.length, isVirtual, isCards);
  const all = isVirtual ? virtual.items : lines.map((_, index) => ({ index, start: 0, end: 0 }));
  const items = all.slice(0, most);
  return (
    <section ref={frame} class={isOfPage ? "frame fits" : "frame"} aria-label={title} tabIndex={isOfPage ? -1 : 0}>
      <table ref={table} {...TABLE} aria-rowcount={lines.length + 1}>
        <caption class="unseen">{title}</caption>
        <colgroup>
          {pins && <Col width={PIN_WIDTH} />}
          {columns.map((column) => (
            <Col key={column.id} width={widthOf(column, spare)} />
          ))}
        </colgroup>
        {children}
        <tbody
          ref={body}
          {...ROW_GROUP}
          aria-busy={items.length < all.length || virtual.isComing ? "true" : undefined}
          onKeyDown={walk}
        >
          <Lines
            {...{ lines, items, columns, pins, isCards }}
            sortedBy={sorting.id}
            virtual={isVirtual && !virtual.isComing ? virtual : null}
          />
        </tbody>
      </table>
    </section>
  );
}

interface LinesProps extends Pick<RowsProps, "lines" | "columns" | "pins" | "isCards"> {
  items: readonly Pick<VirtualItem, "index" | "start" | "end">[];
  sortedBy: string;
  /** Null where all lines are drawn, one after the other. */
  virtual: VirtualRows | null;
}

/** The lines that are drawn, and the room of the others. */
function Lines({ lines, items, columns, pins, isCards, sortedBy, virtual }: LinesProps) {
  const span = columns.length + Number(Boolean(pins));
  const drawn: ComponentChildren[] = [];
  let below = virtual?.margin ?? 0;
  for (const { index, start, end } of items) {
    const line = lines[index];
    if (!line) continue;
    if (virtual && start > below) drawn.push(<Spacer key={`above ${index}`} height={start - below} span={span} />);
    below = end;
    drawn.push(
      <LineRow
        key={line.key}
        {...{ line, index, columns, sortedBy, pins }}
        isPinned={line.kind === "row" && Boolean(pins?.isPinned(line.row.name))}
        mayPin={line.kind === "row" && Boolean(pins?.mayPin(line.row.name))}
        measure={virtual?.measure ?? null}
      />,
    );
  }
  const left = virtual
    ? virtual.total + virtual.margin - below
    : lines.slice(items.length).reduce((sum, line) => sum + heightOf(line, isCards), 0);
  // A new one for each step: room that shrinks is nothing that moves.
  if (left > 0) drawn.push(<Spacer key={`below ${virtual !== null || items.length}`} height={left} span={span} />);
  return <>{drawn}</>;
}

const heightOf = (line: Line | undefined, isCards: boolean): number =>
  HEIGHTS[line?.kind === "head" ? "head" : isCards ? "card" : "row"];

/** The heads first, then the rows in steps: a phone answers in between. */
function useGrowing(count: number, isVirtual: boolean, isCards: boolean): number {
  const more = isCards ? AT_ONCE.cards : AT_ONCE.rows;
  const [most, setMost] = useState(0);
  const isWhole = isVirtual || most >= count;
  useEffect(() => {
    if (isWhole) return;
    const timer = setTimeout(() => setMost((before) => before + more));
    return () => clearTimeout(timer);
  }, [isWhole, most, more]);
  // What was drawn whole once is never cut again, whatever is filtered and sorted.
  useEffect(() => {
    if (isWhole) setMost(Number.POSITIVE_INFINITY);
  }, [isWhole]);
  return isVirtual ? count : most;
}

function Col({ width }: { width: number | null }) {
  const place = useRef<HTMLTableColElement>(null);
  useLayoutEffect(() => {
    if (place.current) place.current.style.width = width === null ? "" : `${width}rem`;
  }, [width]);
  return <col ref={place} />;
}

/** The room of rows that are not drawn. */
function Spacer({ height, span }: { height: number; span: number }) {
  const place: RefObject<HTMLTableCellElement> = useRef(null);
  useLayoutEffect(() => {
    if (place.current) place.current.style.height = `${height}px`;
  }, [height]);
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without cells of its own takes no focus
    <tr class="spacer" aria-hidden="true">
      <td ref={place} colSpan={span} />
    </tr>
  );
}

/** The arrow keys go from entry to entry. */
function walk(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const target = event.target as HTMLElement;
  if (step === undefined || !target.matches("a.name")) return;
  const all = [...(target.closest("tbody")?.querySelectorAll<HTMLElement>("a.name") ?? [])];
  const next = all[all.indexOf(target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.closest("tr")?.scrollIntoView({ block: "nearest" });
}

interface LineRowProps {
  line: Line;
  index: number;
  columns: readonly BoardColumn[];
  sortedBy: string;
  pins: Pins | undefined;
  isPinned: boolean;
  mayPin: boolean;
  measure: ((element: HTMLElement | null) => void) | null;
}

/** Drawn again only when something of it changed. */
const LineRow = memo(function LineRow({ line, measure, index, ...more }: LineRowProps) {
  const isHead = line.kind === "head";
  return (
    <tr
      {...ROW}
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      class={classOf(line)}
      data-entry={isHead ? undefined : line.row.name}
    >
      {isHead ? (
        <GroupHead head={line} span={more.columns.length + Number(Boolean(more.pins))} />
      ) : (
        <Cells line={line} {...more} />
      )}
    </tr>
  );
}, isSame);

function isSame(one: LineRowProps, other: LineRowProps): boolean {
  return (
    isSameLine(one.line, other.line) &&
    one.index === other.index &&
    one.columns === other.columns &&
    one.sortedBy === other.sortedBy &&
    one.isPinned === other.isPinned &&
    one.mayPin === other.mayPin &&
    one.measure === other.measure
  );
}

function isSameLine(one: Line, other: Line): boolean {
  if (one.kind === "row") return other.kind === "row" && one.row === other.row && one.isLed === other.isLed;
  return other.kind === "head" && one.key === other.key && one.shown === other.shown && one.bestRank === other.bestRank;
}

function classOf(line: Line): string {
  if (line.kind === "head") return "group";
  const { row, isLed } = line;
  return [
    (isYardstick(row) || row.rank === null) && "aside",
    isYardstick(row) && "yardstick",
    row.kind === "default" && "default",
    isLed && "led",
  ]
    .filter(Boolean)
    .join(" ");
}

function GroupHead({ head, span }: { head: Head; span: number }) {
  const words = useWords("board");
  const { shown, size, title, organization, bestRank } = head;
  const about = [organization, words.groupSize(shown, size)].filter(Boolean);
  return (
    <th scope="rowgroup" {...ROW_HEADER} colSpan={span}>
      <div>
        <span>
          <bdi>{title ?? words.yardsticks}</bdi>
          {bestRank !== null && (
            <>
              {" · "}
              <span class={bestRank === 1 ? "first" : undefined}>{words.bestRank(bestRank)}</span>
            </>
          )}
        </span>
        <span class="small muted">
          <bdi>{about.join(" · ")}</bdi>
        </span>
      </div>
    </th>
  );
}

interface CellsProps {
  line: RowLine;
  columns: readonly BoardColumn[];
  sortedBy: string;
  pins: Pins | undefined;
  isPinned: boolean;
  mayPin: boolean;
}

function Cells({ line: { row }, columns, sortedBy, pins, isPinned, mayPin }: CellsProps) {
  const words = useWords("board");
  return (
    <>
      {pins && (
        <td {...CELL} class="pin">
          <label>
            <input
              type="checkbox"
              checked={isPinned}
              disabled={!mayPin}
              aria-label={words.pin(row.name)}
              onChange={({ currentTarget }) => pins.onpin(row.name, currentTarget.checked)}
            />
          </label>
        </td>
      )}
      {columns.map((column) => {
        const { id, type, label, isMinor } = column;
        const shown = column.cell(row) ?? <Nothing />;
        const name = [type, isMinor && id !== sortedBy && "minor", column.classOf?.(row)].filter(Boolean).join(" ");
        return type === "entry" ? (
          <th key={id} scope="row" {...ROW_HEADER} class={name}>
            {shown}
          </th>
        ) : (
          <td key={id} {...CELL} class={name} data-label={label} data-column={id}>
            {shown}
          </td>
        );
      })}
    </>
  );
}
