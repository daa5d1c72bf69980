import "./answer.css";

import { useState } from "preact/hooks";
import { count, fixed } from "../numbers";
import type { Item, ItemScore, Response, Verdict } from "../site/answers";
import { useWords } from "../words";
import { Icon } from "./Icon";

/** Of longer texts the beginning is shown, until the reader asks for the rest. */
const FIRST_CHARACTERS = 800;

/** Any published value as text: texts as they are, everything else as JSON. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

interface SaidProps {
  text: string;
  isCode?: boolean;
}

/** A text of a document: shown as text, whatever it holds, each line in its own direction. */
export function Said({ text, isCode }: SaidProps) {
  const words = useWords("answer");
  const [isWhole, setWhole] = useState(false);
  const isLong = text.length > FIRST_CHARACTERS;
  const shown = isLong && !isWhole ? beginningOf(text) : text;
  return (
    <>
      <div class={isCode ? "said-text code" : "said-text"} dir="auto">
        {shown}
        {isLong && !isWhole && "…"}
      </div>
      {isLong && (
        <div>
          <button type="button" class="button small" onClick={() => setWhole(!isWhole)}>
            {isWhole ? words.showLess : words.showAll(count(text.length) ?? "")}
          </button>
        </div>
      )}
    </>
  );
}

/** The first characters, never half of one. */
const beginningOf = (text: string): string => text.slice(0, FIRST_CHARACTERS).replace(/[\ud800-\udbff]$/, "");

/** An item as it was asked: text, choices, reference, facets. */
export function ItemText({ item, titleOf }: { item: Item; titleOf?: (facet: string) => string }) {
  const words = useWords("answer");
  const facets = Object.entries(item.facets ?? {});
  const isText = typeof item.reference === "string";
  const reference = (item.reference as unknown) ?? null;
  return (
    <div class="item-text">
      {item.title && (
        <strong>
          <bdi>{item.title}</bdi>
        </strong>
      )}
      {item.prompt ? <Said text={item.prompt} /> : <p class="muted">{words.noPrompt}</p>}
      {item.choices && item.choices.length > 0 && (
        <div>
          <p class="muted small">
            <strong>{words.choices}</strong>
          </p>
          <ol>
            {item.choices.map((choice, place) => (
              <li key={place} dir="auto">
                {choice}
              </li>
            ))}
          </ol>
        </div>
      )}
      <div>
        <p class="muted small">
          <strong>{words.reference}</strong>
        </p>
        {reference === null ? (
          <p class="muted">{words.noReference}</p>
        ) : (
          <Said text={textOf(reference)} isCode={!isText} />
        )}
      </div>
      {facets.length > 0 && (
        <p class="muted small">
          {facets.map(([facet, value]) => `${titleOf?.(facet) ?? facet}: ${value}`).join(" · ")}
        </p>
      )}
    </div>
  );
}

/** Whether a score of one item is all, nothing or a part of what can be had. */
export type Outcome = "right" | "wrong" | "partly";

const ICONS = { right: "check", wrong: "cross", partly: "minus" } as const;

/** Right, wrong or in part, by sign and word. */
export function OutcomeMark({ of, children }: { of: Outcome; children?: string }) {
  const words = useWords("answer");
  return (
    <span class={`mark ${of}`}>
      <Icon name={ICONS[of]} size={14} />
      {children ?? words[of]}
    </span>
  );
}

/** How a score of an item is read; `best` and `worst` are the ends of the metric's range, the best one first. */
export interface ScoreReading {
  metric: string;
  title: string;
  denominator: number;
  best: number;
  worst: number;
}

/** Say what a score amounts to; null where there is none. */
export function outcomeOf(value: number | null, { best, worst }: Pick<ScoreReading, "best" | "worst">): Outcome | null {
  if (value === null) return null;
  if (value === best) return "right";
  return value === worst ? "wrong" : "partly";
}

interface AnswerProps {
  response: Response | null;
  /** The scores of the same trial and stage. */
  score?: ItemScore | null;
  votes?: readonly Verdict[];
  /** The metrics whose scores are told, the headline first. */
  readings?: readonly ScoreReading[];
  /** Say which trial it is. */
  hasTrials?: boolean;
  isCode?: boolean;
}

/** One answer of an entry: what it said, how it scored, what judges voted, what it took. */
export function Answer({ response, score = null, votes = [], readings = [], hasTrials, isCode }: AnswerProps) {
  const words = useWords("answer");
  const stage = response?.stage ?? score?.stage ?? "answer";
  const trial = response?.trial ?? score?.trial ?? 0;
  const state = response?.state ?? score?.state ?? "missing";
  return (
    <div class="answer">
      <div class="row small">
        {hasTrials && <strong>{words.trial(trial)}</strong>}
        {stage === "repair" && <strong>{words.stages.repair}</strong>}
        {state !== "answered" && <span class="badge warn">{words.states[state]}</span>}
        {readings.map((reading) => (
          <ScoreOf key={reading.metric} score={score} reading={reading} isFirst={reading === readings[0]} />
        ))}
        {response && <UsageOf response={response} />}
      </div>
      <Output response={response} isCode={isCode ?? false} />
      {votes.length > 0 && <Votes votes={votes} />}
    </div>
  );
}

function Output({ response, isCode }: { response: Response | null; isCode: boolean }) {
  const words = useWords("answer");
  const output = response?.output as unknown;
  if (response === null) return <p class="muted">{words.none}</p>;
  if (output === null || output === undefined) return <p class="muted">{words.nothing}</p>;
  if (output === "") return <p class="muted">{words.empty}</p>;
  return <Said text={textOf(output)} isCode={isCode || typeof output !== "string"} />;
}

function ScoreOf({ score, reading, isFirst }: { score: ItemScore | null; reading: ScoreReading; isFirst: boolean }) {
  const words = useWords("answer");
  const integer = score?.values[reading.metric] ?? null;
  const value = integer === null ? null : integer / reading.denominator;
  const outcome = outcomeOf(value, reading);
  const written = value === null ? words.noScore : String(Math.round(value * 1e6) / 1e6);
  if (!isFirst) return <span class="muted">{`${reading.title} ${written}`}</span>;
  return outcome ? (
    <OutcomeMark of={outcome}>{outcome === "partly" ? `${words.partly} (${written})` : words[outcome]}</OutcomeMark>
  ) : (
    <span class="muted">{words.noScore}</span>
  );
}

function UsageOf({ response: { usage } }: { response: Response }) {
  const words = useWords("answer");
  const sum = usage?.total_tokens ?? ((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0) || null);
  const parts = [
    sum === null ? null : words.tokens(count(sum) ?? ""),
    typeof usage?.microseconds === "number" ? words.seconds(fixed(usage.microseconds / 1e6, 2) ?? "") : null,
  ].filter(Boolean);
  return parts.length > 0 ? <span class="muted">{parts.join(" · ")}</span> : null;
}

function Votes({ votes }: { votes: readonly Verdict[] }) {
  const words = useWords("answer");
  return (
    <details>
      <summary class="small">
        {words.votes}: {votes.map(({ passed }) => words.vote[`${passed}`]).join(", ")}
      </summary>
      {votes.map(({ vote = 0, judge, passed, output }) => (
        <div key={`${judge} ${vote}`} class="item-text">
          <p class="small">
            <bdi>{judge ?? words.judge}</bdi> · {words.vote[`${passed}`]}
          </p>
          {output && <Said text={output} />}
        </div>
      ))}
    </details>
  );
}
