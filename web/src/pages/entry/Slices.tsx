import type { ComponentChildren } from "preact";
import { change, useAddress } from "../../address";
import { count } from "../../numbers";
import { AddressChoice, chosenOf } from "../../parts/AddressChoice";
import { type DataColumn, DataTable } from "../../parts/DataTable";
import { nameOf } from "../../parts/EntryName";
import { Icon } from "../../parts/Icon";
import { Later } from "../../parts/Later";
import type { BoardContext } from "../../site/rows";
import { facetTitle, sliceTitle } from "../../site/slices";
import type { EntryDocument } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import { PairBar } from "./Bar";
import type { Shown } from "./index";
import { ends, metricText, metricTitle, pointsOf, type Words } from "./said";
import {
  type Compared,
  firstMetric,
  loadCompared,
  OVERALL,
  orderOf,
  type SliceRow,
  sliceRows,
  vendorPath,
} from "./slices";

const MOST_SLICES = 60;
const FEWEST_ITEMS = 50;

/** Scores by slice; the vendor's document and the default's are fetched now. */
export function Slices(shown: Shown) {
  const { slices: words } = useWords("entry");
  const compared = useLoaded(() => loadCompared(shown.row, shown.context), [shown.row]);
  const { document } = shown;
  if (document.state === "failed") return null;
  return (
    <section class="stack" id="slices">
      <h2>{words.title}</h2>
      <Later of={compared} rows={12} title={words.failed}>
        {(found) => (
          <Later of={document} rows={12}>
            {(own) => <Found {...shown} own={own} compared={found} />}
          </Later>
        )}
      </Later>
    </section>
  );
}

interface FoundProps extends Shown {
  own: EntryDocument;
  compared: Compared;
}

function Found({ own, compared, ...shown }: FoundProps) {
  const { slices: words } = useWords("entry");
  const all = useWords("entry");
  const address = useAddress();
  const { row, context, name } = shown;
  const { benchmark, board } = context;
  const names = Object.keys(own.scores ?? {});
  const metrics = Object.fromEntries(names.map((metric) => [metric, metricTitle(benchmark, metric)]));
  const first = firstMetric(own, benchmark);
  const metric = chosenOf(address.metric, metrics, first);
  const isHeadline = metric === board.headline;
  const rows = sliceRows(own, compared, metric, isHeadline);
  const facets = [...new Set(rows.map(({ facet }) => facet).filter(Boolean))];
  const chosen = facets.find((facet) => facet === address.facet) ?? null;
  const listed = chosen === null ? rows : rows.filter(({ facet }) => facet === chosen);
  return (
    <div class="stack">
      {isHeadline ? <Introduction {...shown} compared={compared} /> : <p class="muted">{words.headlineOnly}</p>}
      <div class="row choices-row">
        {names.length > 1 && <AddressChoice label={words.metric} name="metric" first={first} choices={metrics} />}
        {facets.length > 1 && (
          <label class="field">
            {words.facet}
            <select
              value={chosen ?? ""}
              onChange={({ currentTarget }) => change({ facet: currentTarget.value || null })}
            >
              <option value="">{words.allFacets}</option>
              {facets.map((facet) => (
                <option key={facet} value={facet}>
                  {facetTitle(facet, benchmark)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <DataTable<SliceRow>
        title={words.title}
        name={`${name.replace("/", "-")}-slices`}
        isTitleHidden
        most={MOST_SLICES}
        rows={listed}
        keyOf={({ slice }) => slice}
        empty={words.none}
        columns={columnsOf(context, all, metric, rows)}
      />
      {compared.vendor && compared.found && !compared.found.reason && (
        <details>
          <summary>{words.how}</summary>
          <p class="small muted prose">
            {words.method(
              compared.vendor.method,
              count(compared.vendor.n_hypotheses) ?? "",
              count(compared.vendor.resamples) ?? "",
            )}
          </p>
        </details>
      )}
      {row.pending && <p class="muted">{all.waitsMeaning}</p>}
    </div>
  );
}

function Introduction({ row, context, compared: { found } }: Shown & { compared: Compared }) {
  const words = useWords("entry");
  const said = words.slices;
  const than = context.defaultOf(row);
  if (than === row) return <p>{said.isDefault}</p>;
  if (!found) return <p>{said.notPublished(vendorPath(row))}</p>;
  if (found.reason) return <p>{said.because(found.reason)}</p>;
  const { overall } = found;
  if (!overall) return null;
  const { scale } = context;
  const interval = ends(overall.interval);
  const range = interval ? said.range(scale.signed(interval[0]) ?? "", scale.signed(interval[1]) ?? "") : "";
  const difference = pointsOf(overall.difference, context, words) ?? "";
  return (
    <p>
      {said.overall(count(overall.n_items) ?? "", difference, than ? nameOf(than) : words.target.its, range)}
      {overall.only_entry !== null && said.alone(count(overall.only_entry) ?? "", count(overall.only_default) ?? "")}
    </p>
  );
}

function columnsOf(
  context: BoardContext,
  words: Words,
  metric: string,
  rows: readonly SliceRow[],
): DataColumn<SliceRow>[] {
  const { scale, benchmark, board } = context;
  const said = words.slices;
  const isHeadline = metric === board.headline;
  const write = (score: number | null) => (isHeadline ? scale.public(score) : metricText(benchmark, metric, score));
  const heading = isHeadline ? scale.heading : "";
  const hasThan = rows.some(({ than }) => than !== null);
  const hasTested = rows.some(({ tested }) => tested !== null);
  const number = (
    id: string,
    title: string,
    value: (row: SliceRow) => number | null,
    show: (row: SliceRow) => ComponentChildren,
  ): DataColumn<SliceRow> => ({ id, title, value, show, isNumber: true });
  const first: DataColumn<SliceRow>[] = [
    {
      id: "slice",
      title: said.slice,
      value: ({ slice }) => slice,
      show: ({ slice }) => (slice === OVERALL ? said.all : sliceTitle(slice, benchmark, true)),
      isHeading: true,
    },
    number(
      "n_items",
      said.items,
      (row) => row.nItems,
      (row) => count(row.nItems),
    ),
    number(
      "own",
      `${said.own}${heading}`,
      (row) => row.own,
      (row) => write(row.own),
    ),
  ];
  if (hasThan)
    first.push(
      number(
        "default",
        `${said.than}${heading}`,
        (row) => row.than,
        (row) => write(row.than),
      ),
    );
  if (scale.isShares && isHeadline) {
    first.push({
      id: "bars",
      title: hasThan ? said.bars : said.own,
      isDrawing: true,
      value: ({ own }) => own,
      show: ({ own, than }) => <PairBar own={own} than={than} context={context} />,
    });
  }
  return hasTested ? [...first, ...testedColumns(context, words, number)] : first;
}

type MakeNumber = (
  id: string,
  title: string,
  value: (row: SliceRow) => number | null,
  show: (row: SliceRow) => ComponentChildren,
) => DataColumn<SliceRow>;

function testedColumns(context: BoardContext, words: Words, number: MakeNumber): DataColumn<SliceRow>[] {
  const { scale, benchmark } = context;
  const said = words.slices;
  const fewest = benchmark.policies?.win_region_items ?? FEWEST_ITEMS;
  const bound = ({ tested }: SliceRow) => {
    const written = scale.signed(tested?.lower_bound);
    // Where only the step-down rejects, a difference is known to be above 0 and nothing more.
    return written !== null && tested?.verdict === "win" && !/[1-9]/.test(written) ? words.wins.aboveZero : written;
  };
  const titled = (title: string) => (scale.isShares ? words.figures.inPoints(title) : title);
  return [
    number(
      "difference",
      titled(said.difference),
      ({ tested }) => tested?.difference ?? null,
      ({ tested }) => scale.signed(tested?.difference),
    ),
    {
      ...number("lower_bound", titled(said.bound), ({ tested }) => tested?.lower_bound ?? null, bound),
      note: said.boundNote,
    },
    {
      id: "verdict",
      title: said.verdict,
      value: ({ tested }) => tested?.verdict ?? null,
      order: orderOf,
      show: (row) => <VerdictCell row={row} fewest={fewest} />,
    },
    {
      id: "held_out",
      title: said.heldOut,
      note: said.heldOutNote,
      value: ({ tested }) => tested?.held_out ?? null,
      show: ({ tested }) => (tested?.held_out ? words.verdicts[tested.held_out] : null),
    },
  ];
}

const ICONS = { win: "up", loss: "down", "no evidence": "minus" } as const;

function VerdictCell({ row: { tested, slice, nItems }, fewest }: { row: SliceRow; fewest: number }) {
  const words = useWords("entry");
  if (!tested) {
    const few = nItems !== null && nItems < fewest ? words.slices.tooFew : words.slices.untested;
    return <span class="muted">{slice === OVERALL ? words.slices.above : few}</span>;
  }
  return (
    <span class={`verdict-mark ${tested.verdict}`}>
      <Icon name={ICONS[tested.verdict]} size={12} />
      {words.verdicts[tested.verdict]}
      {tested.state && `, ${words.verdictStates[tested.state]}`}
    </span>
  );
}
