import { Later } from "../../parts/Later";
import { decides, flatOf, type Marked, marked, textOf } from "../../site/configuration";
import { filed } from "../../site/publication";
import type { BoardContext } from "../../site/rows";
import type { BoardRow, EntryDocument } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import { type Line, SideBySide } from "./SideBySide";

interface ConfigurationsProps {
  rows: readonly BoardRow[];
  documents: readonly EntryDocument[];
  context: BoardContext;
}

/** The fields in which configurations differ, parted by whether they decide answers. */
export function Configurations({ rows, documents, context: { publication } }: ConfigurationsProps) {
  const words = useWords("compare");
  const loaded = useLoaded(
    () =>
      Promise.all(
        documents.map(async ({ identity: { document } }) =>
          flatOf(marked(await publication.bytes(filed("configurations", document), document))),
        ),
      ),
    [documents],
  );
  return (
    <Later of={loaded} title={words.configurations}>
      {(flat) => {
        const differing = linesOf(flat);
        const deciding = differing.filter(({ id }) => decides(id));
        const others = differing.filter(({ id }) => !decides(id));
        return (
          <section class="stack">
            <h2>{words.configurations}</h2>
            {deciding.length > 0 ? (
              <SideBySide
                title={words.recipe}
                name="recipes"
                heading={words.field}
                rows={rows}
                lines={deciding}
                isInner
              />
            ) : (
              <p>{words.oneRecipe}</p>
            )}
            {others.length > 0 && (
              <details class="card">
                <summary>{words.otherFields(others.length)}</summary>
                <SideBySide
                  title={words.otherFields(others.length)}
                  name="other-fields"
                  heading={words.field}
                  rows={rows}
                  lines={others}
                  isInner
                />
              </details>
            )}
          </section>
        );
      }}
    </Later>
  );
}

function linesOf(flat: readonly ReadonlyMap<string, Marked>[]): Line[] {
  const paths = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  const differ = paths.filter((path) => new Set(flat.map((one) => JSON.stringify(one.get(path)))).size > 1);
  return differ.map((path) => {
    const values = flat.map((one) => (one.has(path) ? textOf(one.get(path) ?? null) : null));
    const shown = values.map((value) => (value === null ? <span class="muted">–</span> : <pre>{value}</pre>));
    return { id: path, title: <code>{path}</code>, values, shown };
  });
}
