import { useMemo } from "preact/hooks";
import { href } from "../../address";
import { count, fixed } from "../../numbers";
import { type DataColumn, DataTable } from "../../parts/DataTable";
import { Icon } from "../../parts/Icon";
import { Later } from "../../parts/Later";
import type { Item } from "../../site/answers";
import { sliceTitle } from "../../site/slices";
import type { EntryDocument } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import { type Answered, loadAnswered } from "./answersOf";
import type { Shown } from "./index";
import { readableOf } from "./reading";
import { metricText, metricTitle } from "./said";
import { firstMetric } from "./slices";
import { type Apart, allItems, hasVerdicts, itemsApart, type WorstSlice, worstSlices } from "./worst";

const MOST_SLICES = 15;
const MOST_ITEMS = 15;

/** Where the entry is weak, and where it differs from the others. */
export function Errors(shown: Shown) {
  const { errors: words } = useWords("entry");
  return (
    <section class="stack">
      <h2>{words.title}</h2>
      <Later of={shown.document} rows={12}>
        {(document) => <Analysis {...shown} own={document} />}
      </Later>
    </section>
  );
}

interface Analysed {
  answered: Answered;
  texts: ReadonlyMap<string, Item> | null;
}

function Analysis({ own, ...shown }: Shown & { own: EntryDocument }) {
  const { errors: words, answers } = useWords("entry");
  const { publication, benchmark } = shown.context;
  const reference = readableOf(own).find(({ item_set }) => item_set === "public");
  const loaded = useLoaded(async (): Promise<Analysed | null> => {
    if (!reference) return null;
    const answered = await loadAnswered(publication, reference, benchmark);
    return { answered, texts: await allItems(answered.items, answered.items.page) };
  }, [own]);
  return (
    <Later of={loaded} rows={12} title={words.failed}>
      {(found) =>
        found ? (
          <>
            <Worst {...shown} own={own} found={found} />
            {hasMeans(found) ? (
              <>
                <ApartTable {...shown} found={found} wanted="wrong" />
                <ApartTable {...shown} found={found} wanted="right" />
                <p class="muted small">{words.metric(metricTitle(benchmark, found.answered.items.metric))}</p>
              </>
            ) : (
              <p class="muted">{words.noMeans}</p>
            )}
          </>
        ) : (
          <p class="muted">{answers.none}</p>
        )
      }
    </Later>
  );
}

/** Points by rank belong to entries as a whole: items have no mean of them. */
const hasMeans = ({ answered: { items } }: Analysed): boolean => items.open.some(({ mean }) => mean !== null);

function Worst({ own, context, name, found }: Shown & { own: EntryDocument; found: Analysed }) {
  const { errors: words, figures } = useWords("entry");
  const { board, benchmark, scale } = context;
  const metric = firstMetric(own, benchmark);
  const isHeadline = metric === board.headline;
  const write = (score: number) => (isHeadline ? scale.public(score) : metricText(benchmark, metric, score));
  const rows = useMemo(() => {
    const { answered, texts } = found;
    const leaf = answered.readings[0]?.metric;
    const rule = leaf ? benchmark.metrics[leaf] : undefined;
    const isPlain = leaf === metric || benchmark.aggregates?.[metric]?.mean?.metric === leaf;
    const [low = 0, high = 1] = (rule?.range ?? []) as readonly number[];
    return worstSlices(own, answered.made, texts, {
      metric,
      isPlain: isPlain && (rule?.trials ?? "mean") === "mean",
      isLowerBetter: rule?.direction === "lower",
      range: [low, high],
      isVerdict: answered.readings[0]?.denominator === 1 && high - low === 1 && !answered.hasTrials,
    });
  }, [own, found, context]);
  const columns: DataColumn<WorstSlice>[] = [
    {
      id: "slice",
      title: words.slice,
      value: ({ slice }) => slice,
      show: ({ slice }) => sliceTitle(slice, benchmark, true),
      isHeading: true,
    },
    {
      id: "n_items",
      title: words.items,
      value: ({ nItems }) => nItems,
      show: ({ nItems }) => count(nItems),
      isNumber: true,
    },
    {
      id: "score",
      title: isHeadline ? `${words.score}${scale.heading}` : metricTitle(benchmark, metric),
      value: ({ score }) => score,
      show: ({ score }) => write(score),
      isNumber: true,
    },
    {
      id: "interval",
      title: words.interval,
      value: ({ interval }) => interval?.map((end) => fixed(end, 6)).join(" ") ?? null,
      order: ({ interval }) => interval?.[1] ?? null,
      show: ({ interval }) => interval && figures.interval(write(interval[0]) ?? "", write(interval[1]) ?? ""),
      isNumber: true,
    },
    {
      id: "below_overall",
      title: words.below,
      value: ({ isBelow }) => isBelow,
      show: ({ isBelow }) =>
        isBelow === null ? null : isBelow ? (
          <span class="verdict-mark loss">
            <Icon name="down" size={12} /> {words.belowYes}
          </span>
        ) : (
          words.belowNo
        ),
    },
  ];
  const hasIntervals = rows.some(({ interval }) => interval !== null);
  return (
    <section class="stack">
      <p class="muted prose small">{hasIntervals ? words.worstLead : words.noInterval}</p>
      <DataTable
        title={words.worst}
        name={`${name.replace("/", "-")}-weakest-slices`}
        rows={rows}
        most={MOST_SLICES}
        keyOf={({ slice }) => slice}
        empty={words.noSlices}
        columns={columns}
      />
    </section>
  );
}

interface ApartProps extends Shown {
  found: Analysed;
  wanted: "right" | "wrong";
}

function ApartTable({ context, name, found: { answered, texts }, wanted }: ApartProps) {
  const { errors: words } = useWords("entry");
  const { scale } = context;
  const rows = useMemo(() => itemsApart(answered, wanted, scale.isLowerBetter), [answered, wanted, scale]);
  const isVerdict = hasVerdicts(answered.made);
  const [title = "", lead = ""] = (isVerdict ? words.verdicts : words.parts)[wanted];
  const written = (value: number) => (scale.isShares ? `${fixed(value * 100, 1)} %` : String(value));
  const columns: DataColumn<Apart>[] = [
    {
      id: "item",
      title: words.item,
      value: ({ id }) => id,
      show: ({ id }) => <a href={href({ page: "item", item: id })}>{id}</a>,
      isHeading: true,
    },
    { id: "mean", title: words.mean, value: ({ mean }) => mean, show: ({ mean }) => written(mean), isNumber: true },
    { id: "own", title: words.own, value: ({ own }) => own, show: ({ own }) => written(own), isNumber: true },
  ];
  if (texts) {
    columns.push({
      id: "text",
      title: words.text,
      value: ({ id }) => beginningOf(texts.get(id)),
      show: ({ id }) => <span class="small">{beginningOf(texts.get(id))}</span>,
    });
  }
  return (
    <section class="stack">
      <p class="muted prose small">{lead}</p>
      <DataTable
        title={title}
        name={`${name.replace("/", "-")}-${wanted === "wrong" ? "failed-here" : "solved-here"}`}
        rows={rows}
        most={MOST_ITEMS}
        keyOf={({ id }) => id}
        empty={words.nothing}
        columns={columns}
      />
    </section>
  );
}

/** As much of a text as fits on a line or two. */
function beginningOf(item: Item | undefined): string {
  const letters = [...(item?.title || item?.prompt || "").slice(0, 400)];
  return letters.length > 160 ? `${letters.slice(0, 160).join("")}…` : letters.join("");
}
