// The heads of the columns, and for screens that show none, all orders in one list.

import { useId } from "preact/hooks";
import { useWords } from "../../../words";
import type { Sorting } from "./BoardTable";
import type { BoardColumn } from "./column";
import { COLUMN_HEADER, ROW, ROW_GROUP } from "./roles";

interface HeadsProps {
  columns: readonly BoardColumn[];
  sorting: Sorting;
  isGrouped: boolean;
  onsort: (sorting: Sorting) => void;
  hasPins: boolean;
}

export function Heads({ columns, sorting, isGrouped, onsort, hasPins }: HeadsProps) {
  const words = useWords("board");
  return (
    <thead {...ROW_GROUP}>
      <tr {...ROW} aria-rowindex={1}>
        {hasPins && (
          <th scope="col" {...COLUMN_HEADER} class="pin">
            <span class="unseen">{words.pinHead}</span>
          </th>
        )}
        {columns.map((column) => (
          <Head key={column.id} column={column} sorting={sorting} isGrouped={isGrouped} onsort={onsort} />
        ))}
      </tr>
    </thead>
  );
}

interface HeadProps extends Omit<HeadsProps, "columns" | "hasPins"> {
  column: BoardColumn;
}

function Head({ column, sorting, isGrouped, onsort }: HeadProps) {
  const words = useWords("board");
  const { id, label, type, note, first, below, isUnsorted } = column;
  const isOwn = sorting.id === id;
  const state = isOwn ? (sorting.isDown ? "descending" : "ascending") : undefined;
  const grouped = isGrouped && !isUnsorted ? words.groupedBy(type === "entry", first === "desc") : null;
  const said = [note, grouped].filter(Boolean).join("; ");
  const next = () => onsort({ id, isDown: isOwn ? !sorting.isDown : first === "desc" });
  return (
    <th scope="col" {...COLUMN_HEADER} class={type} aria-sort={state} data-column={id}>
      {isUnsorted ? (
        <span class="head" title={said || undefined}>
          <bdi>{label}</bdi>
        </span>
      ) : (
        <button type="button" class="head" title={said || undefined} onClick={next}>
          <bdi>{label}</bdi>
          {said && <span class="unseen">, {said}</span>}
          <svg class="arrow" viewBox="0 0 8 12" width="8" height="12" aria-hidden="true">
            <path class="up" d="M4 1 7 5H1Z" />
            <path class="down" d="M4 11 1 7h6Z" />
          </svg>
        </button>
      )}
      {below}
    </th>
  );
}

interface SortChoiceProps {
  title: string;
  columns: readonly BoardColumn[];
  sorting: Sorting;
  onsort: (sorting: Sorting) => void;
}

export function SortChoice({ title, columns, sorting, onsort }: SortChoiceProps) {
  const id = useId();
  const words = useWords("board");
  const orders = columns
    .filter(({ isUnsorted }) => !isUnsorted)
    .flatMap(({ id, label, first }) => {
      const down = { name: `-${id}`, label: words.descending(label) };
      const up = { name: id, label: words.ascending(label) };
      return first === "desc" ? [down, up] : [up, down];
    });
  return (
    <div class="field order">
      <label for={id}>
        {words.sortBy}
        <span class="unseen">, {title}</span>
      </label>
      <select
        id={id}
        value={(sorting.isDown ? "-" : "") + sorting.id}
        onChange={({ currentTarget: { value } }) =>
          onsort({ id: value.replace(/^-/, ""), isDown: value.startsWith("-") })
        }
      >
        {orders.map(({ name, label }) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}
