import { href } from "../../address";
import { count, day } from "../../numbers";
import { type DataColumn, DataTable } from "../../parts/DataTable";
import { Later } from "../../parts/Later";
import { useService } from "../../service/context";
import { leavesOf, logPages } from "../../site/log";
import type { Publication } from "../../site/publication";
import type { BoardContext } from "../../site/rows";
import type { Leaf } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { type AllWords, useWords } from "../../words";

const SHOWN = 300;

interface Numbered extends Leaf {
  index: number;
}

/** What changed on the board and why: the leaves of its log. */
export function Feed({ context: { publication, board } }: { context: BoardContext }) {
  const words = useWords("about");
  const service = useService();
  const loaded = useLoaded(() => latestLeaves(publication), [publication]);
  return (
    <section class="stack" id="changes">
      <div class="spread">
        <h2>{words.feed}</h2>
        {service && <a href={new URL(`changes.atom?benchmark=${board.benchmark}`, service).href}>{words.feedAtom}</a>}
      </div>
      <Later of={loaded}>
        {({ leaves, size }) =>
          size === 0 ? (
            <p class="muted">{words.feedNone}</p>
          ) : (
            <>
              <p class="muted">{words.feedLead(count(leaves.length) ?? "", count(size) ?? "")}</p>
              <DataTable
                title={words.feed}
                isTitleHidden
                name="changes"
                columns={leafColumns(words)}
                rows={leaves}
                keyOf={({ index }) => String(index)}
                empty={words.feedNone}
              />
            </>
          )
        }
      </Later>
    </section>
  );
}

interface Latest {
  leaves: readonly Numbered[];
  size: number;
}

/** Read the last pages of the log, as many as hold what is shown. */
async function latestLeaves(publication: Publication): Promise<Latest> {
  const pages = logPages(publication);
  const read = await Promise.all(pages.slice(-2).map((file) => leavesOf(publication, file)));
  // All pages but the last are full.
  const before = Math.max(0, pages.length - read.length) * (read.length > 1 ? (read[0]?.length ?? 0) : 0);
  const numbered = read.flat().map((leaf, place) => ({ ...leaf, index: before + place }));
  return { leaves: numbered.slice(-SHOWN).reverse(), size: before + numbered.length };
}

function leafColumns(words: AllWords["about"]): DataColumn<Numbered>[] {
  return [
    { id: "index", title: "#", isNumber: true, value: ({ index }) => index },
    {
      id: "date",
      title: words.leaf.date,
      value: ({ date }) => date,
      show: ({ date }) => <span class="when">{day(date)}</span>,
    },
    { id: "kind", title: words.leaf.kind, isHeading: true, value: ({ kind }) => words.kinds[kind] ?? kind },
    {
      id: "entry",
      title: words.leaf.entry,
      value: ({ entry, submission }) => entry ?? submission ?? null,
      show: ({ entry, submission }) => (entry ? <a href={href({ page: "entry", entry })}>{entry}</a> : submission),
    },
    { id: "reason", title: words.leaf.reason, value: ({ reason, outcome }) => reason ?? outcome ?? null },
  ];
}
