import { count, day } from "../../numbers";
import { Digest } from "../../parts/Copy";
import { type DataColumn, DataTable } from "../../parts/DataTable";
import { save } from "../../parts/exporting";
import { Icon } from "../../parts/Icon";
import { Later } from "../../parts/Later";
import { configurationBytes } from "../../site/answers";
import { differencesOf } from "../../site/configuration";
import { hexOf } from "../../site/fetching";
import { filed } from "../../site/publication";
import type { BundleReference, EntryDocument } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import type { Shown } from "./index";
import { DifferenceTable } from "./Lineage";

/** What an entry was before, and where its documents lie. */
export function History(shown: Shown) {
  const { history: words } = useWords("entry");
  return (
    <section class="stack">
      <h2>{words.title}</h2>
      <Later of={shown.document} rows={4} title={words.failed}>
        {(document) => (
          <>
            <Revisions {...shown} own={document} />
            <Documents {...shown} own={document} />
          </>
        )}
      </Later>
    </section>
  );
}

interface Line {
  /** Null of what it is now. */
  number: number | null;
  date: string | null;
  score: number | null;
  protocol: string | null;
  recipe: string;
  document: string;
  bundles: readonly BundleReference[];
}

function linesOf({ row }: Shown, { identity, history }: EntryDocument): Line[] {
  const before = (history ?? []).map(
    (revision): Line => ({
      number: revision.number,
      date: revision.date,
      score: revision.score,
      protocol: revision.protocol_version,
      recipe: revision.configuration,
      document: revision.document,
      bundles: revision.bundles,
    }),
  );
  const now: Line = {
    number: null,
    date: row.date,
    score: row.public.score,
    protocol: row.protocol_version,
    recipe: row.configuration,
    document: identity.document,
    bundles: identity.bundles,
  };
  return [...before, now];
}

function Revisions({ own, ...shown }: Shown & { own: EntryDocument }) {
  const { history: words } = useWords("entry");
  const lines = linesOf(shown, own);
  const { name } = shown;
  const columns = useColumns(shown);
  if (lines.length < 2) return <p class="muted">{words.none}</p>;
  return (
    <div class="stack" id="history">
      <DataTable<Line>
        title={words.title}
        name={`${name.replace("/", "-")}-history`}
        isTitleHidden
        rows={lines}
        keyOf={({ number }) => String(number)}
        empty={words.none}
        columns={columns}
      />
      <h3>{words.changes}</h3>
      {lines.slice(1).map((after, place) => {
        const before = lines[place];
        return before && <Changes key={String(after.number)} {...shown} before={before} after={after} />;
      })}
    </div>
  );
}

function useColumns({ name, context }: Shown): DataColumn<Line>[] {
  const { history: words, facts, configuration } = useWords("entry");
  const { scale, publication } = context;
  const numberOf = ({ number }: Line) => (number === null ? words.now : String(number));
  const keep = async ({ document, number }: Line) => {
    const raw = await configurationBytes(publication, document);
    const file = number === null ? name.replace("/", "-") : `revision-${number}`;
    save(new Blob([raw], { type: "application/json" }), `${file}.json`);
  };
  return [
    { id: "revision", title: words.revision, value: numberOf, isHeading: true },
    { id: "date", title: words.recorded, value: ({ date }) => day(date) },
    {
      id: "score",
      title: words.score,
      value: ({ score }) => score,
      show: ({ score }) => scale.publicUnit(score),
      isNumber: true,
    },
    { id: "protocol", title: words.protocol, value: ({ protocol }) => protocol },
    {
      id: "recipe",
      title: words.recipe,
      value: ({ recipe }) => recipe,
      show: ({ recipe }) => <Digest of={recipe} label={facts.recipeDigest} />,
    },
    {
      id: "document",
      title: configuration.title,
      value: ({ document }) => document,
      show: (line) => (
        <button
          type="button"
          class="button small"
          aria-label={words.download(numberOf(line))}
          onClick={() => void keep(line)}
        >
          <Icon name="download" size={14} /> JSON
        </button>
      ),
    },
    {
      id: "bundles",
      title: words.itemScores,
      value: ({ bundles }) => bundles.map(({ bundle }) => bundle).join(" "),
      show: ({ bundles }) =>
        bundles
          .filter(({ scores }) => scores)
          .map(({ bundle, name: own }) => (
            <a key={bundle} href={new URL(filed("scores", bundle), publication.base).href}>
              {words.itemScoresOf(own)}
            </a>
          )),
    },
  ];
}

function Changes({ before, after, name, context }: Shown & { before: Line; after: Line }) {
  const { history: words, configuration } = useWords("entry");
  const { publication } = context;
  const found = useLoaded(async () => {
    const both = [before, after].map(({ document }) => configurationBytes(publication, document));
    const [one, other] = await Promise.all(both);
    return one && other ? differencesOf(one, other) : [];
  }, [before.document, after.document]);
  const numbers = [before, after].map(({ number }) => (number === null ? words.now : (count(number) ?? "")));
  const title = words.from(numbers[0] ?? "", numbers[1] ?? "");
  return (
    <Later of={found} rows={1} title={configuration.failed}>
      {(differences) => (
        <DifferenceTable
          title={title}
          name={`${name.replace("/", "-")}-changes-${numbers.join("-")}`}
          rows={differences}
          heads={[words.before, words.after]}
        />
      )}
    </Later>
  );
}

/** The documents that the entry's own one names. */
function Documents({ own: { identity }, name, context }: Shown & { own: EntryDocument }) {
  const { history: words, configuration } = useWords("entry");
  const { publication } = context;
  const at = (path: string) => new URL(path, publication.base).href;
  return (
    <nav class="stack" aria-label={words.documents}>
      <h3>{words.documents}</h3>
      <ul>
        <li>
          <a href={at(`entries/${name}.json`)}>{words.entryDocument}</a>
        </li>
        <li>
          <a href={at(filed("configurations", identity.document))}>{configuration.title}</a>
        </li>
        {identity.bundles
          .filter(({ scores }) => scores)
          .map(({ bundle, name: own, purged }) => [
            <li key={`${bundle} scores`}>
              <a href={at(filed("scores", bundle))}>{words.itemScoresOf(own)}</a>
            </li>,
            <li key={bundle}>
              <a href={at(purged ? filed("purged", bundle) : `bundles/${hexOf(bundle)}/manifest.json`)}>
                {words.manifestOf(own)}
              </a>
            </li>,
          ])}
      </ul>
      {publication.digest && <p class="muted small">{words.checked}</p>}
    </nav>
  );
}
