import "./chart.css";

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { loadDocuments } from "../charts/documents";
import type { Cell, ChartDocuments, ChartOptions } from "../charts/drawing";
import {
  type ChartTable,
  described,
  filled,
  heightOf,
  partWord,
  tableOf,
  valueWord,
  whyNothing,
  widthOf,
} from "../charts/filling";
import { type ChartKind, draw } from "../charts/kinds";
import { useTheme } from "../charts/theme";
import type { Pointed, Shown } from "../charts/vega";
import type { Publication } from "../site/publication";
import { useLoaded } from "../site/useLoaded";
import { useLanguage, useWords } from "../words";
import { DataTable } from "./DataTable";
import { ExportMenu } from "./ExportMenu";
import { save } from "./exporting";
import { Failure } from "./Failure";
import { Loading } from "./Loading";

const FILE_WIDTH = 800;

export interface ChartProps {
  kind: ChartKind;
  documents: ChartDocuments;
  options?: ChartOptions;
  /** What it is; heading of the chart, and the name of exported files. */
  title: string;
}

/** A chart of published documents: drawn when it is scrolled to, described, and shown as a table too. */
export function Chart({ kind, documents, options = {}, title }: ChartProps) {
  const language = useLanguage();
  const { exports } = useWords("common");
  const theme = useTheme();
  const [isTable, setTable] = useState(false);
  const key = JSON.stringify(options);
  const drawn = useMemo(() => draw(kind, documents, options), [kind, documents, key]);
  const table = useMemo(() => tableOf(kind, drawn, language), [kind, drawn, language]);
  const why = whyNothing(drawn, language);
  const description = described(kind, drawn, language);
  const name = `${documents.board.benchmark}-${kind}`;

  const keep = (format: "svg" | "png") => async () => {
    const { fileOf } = await import("../charts/vega");
    const look = { language, theme, width: FILE_WIDTH, title: documents.board.title };
    save(await fileOf(filled(kind, drawn, look), format), `${name}.${format}`);
  };
  if (why !== null) {
    return (
      <figure class="chart">
        <figcaption>
          <h2>{title}</h2>
        </figcaption>
        <p class="muted empty">{why}</p>
      </figure>
    );
  }
  return (
    <figure class="chart">
      <figcaption>
        <div class="spread">
          <h2>{title}</h2>
          <div class="row no-print">
            <button type="button" class="button small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
              {partWord(isTable ? "chart" : "table", language)}
            </button>
            {!isTable && (
              <ExportMenu
                table={() => ({ name, columns: table.columns.map((column) => column.name), rows: table.rows })}
                more={[
                  { name: exports.svg, save: () => void keep("svg")() },
                  { name: exports.png, save: () => void keep("png")() },
                ]}
              />
            )}
          </div>
        </div>
        <p class="muted small prose">{description}</p>
      </figcaption>
      {isTable ? (
        <ChartRows table={table} title={title} name={name} />
      ) : (
        <Drawing kind={kind} drawn={drawn} label={`${title}. ${description}`} />
      )}
    </figure>
  );
}

interface LoadedChartProps extends Omit<ChartProps, "documents"> {
  publication: Publication;
}

/** A chart whose documents are loaded first. */
export function LoadedChart({ publication, ...props }: LoadedChartProps) {
  const { kind, options = {} } = props;
  const loaded = useLoaded(
    () => loadDocuments(publication, kind, options),
    [publication, kind, JSON.stringify(options)],
  );
  if (loaded.state === "failed") return <Failure error={loaded.error} />;
  if (loaded.state === "loading") return <Loading rows={12} />;
  return <Chart {...props} documents={loaded.value} />;
}

type Indexed = { place: number; cells: readonly Cell[] };

/** The numbers of a chart. */
function ChartRows({ table, title, name }: { table: ChartTable; title: string; name: string }) {
  const language = useLanguage();
  const rows: Indexed[] = table.rows.map((cells, place) => ({ place, cells }));
  const columns = table.columns.map(({ name: id, title: heading }, place) => ({
    id,
    title: heading,
    value: ({ cells }: Indexed) => cells[place] ?? null,
    show: ({ cells }: Indexed) => written(id, cells[place] ?? null),
    isNumber: rows.some(({ cells }) => typeof cells[place] === "number"),
    isHeading: place === 0,
  }));
  const written = (column: string, value: Cell) => {
    if (typeof value === "boolean") return value ? "✓" : "–";
    return value === null ? "–" : <bdi>{String(valueWord(column, value, language))}</bdi>;
  };
  return (
    <DataTable
      title={title}
      name={name}
      columns={columns}
      rows={rows}
      keyOf={({ place }) => String(place)}
      empty=""
      isTitleHidden
    />
  );
}

interface DrawingProps {
  kind: ChartKind;
  drawn: ReturnType<typeof draw>;
  label: string;
}

/** The picture itself; its room is kept from the start, and Vega comes when the room is seen. */
function Drawing({ kind, drawn, label }: DrawingProps) {
  const language = useLanguage();
  const theme = useTheme();
  const frame = useRef<HTMLDivElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  const [pointed, setPointed] = useState<Pointed>(null);
  const isSeen = useSeen(frame);

  // Before anything is drawn. The policy of the page allows no style attribute; a property set by code is none.
  useLayoutEffect(() => frame.current?.style.setProperty("--room", `${heightOf(kind, drawn)}px`), [kind, drawn]);
  useEffect(() => {
    const [around, within] = [frame.current, place.current];
    if (!isSeen || !around || !within) return;
    let isCurrent = true;
    let shown: Shown | null = null;
    const width = () => widthOf(drawn, around.clientWidth);
    const resized = new ResizeObserver(() => shown?.resize(width()));
    const start = async () => {
      const { show } = await import("../charts/vega");
      if (!isCurrent) return;
      const look = { language, theme, width: width(), title: null };
      const made = await show(within, filled(kind, drawn, look), setPointed);
      if (!isCurrent) return made.remove();
      shown = made;
      setState("shown");
      resized.observe(around);
    };
    start().catch((error: unknown) => {
      console.error(error);
      if (isCurrent) setState("failed");
    });
    return () => {
      isCurrent = false;
      resized.disconnect();
      shown?.remove();
    };
  }, [isSeen, kind, drawn, language, theme]);

  return (
    // A chart that is wider than its frame is scrolled, by keys too.
    <div class="drawing" ref={frame} data-state={state} tabIndex={drawn.parameters.least_width ? 0 : undefined}>
      {state !== "shown" && <p class="muted">{partWord(state, language)}</p>}
      <div ref={place} role="img" aria-label={label} />
      {pointed && <Tip pointed={pointed} />}
    </div>
  );
}

/** What a mark stands for, beside the pointer. */
function Tip({ pointed: { at, values } }: { pointed: NonNullable<Pointed> }) {
  const tip = useRef<HTMLDListElement>(null);
  useEffect(() => {
    const { current } = tip;
    if (!current) return;
    const { width, height } = current.getBoundingClientRect();
    const left = at.x + 14 + width > document.documentElement.clientWidth ? at.x - width - 14 : at.x + 14;
    const top = at.y + 14 + height > innerHeight ? at.y - height - 14 : at.y + 14;
    current.style.setProperty("left", `${Math.max(4, left)}px`);
    current.style.setProperty("top", `${Math.max(4, top)}px`);
  });
  return (
    <dl class="tip" ref={tip}>
      {values.map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Whether something has come near the screen, once and for all. */
function useSeen(of: { readonly current: HTMLElement | null }): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (isSeen || !of.current) return;
    const watch = new IntersectionObserver(
      (found) => found.some(({ isIntersecting }) => isIntersecting) && setSeen(true),
      { rootMargin: "200px" },
    );
    watch.observe(of.current);
    return () => watch.disconnect();
  }, [isSeen]);
  return isSeen;
}
