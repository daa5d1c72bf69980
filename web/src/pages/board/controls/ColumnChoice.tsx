import { useState } from "preact/hooks";
import { Icon } from "../../../parts/Icon";
import { useWords } from "../../../words";
import type { BoardColumn } from "../table/column";

interface ColumnChoiceProps {
  columns: readonly BoardColumn[];
  visible: ReadonlySet<string>;
  onchoose: (ids: readonly string[] | null) => void;
}

/** Which columns are shown: a box for each. */
export function ColumnChoice({ columns, visible, onchoose }: ColumnChoiceProps) {
  const words = useWords("board");
  const [isOpen, setOpen] = useState(false);
  const own = columns.filter(({ isFixed }) => !isFixed);
  const turn = (id: string) =>
    onchoose(own.map((column) => column.id).filter((one) => (one === id ? !visible.has(id) : visible.has(one))));
  return (
    <details
      class="export columns"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      onKeyDown={(event) => event.key === "Escape" && event.currentTarget.removeAttribute("open")}
    >
      <summary class="button">
        <Icon name="columns" size={14} /> {words.columns}
      </summary>
      {isOpen && (
        <div class="choices">
          {own.map(({ id, label }) => (
            <label key={id} class="check">
              <input type="checkbox" checked={visible.has(id)} onChange={() => turn(id)} />
              <bdi>{label}</bdi>
            </label>
          ))}
          <button type="button" onClick={() => onchoose(null)}>
            {words.columnsReset}
          </button>
        </div>
      )}
    </details>
  );
}
