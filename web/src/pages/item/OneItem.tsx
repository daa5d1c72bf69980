import { useEffect, useState } from "preact/hooks";
import { href } from "../../address";
import { titled } from "../../app";
import { count, fixed } from "../../numbers";
import { Answer, ItemText, OutcomeMark, outcomeOf, type ScoreReading } from "../../parts/Answer";
import { EntryName, nameOf } from "../../parts/EntryName";
import { ExportMenu } from "../../parts/ExportMenu";
import { Failure } from "../../parts/Failure";
import { Later } from "../../parts/Later";
import { Loading } from "../../parts/Loading";
import { Removed } from "../../parts/Removed";
import { useInView } from "../../parts/useInView";
import type { Item, ItemScore, Items, Response } from "../../site/answers";
import type { BoardContext } from "../../site/rows";
import { facetTitle } from "../../site/slices";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import { type Answered, answersTo, leafMetric } from "./answered";
import { discriminationOf } from "./discrimination";
import { useAnswered } from "./useAnswered";

const FIRST_ENTRIES = 40;

interface OneItemProps {
  id: string;
  context: BoardContext;
  items: Items;
}

/** One public item: what was asked, and what every entry made of it. */
export function OneItem({ id, context, items }: OneItemProps) {
  const words = useWords("item");
  const [most, setMost] = useState(FIRST_ENTRIES);
  const loaded = useLoaded(() => items.text(id), [id, items]);
  const { all, error, isLoading } = useAnswered(id, most, context, items);
  useEffect(() => titled(words.one(id), context.board.title), [id, words, context]);
  const left = context.board.entries.length - all.length;
  return (
    <div class="stack">
      <Neighbours id={id} items={items} />
      <h1>{words.one(id)}</h1>
      <Later of={loaded}>
        {(item) => (
          <>
            <section class="card">
              <ItemText item={item} titleOf={(facet) => facetTitle(facet, context.benchmark)} />
            </section>
            {all.length > 0 && (
              <>
                <Facts id={id} items={items} all={all} context={context} />
                <Answers item={item} all={all} context={context} items={items} />
              </>
            )}
            {error !== null && <Failure error={error} />}
            {isLoading ? (
              <Loading rows={all.length > 0 ? 4 : 12} />
            ) : (
              left > 0 && (
                <div>
                  <button type="button" class="button" onClick={() => setMost(all.length + 2 * FIRST_ENTRIES)}>
                    {words.moreEntries(count(Math.min(left, 2 * FIRST_ENTRIES)) ?? "")}
                  </button>
                </div>
              )
            )}
          </>
        )}
      </Later>
    </div>
  );
}

function Neighbours({ id, items }: { id: string; items: Items }) {
  const words = useWords("item");
  const place = items.open.findIndex((one) => one.id === id);
  const [before, after] = [items.open[place - 1], place < 0 ? undefined : items.open[place + 1]];
  return (
    <nav class="row" aria-label={words.title}>
      <a href={href({ page: "item" })}>{words.back}</a>
      {before && <a href={href({ page: "item", item: before.id })}>← {words.previous}</a>}
      {after && <a href={href({ page: "item", item: after.id })}>{words.next} →</a>}
    </nav>
  );
}

interface AnsweredProps {
  all: readonly Answered[];
  context: BoardContext;
  items: Items;
}

function Facts({ id, items, all, context }: AnsweredProps & { id: string }) {
  const words = useWords("item");
  const own = items.of(id);
  const points = all.flatMap(({ own: score, rest }) => (score === null || rest === null ? [] : [{ own: score, rest }]));
  const found = discriminationOf(points);
  return (
    <section class="stack">
      <h2>{words.facts}</h2>
      <dl class="facts">
        <div>
          <dt>{words.difficulty}</dt>
          <dd>{context.scale.publicUnit(own?.mean) ?? "–"}</dd>
        </div>
        <div>
          <dt>{words.nScored}</dt>
          <dd>{count(own?.n_scored)}</dd>
        </div>
        <div>
          <dt>{words.discrimination}</dt>
          <dd>{found === null ? words.discriminationFew : fixed(found, 2)}</dd>
        </div>
      </dl>
      <p class="muted small prose">
        {words.discriminationNote} {words.computed(count(points.length) ?? "")}
      </p>
    </section>
  );
}

function Answers({ item, all, context, items }: AnsweredProps & { item: Item }) {
  const words = useWords("item");
  const { board } = context;
  const reading = readingOf(context, items, all);
  const table = () => ({
    name: `item-${item.id}`,
    columns: ["entry", "score"],
    rows: all.map(({ row, own }) => [nameOf(row), own]),
  });
  return (
    <section class="stack">
      <div class="spread">
        <h2>{words.answers}</h2>
        <ExportMenu table={table} />
      </div>
      <p class="muted">{words.answersOf(count(all.length) ?? "", count(board.entries.length) ?? "")}</p>
      <ul class="answers">
        {all.map((one) => (
          <AnswerRow key={nameOf(one.row)} one={one} item={item} context={context} reading={reading} />
        ))}
      </ul>
    </section>
  );
}

function Outcome({ own, reading, written }: { own: number | null; reading: ScoreReading; written: string | null }) {
  const words = useWords("item");
  const outcome = outcomeOf(own, reading);
  if (outcome === null) return <span class="muted">{words.noScore}</span>;
  return outcome === "partly" ? <OutcomeMark of={outcome}>{written ?? ""}</OutcomeMark> : <OutcomeMark of={outcome} />;
}

interface AnswerRowProps {
  one: Answered;
  item: Item;
  context: BoardContext;
  reading: ScoreReading;
}

/** One entry and its answer, which is fetched when the row is seen: a bundle holds all answers of its entry. */
function AnswerRow({ one, item, context, reading }: AnswerRowProps) {
  const [place, isSeen] = useInView<HTMLLIElement>();
  const loaded = useLoaded(async () => (isSeen ? answersTo(item, one, context) : []), [isSeen, one]);
  const rows = one.scores?.of(item.id) ?? [];
  return (
    <li ref={place}>
      <EntryName of={one.row} />
      <div class="stack">
        {one.reference?.purged && (
          <p class="muted small">
            <Removed purge={one.reference.purged} />
          </p>
        )}
        <Later of={loaded} rows={1}>
          {(responses) =>
            responses.map((response) => (
              <Answer
                key={`${response.trial} ${response.stage}`}
                response={response}
                score={rows.find((score) => isOf(score, response)) ?? null}
                readings={[]}
                hasTrials={rows.length > 1}
              />
            ))
          }
        </Later>
      </div>
      <Outcome own={one.own} reading={reading} written={context.scale.publicUnit(one.own)} />
    </li>
  );
}

const isOf = ({ trial, stage }: ItemScore, response: Response): boolean =>
  trial === (response.trial ?? 0) && stage === (response.stage ?? "answer");

function readingOf(context: BoardContext, items: Items, all: readonly Answered[]): ScoreReading {
  const metric = leafMetric(context, items);
  const [low = 0, high = 1] = metric?.range ?? [];
  const isLower = metric?.direction === "lower";
  return {
    metric: items.metric,
    title: metric?.title ?? items.metric,
    denominator: all.find(({ scores }) => scores)?.scores?.denominators[items.metric] ?? 1,
    best: isLower ? low : high,
    worst: isLower ? high : low,
  };
}
