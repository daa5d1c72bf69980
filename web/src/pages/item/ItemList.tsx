import { useEffect, useMemo, useState } from "preact/hooks";
import { change, href, useAddress } from "../../address";
import { titled } from "../../app";
import { count } from "../../numbers";
import { type DataColumn, DataTable } from "../../parts/DataTable";
import { Later } from "../../parts/Later";
import type { Item, ItemCount, Items } from "../../site/answers";
import type { BoardContext } from "../../site/rows";
import { facetTitle } from "../../site/slices";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";

const SHOWN = 200;
const BEGINNING = 160;

interface Listed extends ItemCount {
  item: Item | null;
}

interface ItemListProps {
  context: BoardContext;
  items: Items;
}

/** Every public item with its difficulty; texts come page by page. */
export function ItemList({ context, items }: ItemListProps) {
  const words = useWords("item");
  useEffect(() => titled(words.title, context.board.title), [words, context]);
  const texts = useLoaded(() => textsOf(items), [items]);
  return (
    <div class="stack">
      <h1>{words.title}</h1>
      <p class="muted prose">{words.lead}</p>
      <Later of={texts} rows={12}>
        {(found) => <Searched context={context} items={items} texts={found} />}
      </Later>
    </div>
  );
}

async function textsOf(items: Items): Promise<ReadonlyMap<string, Item>> {
  const numbers = [...new Set(items.open.map(({ page }) => page))];
  const pages = await Promise.all(numbers.map((number) => items.page(number)));
  return new Map(pages.flat().map((item) => [item.id, item]));
}

function Searched({ context, items, texts }: ItemListProps & { texts: ReadonlyMap<string, Item> }) {
  const words = useWords("item");
  const address = useAddress();
  const [most, setMost] = useState(SHOWN);
  const facets = Object.keys(context.benchmark.facets ?? {});
  // A facet may be called like a key of the address.
  const keyOf = (facet: string) => `in.${facet}`;
  const { q = "" } = address;
  const chosen = facets
    .filter((facet) => address[keyOf(facet)])
    .map((facet) => [facet, address[keyOf(facet)] ?? ""] as const);
  const key = JSON.stringify([q, chosen]);
  const found = useMemo(() => {
    const wanted = q.toLowerCase();
    const rows = items.open.map((one): Listed => ({ ...one, item: texts.get(one.id) ?? null }));
    return rows.filter(
      ({ id, item }) =>
        (!wanted || `${id}\n${item?.title ?? ""}\n${item?.prompt ?? ""}`.toLowerCase().includes(wanted)) &&
        chosen.every(([facet, value]) => item?.facets?.[facet] === value),
    );
  }, [key, items, texts]);
  return (
    <>
      <div class="row">
        <label class="field search">
          {words.search}
          <input type="search" value={q} onInput={(event) => change({ q: event.currentTarget.value })} />
        </label>
        {facets.map((facet) => (
          <label key={facet} class="field">
            {facetTitle(facet, context.benchmark)}
            <select
              value={address[keyOf(facet)] ?? ""}
              onChange={(event) => change({ [keyOf(facet)]: event.currentTarget.value })}
            >
              <option value="">{words.all}</option>
              {context.benchmark.facets?.[facet]?.values?.map((value) => (
                <option key={value} value={value}>
                  {value}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      <p class="muted" role="status">
        {words.shown(count(found.length) ?? "", count(items.open.length) ?? "")}
      </p>
      <DataTable
        title={words.title}
        isTitleHidden
        name="items"
        columns={columnsOf(words, context)}
        rows={found.slice(0, most)}
        keyOf={({ id }) => id}
        empty={words.empty}
      />
      {found.length > most && (
        <button type="button" class="button" onClick={() => setMost(most + 5 * SHOWN)}>
          {words.more(count(Math.min(5 * SHOWN, found.length - most)) ?? "")}
        </button>
      )}
    </>
  );
}

function columnsOf(words: ReturnType<typeof useWords<"item">>, { scale }: BoardContext): DataColumn<Listed>[] {
  return [
    {
      id: "id",
      title: words.id,
      isHeading: true,
      value: ({ id }) => id,
      show: ({ id }) => <a href={href({ page: "item", item: id })}>{id}</a>,
    },
    {
      id: "text",
      title: words.text,
      value: ({ item }) => item?.prompt ?? item?.title ?? null,
      show: ({ item }) => <span class="beginning">{(item?.title ?? item?.prompt ?? "").slice(0, BEGINNING)}</span>,
    },
    {
      id: "mean",
      title: words.mean,
      note: words.meanNote,
      isNumber: true,
      value: ({ mean }) => mean,
      show: ({ mean }) => scale.publicUnit(mean),
    },
    { id: "n_scored", title: words.scored, isNumber: true, value: ({ n_scored }) => n_scored },
  ];
}
