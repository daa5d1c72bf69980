// What the reader sees: search, order of rows, and filters behind a button.

import "./filters.css";

import type { ComponentChildren } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import { Icon } from "../../../parts/Icon";
import { sliceTitle } from "../../../site/slices";
import { useWords } from "../../../words";
import type { Context } from "../rows/context";
import { choicesOf, DAYS, firstOfLast } from "../rows/filtering";
import { type Change, FILTERS, filtersOf, type State } from "../state";

interface FiltersProps {
  context: Context;
  state: State;
  set: (change: Change) => void;
  /** The track that is shown; null: all of them. */
  track: string | null;
  isGrouped: boolean;
  /** Whether rows can be filtered by slices here. */
  isSliced: boolean;
  shown: number;
  all: number;
  /** Further buttons: columns, weights, export. */
  children: ComponentChildren;
}

/** In an address: all tracks. */
export const ALL_TRACKS = "*";

export function Filters({ context, state, set, track, isGrouped, isSliced, shown, all, children }: FiltersProps) {
  const words = useWords("board");
  const { tracks } = context.header;
  const active = filtersOf(isSliced).filter((key) => key !== "q" && state[key] !== undefined).length;
  const [isOpen, setOpen] = useState(active > 0);
  return (
    <search class="filters no-print">
      <div class="bar-of-controls">
        <Ways context={context} isGrouped={isGrouped} set={set} />
        <label class="search">
          <Icon name="search" />
          <span class="unseen">{words.search}</span>
          <input
            type="search"
            id="search"
            autocomplete="off"
            spellcheck={false}
            placeholder={words.search}
            value={state.q ?? ""}
            onInput={({ currentTarget: { value } }) => set({ q: value })}
          />
        </label>
        {tracks.length > 0 && (
          <Choice
            label={words.track}
            value={track ?? ALL_TRACKS}
            options={[...tracks.map((own): Option => [own, own]), [ALL_TRACKS, words.allTracks]]}
            onchoose={(value) => set({ track: value })}
            isInline
          />
        )}
        <button
          type="button"
          class="button"
          aria-expanded={isOpen}
          aria-controls="filters"
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="sliders" size={14} /> {words.filtersOf(active)}
        </button>
        {children}
        <p role="status" id="count" class="muted">
          {words.shown(shown, all)}
        </p>
      </div>
      {isOpen && <Panel {...{ context, state, set, isSliced }} />}
    </search>
  );
}

function Ways({ context, isGrouped, set }: Pick<FiltersProps, "context" | "isGrouped" | "set">) {
  const words = useWords("board");
  const way = (group: "none" | "vendor", text: string) => (
    <button
      type="button"
      value={group}
      aria-pressed={(group === "vendor") === isGrouped}
      onClick={() => set({ group: group === context.ownGroup ? null : group })}
    >
      {text}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset draws a border and a legend that are not wanted here
    <div class="ways" role="group" aria-label={words.orderOfRows}>
      {way("none", words.ranking)}
      {way("vendor", words.byVendor)}
    </div>
  );
}

function Panel({ context, state, set, isSliced }: Pick<FiltersProps, "context" | "state" | "set" | "isSliced">) {
  const words = useWords("board");
  const { kinds, assurance } = useWords("common");
  const { rows, benchmark } = context;
  const choices = useMemo(() => choicesOf(rows), [rows]);
  const named =
    (known: Readonly<Record<string, string>>) =>
    (value: string): Option => [value, known[value] ?? value];
  const slices = choices.wins
    .map((slice): Option => [slice, sliceTitle(slice, benchmark, true)])
    .sort(([, one], [, other]) => one.localeCompare(other, "en", { numeric: true }));
  const choice = (key: keyof State, label: string, any: string, options: readonly Option[], least = 2) =>
    options.length >= least && (
      <Choice
        label={label}
        value={state[key] ?? ""}
        options={[["", any], ...options]}
        onchoose={(value) => set({ [key]: value || null })}
      />
    );
  return (
    <div class="filter-panel" id="filters">
      {choices.hasDates && <Dates state={state} set={set} />}
      {(isSliced ? slicesOf(context) : []).map(({ key, facet, title, values }) => (
        <Choice
          key={facet}
          label={title}
          value={state[key] ?? ""}
          options={[["", words.anySlice(title)], ...values.map((value): Option => [value, value])]}
          onchoose={(value) => set({ [key]: value || null })}
        />
      ))}
      {choice("kind", words.kind, words.allKinds, choices.kinds.map(named(kinds)))}
      {choice(
        "vendor",
        words.vendor,
        words.allVendors,
        choices.vendors.map((vendor): Option => [vendor, benchmark.vendors?.[vendor]?.title ?? vendor]),
      )}
      {choice("assurance", words.known, words.anyAssurance, choices.assurances.map(named(assurance)), 1)}
      {choice(
        "target",
        words.madeFor,
        words.anyTarget,
        choices.targets.map((text): Option => [text, text]),
        1,
      )}
      {choice("wins", words.winsOn, words.anyWins, slices.length ? [["any", words.winsSomewhere], ...slices] : [], 1)}
      <button
        type="button"
        class="button small"
        onClick={() => set(Object.fromEntries(FILTERS.map((key) => [key, null])))}
      >
        {words.clear}
      </button>
    </div>
  );
}

/** The facets whose values a reader can look at alone. */
export function slicesOf({ benchmark: { facets } }: Context): {
  key: "category" | "language";
  facet: string;
  title: string;
  values: readonly string[];
}[] {
  return (["category", "language"] as const).flatMap((key) =>
    Object.entries(facets ?? {})
      .filter(([, { role, values }]) => role === key && values.length > 1)
      .map(([facet, { title, values }]) => ({ key, facet, title: title ?? facet, values })),
  );
}

function Dates({ state, set }: Pick<FiltersProps, "state" | "set">) {
  const words = useWords("board");
  const [isOwn, setOwn] = useState(state.from !== undefined || state.to !== undefined);
  const value = state.last !== undefined ? "last" : isOwn ? "own" : "";
  const choose = (chosen: string) => {
    setOwn(chosen === "own");
    set({ last: chosen === "last" ? String(DAYS) : null, from: null, to: null });
  };
  return (
    <>
      <Choice
        label={words.dates}
        value={value}
        options={[
          ["", words.anyDate],
          ["last", words.lastDays(Number(state.last) || DAYS)],
          ["own", words.ownDates],
        ]}
        onchoose={choose}
        note={value === "last" ? words.byClock(firstOfLast(Number(state.last) || DAYS, new Date())) : null}
      />
      {value === "own" &&
        (["from", "to"] as const).map((end) => (
          <label key={end} class="field">
            {words[end]}
            <input
              type="date"
              value={state[end] ?? ""}
              onChange={({ currentTarget }) => set({ [end]: currentTarget.value || null })}
            />
          </label>
        ))}
    </>
  );
}

type Option = readonly [value: string, title: string];

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly Option[];
  onchoose: (value: string) => void;
  note?: string | null;
  isInline?: boolean;
}

function Choice({ label, value, options, onchoose, note, isInline = false }: ChoiceProps) {
  // What is not there to choose is no choice.
  const known = options.some(([own]) => own === value) ? value : (options[0]?.[0] ?? "");
  const id = useId();
  return (
    <div class={isInline ? "field inline" : "field"}>
      <label for={id}>{label}</label>
      <select id={id} value={known} onChange={({ currentTarget }) => onchoose(currentTarget.value)}>
        {options.map(([own, title]) => (
          <option key={own} value={own}>
            {title}
          </option>
        ))}
      </select>
      {note && <span class="small">{note}</span>}
    </div>
  );
}
