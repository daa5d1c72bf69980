// The overall board: ranks with their ranges, and what the reader asked to see beside them.

import { useMemo } from "preact/hooks";
import { Failure } from "../../../parts/Failure";
import { useSteps } from "../../../parts/useSteps";
import type { Leaderboard } from "../../../site/types";
import { type Loaded, useLoaded } from "../../../site/useLoaded";
import { useWords } from "../../../words";
import { Weigher } from "../controls/Weigher";
import { Legend, Reading } from "../head/Legend";
import type { Context } from "../rows/context";
import { filterOf } from "../rows/filtering";
import { loadUsage } from "../rows/usage";
import { reflectionOf, type Weighed, type Weights, weigh, weighable, weightsIn } from "../rows/weighing";
import { BoardTable } from "../table/BoardTable";
import { filled, overallColumns, type Usage, usageColumns } from "../table/columns";
import { weighedColumns } from "../table/weighedColumns";
import { Apart } from "./Apart";
import { firstSort, Sliced, scoresOf, sliceColumn, useSlicings } from "./Sliced";
import { filterKey, type ViewProps, visibleOf } from "./view";

const NO_USAGE: Usage = {};
const USAGE = /(^|[-,])(cost|tokens|seconds)(,|$)/;

export function Overall({ context, state, set, track, isGrouped, isWide, pins, onshown }: ViewProps) {
  const words = useWords("board");
  const { publication, rows } = context;
  const sliced = useSlicings(context, state.category, state.language);
  const { slicings } = sliced;
  const weights = useWeights(context, state.weights);
  const needsBoard = slicings.length > 0 || weights !== null;
  const needsUsage = USAGE.test(state.columns ?? "") || USAGE.test(state.sort ?? "");
  const board = useLoaded(() => (needsBoard ? publication.board() : Promise.resolve(null)), [publication, needsBoard]);
  const usage = useLoaded(
    () => (needsUsage ? loadUsage(publication) : Promise.resolve(null)),
    [publication, needsUsage],
  );
  const weighed = useMemo(() => weighedOf(context, board.value, weights), [context, board.value, weights]);
  const scoreOn = useMemo(() => scoresOf(board.value), [board.value]);
  const [columns, absent] = useMemo(() => {
    const [own, none] = filled(overallColumns(words, context), rows);
    const added = weighed && state.weights ? weighedColumns(words, weighed) : [];
    const alone = slicings.map((slicing) => sliceColumn(words, context, slicing, scoreOn));
    const used = usageColumns(words, usage.value ?? NO_USAGE);
    return [[...added, ...own.slice(0, 3), ...alone, ...own.slice(3), ...used], none] as const;
  }, [words, context, rows, weighed, slicings, scoreOn, usage.value, state.weights]);
  const visible = useMemo(() => visibleOf(columns, state, isWide), [columns, state.columns, state.sort, isWide]);
  const filter = useMemo(
    () => filterOf({ state, track, slicings, scoreOn, now: new Date() }),
    [filterKey(state, track), slicings, scoreOn],
  );
  const first = weighed && weights?.size ? "own_rank" : firstSort(slicings, context);
  const tell = useMemo(
    () => (shown: typeof rows) => onshown({ rows: shown, columns, visible, all: rows.length }),
    [onshown, columns, visible, rows],
  );
  // What stands below the rows comes after them.
  const step = useSteps(2);
  return (
    <>
      {weights && <Weigher {...{ context, weights, weighed, rows, set }} />}
      {failures([board, usage])}
      <Legend context={context} />
      <Sliced context={context} of={sliced} scoreOn={scoreOn} />
      <BoardTable
        title={words.overallTitle}
        {...{ context, rows, columns, visible, filter, first, pins }}
        isGrouped={isGrouped && !(weights?.size && state.group === undefined)}
        sort={state.sort}
        onsort={(sort) => set({ sort: sort === first ? null : sort })}
        onshown={tell}
      />
      {step > 1 && (
        <>
          <Said context={context} absent={absent} />
          <Apart context={context} isOpen={state.apart !== undefined} set={set} />
          <Reading context={context} />
        </>
      )}
    </>
  );
}

/** What a board does not hold. */
function Said({ context, absent }: { context: Context; absent: readonly string[] }) {
  const words = useWords("board");
  const { rows, publication } = context;
  if (rows.length === 0) return <p class="lead muted">{words.empty}</p>;
  const older = [
    Object.keys(publication.root.documents).every((path) => !path.startsWith("vendors/")) && words.olderComparisons,
    rows.every((row) => row.tied_groups === null && row.win_regions === null) && words.olderGroups,
  ].filter((one) => one !== false);
  return (
    <>
      {absent.length > 0 && <p class="lead muted small">{words.absent(absent)}</p>}
      {older.length > 0 && <p class="lead muted small">{words.older(older)}</p>}
    </>
  );
}

function failures(loaded: readonly Loaded<unknown>[]) {
  return loaded.map((one, place) => one.state === "failed" && <Failure key={String(place)} error={one.error} />);
}

/** The weights of the address; null where the reader does not weigh. */
function useWeights({ benchmark }: Context, text: string | undefined): Weights | null {
  return useMemo(() => {
    if (text === undefined) return null;
    return weightsIn(
      text,
      weighable(benchmark).map(({ name }) => name),
    );
  }, [benchmark, text]);
}

function weighedOf(context: Context, board: Leaderboard | null, weights: Weights | null): Weighed | null {
  if (!board || !weights?.size) return null;
  const reflected = new Map<string, number>();
  for (const name of weights.keys()) {
    const whole = reflectionOf(context.benchmark, name);
    if (whole !== null) reflected.set(name, whole);
  }
  return weigh(context.rows, board.entries, weights, reflected);
}
