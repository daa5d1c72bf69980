import { useEffect, useMemo, useState } from "preact/hooks";
import { change, href, useAddress } from "../../address";
import { fixed } from "../../numbers";
import { AddressChoice, chosenOf } from "../../parts/AddressChoice";
import { Answer, ItemText, OutcomeMark, textOf } from "../../parts/Answer";
import { ExportMenu } from "../../parts/ExportMenu";
import type { Cell } from "../../parts/exporting";
import { Later } from "../../parts/Later";
import { Removed } from "../../parts/Removed";
import type { Item } from "../../site/answers";
import { facetTitle } from "../../site/slices";
import type { Benchmark, BundleReference, EntryDocument } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import { type Answered, loadAnswered, type Made, narrowed, pairsOf, search, type Wanted } from "./answersOf";
import type { Shown } from "./index";
import { readableOf } from "./reading";

const PER_PAGE = 20;

/** Every answer of an entry, with what was asked and how it scored. */
export function Answers(shown: Shown) {
  const { answers: words } = useWords("entry");
  return (
    <section class="stack">
      <h2>{words.title}</h2>
      <Later of={shown.document} rows={12}>
        {(document) => <Chosen {...shown} own={document} />}
      </Later>
    </section>
  );
}

function Chosen({ own, ...shown }: Shown & { own: EntryDocument }) {
  const { answers: words } = useWords("entry");
  const { set } = useAddress();
  const bundles = readableOf(own);
  const reference = bundles.find(({ name }) => name === set) ?? bundles[0];
  if (!reference) return <p class="muted">{words.none}</p>;
  const choices = Object.fromEntries(bundles.map(({ name, item_set }) => [name, words.sets[item_set]]));
  const first = bundles[0]?.name ?? reference.name;
  return (
    <>
      <p class="muted prose">{reference.purged ? <Removed purge={reference.purged} /> : words.lead}</p>
      {bundles.length > 1 && <AddressChoice label={words.set} name="set" first={first} choices={choices} />}
      <Bundle key={reference.bundle} {...shown} reference={reference} />
    </>
  );
}

function Bundle({ reference, context, name }: Shown & { reference: BundleReference }) {
  const { answers: words } = useWords("entry");
  const { publication, benchmark } = context;
  const loaded = useLoaded(() => loadAnswered(publication, reference, benchmark), [reference]);
  return (
    <Later of={loaded} rows={12} title={words.failed}>
      {(answered) => (
        <>
          {answered.responses === null && !reference.purged && <p class="muted">{words.reported}</p>}
          <List answered={answered} benchmark={benchmark} name={name} />
        </>
      )}
    </Later>
  );
}

interface ListProps {
  answered: Answered;
  benchmark: Benchmark;
  name: string;
}

function List({ answered, benchmark, name }: ListProps) {
  const { answers: words } = useWords("entry");
  const { show, q = "", at } = useAddress();
  const wanted: Wanted = chosenOf(show, words.outcomes, "all");
  const listed = useMemo(() => narrowed(answered.made, wanted), [answered, wanted]);
  const { found, progress } = useSearch(answered, listed, q);
  const start = Math.min(Math.max(0, Number(at) || 0), Math.max(0, found.length - 1));
  const first = start - (start % PER_PAGE);
  const page = found.slice(first, first + PER_PAGE);
  const isCode = Object.keys(benchmark.programs ?? {}).length > 0;
  return (
    <div class="stack">
      <div class="row choices-row">
        <AddressChoice label={words.outcome} name="show" first="all" choices={words.outcomes} />
        <label class="field search">
          {words.search}
          <input
            type="search"
            value={q}
            onInput={({ currentTarget }) => change({ q: currentTarget.value || null, at: null })}
          />
        </label>
        <ExportMenu table={() => tableOf(answered, found, name)} />
      </div>
      <p class="muted small" role="status">
        {progress ? words.searching(...progress) : words.shown(first + 1, first + page.length, found.length)}
      </p>
      {page.map((made) => (
        <OneItem key={made.id} made={made} answered={answered} benchmark={benchmark} isCode={isCode} />
      ))}
      {found.length > PER_PAGE && <Pages first={first} total={found.length} />}
    </div>
  );
}

/** The items that a search finds; until it has ended, none of the old ones is taken for one. */
function useSearch(answered: Answered, listed: readonly Made[], query: string) {
  const [state, setState] = useState<{ of: string; ids: ReadonlySet<string> } | null>(null);
  const [progress, setProgress] = useState<[number, number] | null>(null);
  useEffect(() => {
    setProgress(null);
    if (!query) return;
    let isCurrent = true;
    // Who types gets an answer to the last letter.
    const later = setTimeout(() => {
      const tell = (done: number, of: number) => isCurrent && setProgress([done, of]);
      const ended = search(answered, listed, query, tell, () => isCurrent);
      ended
        .then((ids) => isCurrent && setState({ of: query, ids }))
        .catch((error: unknown) => console.error(error))
        .finally(() => isCurrent && setProgress(null));
    }, 200);
    return () => {
      isCurrent = false;
      clearTimeout(later);
    };
  }, [answered, listed, query]);
  const ids = state?.of === query ? state.ids : null;
  const found = query ? listed.filter(({ id }) => ids?.has(id)) : listed;
  return { found, progress };
}

function Pages({ first, total }: { first: number; total: number }) {
  const { answers: words } = useWords("entry");
  const go = (to: number) => {
    change({ at: to || null });
    document.getElementById("panel")?.scrollIntoView();
  };
  return (
    <nav class="row" aria-label={words.pages}>
      <button type="button" class="button" disabled={first === 0} onClick={() => go(first - PER_PAGE)}>
        {words.before}
      </button>
      <button type="button" class="button" disabled={first + PER_PAGE >= total} onClick={() => go(first + PER_PAGE)}>
        {words.after}
      </button>
    </nav>
  );
}

interface OneItemProps {
  made: Made;
  answered: Answered;
  benchmark: Benchmark;
  isCode: boolean;
}

function OneItem({ made, answered, benchmark, isCode }: OneItemProps) {
  const { answers: words } = useWords("entry");
  const { id, outcome } = made;
  const item = useLoaded(() => answered.items.text(id), [answered, id]);
  const { mean = null } = answered.items.of(id) ?? {};
  const share = mean === null ? null : (fixed(mean * 100, 0) ?? "");
  const reading = answered.readings[0];
  const isShare = reading?.best === 1 && reading.worst === 0;
  return (
    <article class="card answer-card" data-item={id}>
      <div class="spread">
        <h3>
          <a href={href({ page: "item", item: id })}>
            <bdi>{id}</bdi>
          </a>
        </h3>
        <div class="row small">
          {share !== null && isShare && <span class="muted">{words.solved(`${share} %`)}</span>}
          {outcome && <OutcomeMark of={outcome} />}
        </div>
      </div>
      <Later of={item} rows={4}>
        {(loaded) => <Sides item={loaded} answered={answered} benchmark={benchmark} isCode={isCode} />}
      </Later>
    </article>
  );
}

function Sides({ item, answered, benchmark, isCode }: Omit<OneItemProps, "made"> & { item: Item }) {
  const pairs = pairsOf(answered, item);
  const hasTrials = answered.hasTrials && pairs.length > 1;
  return (
    <div class="answer-sides">
      <ItemText item={item} titleOf={(facet) => facetTitle(facet, benchmark)} />
      <div>
        {pairs.map(({ score, response, votes }) => (
          <Answer
            key={`${score.trial} ${score.stage}`}
            response={response}
            score={score}
            votes={votes}
            readings={answered.readings}
            hasTrials={hasTrials}
            isCode={isCode}
          />
        ))}
      </div>
    </div>
  );
}

/** What is listed, whole: a row for each trial, with exact scores, and the answers where each item has its own. */
function tableOf({ scores, responses, readings }: Answered, found: readonly Made[], name: string) {
  const listed = found.flatMap(({ id }) =>
    scores.of(id).map((score) => ({
      score,
      response: (responses?.of(id) ?? []).find(
        (one) => (one.trial ?? 0) === score.trial && (one.stage ?? "answer") === score.stage,
      ),
    })),
  );
  // Items that share a prompt have their answers under its id, which stands on their pages alone.
  const hasOutputs = listed.some(({ response }) => response);
  const rows = listed.map(({ score, response }): Cell[] => {
    const values = readings.map(({ metric, denominator }) => {
      const value = score.values[metric] ?? null;
      return value === null ? null : value / denominator;
    });
    const output = response?.output as unknown;
    const said = output === undefined || output === null ? null : textOf(output);
    return [score.item, score.trial, score.stage, score.state, ...values, ...(hasOutputs ? [said] : [])];
  });
  const metrics = readings.map(({ metric }) => metric);
  const columns = ["item", "trial", "stage", "state", ...metrics, ...(hasOutputs ? ["output"] : [])];
  return { name: `${name.replace("/", "-")}-answers`, columns, rows };
}
