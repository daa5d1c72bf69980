// What stands in the cells of the board: ties, intervals, win regions and gaps instead of bare numbers.

import { href } from "../../../address";
import { Assurance, isAssurance } from "../../../parts/Assurance";
import { EntryName, Kind } from "../../../parts/EntryName";
import { Icon } from "../../../parts/Icon";
import { sliceTitle } from "../../../site/slices";
import type { WinRegion } from "../../../site/types";
import { type AllWords, useWords } from "../../../words";
import { type Context, rankedScore, scoreOf } from "../rows/context";
import { lettersOf } from "../rows/letters";
import type { Row } from "../rows/row";

const CHIPS = 2;
/** What the state of a held-out score begins with; that there is no rank says as much. */
const PENDING = /^pending: /;

export function Nothing() {
  const { none } = useWords("board");
  return (
    <span class="nothing muted">
      <span aria-hidden="true">–</span>
      <span class="unseen">{none}</span>
    </span>
  );
}

/** A rank with the ranks that the data do not rule out, and its letters. */
export function RankCell({ row: { rank, rank_range: range, tied_groups: groups } }: { row: Row }) {
  const words = useWords("board");
  const letters = groups && lettersOf(groups);
  // Ranks of thousands stand above their ranges.
  const isLong = (range?.[1] ?? 0) >= 1000;
  return (
    <div class={isLong ? "ranked long" : "ranked"}>
      {rank === null ? <Nothing /> : <span class={rank === 1 ? "top" : "place"}>{rank}</span>}
      {range && (
        <span class="range small muted">
          <span class="unseen">{words.possibly}</span>
          {range[0] === range[1] ? range[0] : range.join("–")}
        </span>
      )}
      {letters && (
        <span class="letters" title={words.tied(letters)}>
          <span class="unseen">{words.tiedGroups} </span>
          {letters}
        </span>
      )}
    </div>
  );
}

interface EntryCellProps {
  row: Row;
  context: Context;
  isBrief?: boolean;
}

/** How an entry is called, what kind it is, and why it has no rank where it has none. */
export function EntryCell({ row, context, isBrief = false }: EntryCellProps) {
  const words = useWords("board");
  const more = isBrief ? [row.title] : [row.title, row.model, row.organization, row.contributor];
  const same = row.same_recipe_as;
  return (
    <div class="entry-cell">
      <EntryName of={row} /> {row.kind !== "community" && <Kind of={row.kind} />}
      {row.pending && <span class="badge warn">{words.waits}</span>}
      {context.header.tracks.length > 1 && row.track && (
        <span class="badge">
          <bdi>{row.track}</bdi>
        </span>
      )}
      {row.disagreements > 0 && <span class="badge warn">{words.claimsDisagree}</span>}
      <About texts={more} />
      {!isBrief && same && (
        <div class="small">
          {words.sameRecipe} <a href={href({ page: "entry", entry: same })}>{same}</a>
          {words.sameRecipeAfter}
        </div>
      )}
      {!isBrief && !same && <WhyUnranked row={row} context={context} />}
    </div>
  );
}

function About({ texts }: { texts: readonly (string | null)[] }) {
  const said = texts.filter((text): text is string => Boolean(text));
  if (said.length === 0) return null;
  return (
    <div class="about small muted" title={said.join(" · ")}>
      {said.map((text, place) => (
        <span key={text}>
          {place > 0 && " · "}
          <bdi>{text}</bdi>
        </span>
      ))}
    </div>
  );
}

function WhyUnranked({ row, context }: { row: Row; context: Context }) {
  const words = useWords("board");
  if (row.invalid !== null) {
    return (
      <div class="small warn">
        {words.notMeasured} <bdi>{row.invalid}</bdi>
      </div>
    );
  }
  if (rankedScore(row, context) !== null || row.rank !== null) return null;
  const why = (context.rankedBy(row) === "held_out" ? row.held_out_status : row.reason)?.replace(PENDING, "");
  const said = why && Object.hasOwn(words.unreleased, why) ? words.unreleased[why] : why;
  return (
    <div class="small muted">
      {words.noRank} <bdi>{said ?? words.noScore}</bdi>
    </div>
  );
}

type Mark = readonly [name: string, path: string];

/** A drawing as wide as its place: strokes keep their width, and a dot is a line without length. */
export function Bar({ said, marks }: { said: string | null; marks: readonly (Mark | false | null)[] }) {
  return (
    <svg
      class="bar"
      viewBox="0 0 100 16"
      preserveAspectRatio="none"
      role={said ? "img" : undefined}
      aria-label={said ?? undefined}
      aria-hidden={said ? undefined : "true"}
    >
      {said && <title>{said}</title>}
      {marks.map((mark) => mark && <path key={mark[0]} class={mark[0]} d={mark[1]} />)}
    </svg>
  );
}

/** The score that ranks, and its interval on the axis that all rows share. */
export function ScoreCell({ row, context }: { row: Row; context: Context }) {
  const words = useWords("board");
  const { scale, header, human } = context;
  const basis = context.rankedBy(row);
  const score = scoreOf(row, basis);
  if (score === null) return <Nothing />;
  const isHeldOut = basis === "held_out";
  const interval = isHeldOut ? row.held_out_interval : row.interval;
  const x = (value: number) => 2 + 96 * scale.place(value);
  const said = interval
    ? words.interval(scale.publicUnit(interval[0]) ?? "", scale.publicUnit(interval[1]) ?? "")
    : words.noInterval;
  return (
    <div class="scored">
      <span>{(isHeldOut ? scale.heldOut : scale.public)(score)}</span>
      <Bar
        said={said}
        marks={[
          ["axis", "M2 8H98"],
          header.chance_level !== null && ["chance", `M${x(header.chance_level)} 2v12`],
          human !== null && ["human", `M${x(human)} 2v12`],
          interval && ["interval", `M${x(interval[0])} 8H${x(interval[1])}`],
          isHeldOut && row.public !== null && ["public", `M${x(row.public)} 8h0`],
          ["point", `M${x(score)} 3v10`],
        ]}
      />
    </div>
  );
}

/** The gap with its interval, and whether it is beyond chance; not why. */
export function GapCell({ row, context: { scale } }: { row: Row; context: Context }) {
  const words = useWords("board");
  const { overfit_gap: gap, overfit_interval: interval, overfit_test: test } = row;
  if (gap === null) return <Nothing />;
  return (
    <>
      {scale.signed(gap)}
      {interval && (
        <div class="small muted">{words.between(scale.signed(interval[0]) ?? "", scale.signed(interval[1]) ?? "")}</div>
      )}
      {test === "beyond chance" && <div class="small said">{words.beyondChance}</div>}
    </>
  );
}

/** Orders by the number of win regions, then by the largest lower bound; null where nothing was compared. */
export function winsKey(row: Row, context: Context): number | null {
  const wins = row.win_regions;
  if (!wins || row.kind === "default" || !context.defaultOf(row)) return null;
  let largest = 0;
  for (const { lower_bound: bound } of wins) largest = Math.max(largest, bound);
  return wins.length + largest / (1 + largest);
}

/** By how much a slice is won at least; what rounds to nothing is still above nothing. */
export function atLeast(bound: number, { scale }: Context, words: AllWords["board"]): string {
  const said = scale.signed(bound) ?? "";
  return /[1-9]/.test(said) ? `≥ ${said}${scale.isShares ? words.pts : ""}` : "> 0";
}

/** The first win regions as chips, and how many more there are. */
export function WinsCell({ row, context }: { row: Row; context: Context }) {
  const words = useWords("board");
  const wins = row.win_regions ?? [];
  if (wins.length === 0) {
    return winsKey(row, context) === null ? <Nothing /> : <span class="small muted">{words.noWins}</span>;
  }
  const rest = wins.length - CHIPS;
  return (
    <div class="chips">
      {wins.slice(0, CHIPS).map((win) => (
        <WinChip key={win.slice} win={win} row={row} context={context} />
      ))}
      {rest > 0 && (
        <a href={href({ page: "entry", entry: row.name })}>
          +{rest}
          <span class="unseen"> {words.moreWins(row.name)}</span>
        </a>
      )}
    </div>
  );
}

function WinChip({ win, row, context }: { win: WinRegion; row: Row; context: Context }) {
  const words = useWords("board");
  const than = context.defaultOf(row)?.name ?? words.itsDefault;
  const bound = atLeast(win.lower_bound, context, words);
  const isConfirmed = win.state === "confirmed";
  const said = [
    sliceTitle(win.slice, context.benchmark, true),
    words.betterThan(than, bound),
    isConfirmed ? words.confirmed : words.candidate,
    words.onHeldOut(win.held_out ? words.verdicts[win.held_out] : words.tooFew),
  ].join("; ");
  return (
    <span class={isConfirmed ? "win confirmed" : "win"} title={said}>
      {isConfirmed && <Icon name="check" size={12} />}
      <bdi>{sliceTitle(win.slice, context.benchmark)}</bdi> {bound}
      <span class="unseen"> ({said})</span>
    </span>
  );
}

/** How each score of a row is known. */
export function AssuranceCell({ row }: { row: Row }) {
  const words = useWords("board");
  const line = (word: string | null, of: string) =>
    isAssurance(word) && (
      <div class="known-line">
        <Assurance of={word} /> <span class="muted">{of}</span>
      </div>
    );
  if (row.public === null && row.held_out === null) return <Nothing />;
  return (
    <>
      {row.public !== null && line(row.assurance, words.ofPublic)}
      {/* A released score follows from items that only the owner holds. */}
      {row.held_out !== null && line("attested", words.ofHeldOut)}
    </>
  );
}
