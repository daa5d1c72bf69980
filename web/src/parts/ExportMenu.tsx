import "./export-menu.css";

import { useWords } from "../words";
import { FORMATS, type Format, saveTable, type TableData } from "./exporting";
import { Icon } from "./Icon";

interface ExportMenuProps {
  /** Made when the reader asks: large tables are not copied for nothing. */
  table: () => TableData;
  /** More formats, as charts have them. */
  more?: readonly { name: string; save: () => void }[];
}

/** Every table and chart can be kept: what is shown, with exact values. */
export function ExportMenu({ table, more = [] }: ExportMenuProps) {
  const { exports } = useWords("common");
  const close = (event: Event) => (event.target as Element).closest("details")?.removeAttribute("open");
  return (
    <details class="export no-print" onKeyDown={(event) => event.key === "Escape" && close(event)}>
      <summary class="button small">
        <Icon name="download" size={14} /> {exports.title}
      </summary>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: buttons inside answer to the keyboard; this only closes */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the same */}
      <div class="choices" onClick={close}>
        {more.map(({ name, save }) => (
          <button key={name} type="button" onClick={save}>
            {name}
          </button>
        ))}
        {(Object.keys(FORMATS) as Format[]).map((format) => (
          <button key={format} type="button" onClick={() => saveTable(table(), format)}>
            {exports[format]}
          </button>
        ))}
      </div>
    </details>
  );
}
