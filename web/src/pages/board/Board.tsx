// The board with its tabs, its controls, and the entries that are pinned.

import "./board.css";

import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import { change } from "../../address";
import { announce } from "../../announce";
import { ExportMenu } from "../../parts/ExportMenu";
import type { TableData } from "../../parts/exporting";
import { Icon } from "../../parts/Icon";
import { Later } from "../../parts/Later";
import { Loading } from "../../parts/Loading";
import { type Tab, Tabs } from "../../parts/Tabs";
import { useSteps } from "../../parts/useSteps";
import { facetTitle } from "../../site/slices";
import { useLoaded } from "../../site/useLoaded";
import { type AllWords, useWords } from "../../words";
import { ColumnChoice } from "./controls/ColumnChoice";
import { ALL_TRACKS, Filters } from "./controls/Filters";
import { Pinned } from "./controls/Pinned";
import { Head } from "./head/Head";
import { type Context, facetsOf } from "./rows/context";
import { MOST_PINNED, pinnedOf } from "./rows/filtering";
import { useBoardState } from "./state";
import type { Pins } from "./table/BoardTable";
import { useMedia } from "./table/useWidth";
import { Overall } from "./views/Overall";
import type { Shown, ViewProps } from "./views/view";

interface BoardProps {
  context: Context;
  /** What was told of newer publications, until it is read. */
  message: string | null;
  onread: () => void;
}

const OVERALL = "overall";
const EFFICIENCY = "efficiency";
const WIDE = "(min-width: 85rem)";
/** The head first, then what chooses rows, then the rows. */
const STEPS = { controls: 2, rows: 3 } as const;

export function Board({ context, message, onread }: BoardProps) {
  const words = useWords("board");
  const [state, set] = useBoardState();
  const [shown, setShown] = useState<Shown | null>(null);
  const isWide = useMedia(WIDE);
  const tabs = useMemo(() => tabsOf(context, words), [context, words]);
  const tab = tabs.find(({ id }) => id === state.tab)?.id ?? OVERALL;
  const track = trackOf(context, state.track);
  const group = state.group === "vendor" || state.group === "none" ? state.group : context.ownGroup;
  const isGrouped = group === "vendor" && !(state.weights && state.group === undefined);
  const names = useMemo(() => pinnedOf(state.pin, context.rows), [state.pin, context.rows]);
  const pins = usePins(names, (next) => set({ pin: next.join(",") || null }));
  const view: ViewProps = { context, state, set, track, isGrouped, isWide, pins, onshown: setShown };
  const isWeighing = state.weights !== undefined;
  const step = useSteps(STEPS.rows);
  if (step < STEPS.controls) {
    return (
      <div class="board board-room">
        <Head context={context} />
        <Loading />
      </div>
    );
  }
  return (
    <div class="board">
      <Head context={context} />
      {message !== null && <Message text={message} onread={onread} />}
      <Tabs label={words.views} tabs={tabs} chosen={tab} onchoose={openTab}>
        <Filters
          {...{ context, state, set, track, isGrouped }}
          isSliced={tab === OVERALL}
          shown={shown?.rows.length ?? context.rows.length}
          all={shown?.all ?? context.rows.length}
        >
          {shown && (
            <ColumnChoice
              columns={shown.columns}
              visible={shown.visible}
              onchoose={(ids) => set({ columns: ids === null ? null : ids.join(",") || "-" })}
            />
          )}
          {tab === OVERALL && (
            <button
              type="button"
              class="button"
              aria-pressed={isWeighing}
              onClick={() => set({ weights: isWeighing ? null : `${context.header.headline}:1`, sort: null })}
            >
              <Icon name="sliders" size={14} /> {words.weights.open}
            </button>
          )}
          {shown && <ExportMenu table={() => tableOf(`${context.header.benchmark}-${tab}`, shown)} />}
        </Filters>
        {step < STEPS.rows ? <Loading /> : <View tab={tab} {...view} />}
      </Tabs>
      <Pinned names={names} onclear={() => set({ pin: null })} />
    </div>
  );
}

/** A tab is a place that can be gone back from; what filters the entries stays. */
function openTab(id: string): void {
  const place = scrollY;
  change({ tab: id === OVERALL ? null : id, board: null, sort: null, columns: null }, "place");
  scrollTo(0, place);
}

function tabsOf({ benchmark }: Context, words: AllWords["board"]): Tab[] {
  return [
    { id: OVERALL, title: words.overall },
    ...facetsOf(benchmark).map((facet) => ({ id: `by-${facet}`, title: facetTitle(facet, benchmark) })),
    { id: EFFICIENCY, title: words.efficiency },
  ];
}

/** Tracks are never ranked together, so a board that has them opens on the first. */
function trackOf({ header: { tracks } }: Context, asked: string | undefined): string | null {
  if (tracks.length === 0 || asked === ALL_TRACKS) return null;
  return asked !== undefined && tracks.includes(asked) ? asked : (tracks[0] ?? null);
}

/** What pins and unpins; the functions stay the same, so that rows are not drawn for nothing. */
function usePins(names: readonly string[], write: (names: readonly string[]) => void): Pins {
  const words = useWords("board");
  const latest = useRef({ names, write });
  latest.current = { names, write };
  const onpin = useCallback(
    (name: string, isPinned: boolean) => {
      const others = latest.current.names.filter((own) => own !== name);
      const next = isPinned ? [...others, name].slice(0, MOST_PINNED) : others;
      latest.current.write(next);
      announce(words.pinned(next.length, MOST_PINNED));
    },
    [words],
  );
  return useMemo(
    () => ({
      isPinned: (name) => names.includes(name),
      mayPin: (name) => names.includes(name) || names.length < MOST_PINNED,
      onpin,
    }),
    [names, onpin],
  );
}

function View({ tab, ...view }: ViewProps & { tab: string }) {
  if (tab === OVERALL) return <Overall {...view} />;
  if (tab === EFFICIENCY) return <LateEfficiency {...view} />;
  return <LateFacet {...view} facet={tab.slice("by-".length)} />;
}

// The code of the other tabs is fetched by those who open them.

function LateEfficiency(view: ViewProps) {
  const code = useLoaded(() => import("./views/Efficiency"), []);
  return (
    <Later of={code} rows={12}>
      {({ default: Efficiency }) => <Efficiency {...view} />}
    </Later>
  );
}

function LateFacet(view: ViewProps & { facet: string }) {
  const code = useLoaded(() => import("./views/Facet"), []);
  return (
    <Later of={code} rows={12}>
      {({ default: Facet }) => <Facet {...view} />}
    </Later>
  );
}

function Message({ text, onread }: { text: string; onread: () => void }) {
  const { live } = useWords("board");
  return (
    <p class="news chip good">
      <Icon name="clock" size={14} /> {text}
      <button type="button" class="button plain small" aria-label={live.dismiss} onClick={onread}>
        <Icon name="cross" size={12} />
      </button>
    </p>
  );
}

/** What is shown, with exact values. */
function tableOf(name: string, { rows, columns, visible }: Shown): TableData {
  const own = columns.filter(({ id, isFixed }) => isFixed || visible.has(id));
  return {
    name,
    columns: own.map(({ id }) => id.replace(/^=/, "")),
    rows: rows.map((row) => own.map(({ exported, key }) => (exported ?? key)(row))),
  };
}
