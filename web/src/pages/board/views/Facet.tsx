// The board by the values of a facet, and of one category by its problems: columns of shaded public scores.

import { useMemo } from "preact/hooks";
import { href, readAddress } from "../../../address";
import { Later } from "../../../parts/Later";
import { SHAPES } from "../../../site/shapes";
import { facetTitle } from "../../../site/slices";
import type { CategoryBoard, Leaderboard } from "../../../site/types";
import { useLoaded } from "../../../site/useLoaded";
import { useWords } from "../../../words";
import type { Context } from "../rows/context";
import type { Row } from "../rows/row";
import { BoardTable } from "../table/BoardTable";
import type { BoardColumn } from "../table/column";
import { numberColumn } from "../table/column";
import { entryColumn, publicColumn, rankColumn, shadedColumn } from "../table/columns";
import { filterKey, plainFilter, type ViewProps, visibleOf } from "./view";

interface FacetProps extends ViewProps {
  facet: string;
}

export default function Facet(props: FacetProps) {
  return props.state.board === undefined ? <Values {...props} /> : <Category {...props} value={props.state.board} />;
}

/** Where the boards of one value lie: one, or one for each track. */
function boardPaths({ publication, benchmark }: Context, facet: string, value: string): string[] {
  const place = String(benchmark.facets?.[facet]?.values.indexOf(value) ?? -1);
  return Object.keys(publication.root.documents).filter(
    (path) => path.startsWith(`boards/${facet}/`) && /(\d+)\.json$/.exec(path)?.[1] === place,
  );
}

function Lead({ more }: { more: string }) {
  const words = useWords("board");
  return (
    <p class="lead muted">
      <strong>{words.publicOnly}</strong> {words.neverSplit} {more}
    </p>
  );
}

/** A column for each value. */
function Values(props: FacetProps) {
  const words = useWords("board");
  const board = useLoaded(() => props.context.publication.board(), [props.context.publication]);
  return (
    <>
      <Lead more={words.columnForValue} />
      <Later of={board} rows={12}>
        {(found) => <Matrix {...props} board={found} />}
      </Later>
    </>
  );
}

function Matrix({
  context,
  state,
  set,
  track,
  isGrouped,
  isWide,
  pins,
  onshown,
  facet,
  board,
}: FacetProps & { board: Leaderboard }) {
  const words = useWords("board");
  const { rows, benchmark } = context;
  const title = facetTitle(facet, benchmark);
  const columns = useMemo(() => {
    const scoreOn = (row: Row, value: string) => board.entries[row.place]?.public.by[facet]?.[value] ?? null;
    const values = (benchmark.facets?.[facet]?.values ?? []).filter((value) =>
      rows.some((row) => scoreOn(row, value) !== null),
    );
    const made = values.map((value) => ({
      ...shadedColumn(`=${value}`, value, context, (row) => scoreOn(row, value)),
      below: boardPaths(context, facet, value).length > 0 && (
        <a href={href({ ...readAddress(), board: value, sort: null, columns: null })}>{words.problems}</a>
      ),
    }));
    return [entryColumn(words, context, true), publicColumn(words, context, 6), ...made];
  }, [words, context, board, facet]);
  const first = context.scale.isLowerBetter ? "public" : "-public";
  return (
    <Shaded
      {...{ context, state, set, track, isGrouped, isWide, pins, onshown, columns, rows, first }}
      title={words.facetTitle(title)}
    />
  );
}

interface ShadedProps extends ViewProps {
  title: string;
  columns: readonly BoardColumn[];
  rows: readonly Row[];
  first: string;
}

function Shaded({
  context,
  state,
  set,
  track,
  isGrouped,
  isWide,
  pins,
  onshown,
  title,
  columns,
  rows,
  first,
}: ShadedProps) {
  const words = useWords("board");
  const visible = useMemo(() => visibleOf(columns, state, isWide), [columns, state.columns, state.sort, isWide]);
  const filter = useMemo(() => plainFilter(state, track), [filterKey(state, track)]);
  const tell = useMemo(
    () => (shown: readonly Row[]) => onshown({ rows: shown, columns, visible, all: rows.length }),
    [onshown, columns, visible, rows],
  );
  return (
    <>
      <BoardTable
        {...{ title, context, rows, columns, visible, filter, first, isGrouped, pins }}
        sort={state.sort}
        onsort={(sort) => set({ sort })}
        onshown={tell}
      />
      {rows.length === 0 && <p class="lead muted">{words.empty}</p>}
    </>
  );
}

/** A column for each problem of one category, one table for each track. */
function Category(props: FacetProps & { value: string }) {
  const words = useWords("board");
  const { context, facet, value } = props;
  const { publication, benchmark } = context;
  const title = facetTitle(facet, benchmark);
  const paths = boardPaths(context, facet, value);
  const boards = useLoaded(
    () => Promise.all(paths.map((path) => publication.load<CategoryBoard>(path, SHAPES.category))),
    [publication, facet, value],
  );
  return (
    <div class="stack">
      <p>
        <a href={href({ ...readAddress(), board: null, sort: null, columns: null })}>← {words.back(title)}</a>
      </p>
      <h2>
        {title}: <bdi>{value}</bdi>
      </h2>
      {paths.length === 0 ? <p class="muted">{words.noSuchBoard}</p> : <Lead more={words.columnForProblem} />}
      <Later of={boards} rows={12}>
        {(found) => found.map((own, place) => <Problems key={paths[place]} {...props} category={own} />)}
      </Later>
    </div>
  );
}

type Placed = Row & { values: readonly (number | null)[]; average: number | null };

function Problems({ category, ...props }: FacetProps & { category: CategoryBoard }) {
  const words = useWords("board");
  const { context, track } = props;
  const rows = useMemo(() => placedOf(category, context), [category, context]);
  const columns = useMemo(() => {
    const of = (row: Row) => row as Placed;
    const average = numberColumn({
      id: "average",
      label: words.average + context.scale.heading,
      width: 6,
      first: context.scale.isLowerBetter ? "asc" : "desc",
      key: (row) => of(row).average,
      write: context.scale.public,
    });
    const items = category.items.map((item, place) => ({
      ...shadedColumn(`=${item}`, item, context, (row) => of(row).values[place] ?? null),
      below: <a href={href({ page: "item", item })}>{words.item}</a>,
    }));
    return [entryColumn(words, context, true), { ...rankColumn(words), width: 4.5 }, average, ...items];
  }, [words, context, category]);
  const own = rows[0]?.track ?? null;
  if (track !== null && own !== null && own !== track) return null;
  const title = [category.value, own].filter(Boolean).join(", ");
  return <Shaded {...props} {...{ title, columns, rows }} first="rank" />;
}

/** The rank on this board takes the place of the overall one, whose range says nothing here. */
function placedOf(category: CategoryBoard, { rows }: Context): Placed[] {
  const named = new Map(rows.map((row) => [row.name, row]));
  return category.rows.flatMap((own) => {
    const row = named.get(own.entry);
    const apart = { rank: own.rank ?? null, rank_range: null, tied_groups: null };
    return row ? [{ ...row, ...apart, values: own.values, average: own.average ?? null }] : [];
  });
}
