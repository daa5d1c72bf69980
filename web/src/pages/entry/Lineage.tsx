import { Digest } from "../../parts/Copy";
import { DataTable } from "../../parts/DataTable";
import { EntryName, nameOf } from "../../parts/EntryName";
import { Later } from "../../parts/Later";
import { configurationBytes } from "../../site/answers";
import { type Difference, differencesOf } from "../../site/configuration";
import type { BoardContext } from "../../site/rows";
import { SHAPES } from "../../site/shapes";
import type { BoardRow, EntryDocument } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import type { Shown } from "./index";
import { type Branch, childrenOf, keyOf, parentOf, treeOf } from "./lineage";

/** Where an entry comes from, what came of it, and what makes it another one than its parent. */
export function Lineage(shown: Shown) {
  const { lineage: words, facts } = useWords("entry");
  const { row, context } = shown;
  const parent = parentOf(row, context);
  const children = childrenOf(row, context);
  const tree = treeOf(row, context);
  return (
    <section class="stack lineage">
      <h2>{words.title}</h2>
      <div class="grid">
        <div>
          <h3>{words.parent}</h3>
          {parent === null && <p class="muted">{words.noParent}</p>}
          {parent?.row === null && (
            <p id="parent">
              <bdi>{words.absent(parent.named)}</bdi>
            </p>
          )}
          {parent?.row && (
            <p id="parent">
              <EntryName of={parent.row} />
              {parent.otherRecipe && (
                <span class="muted">
                  {" "}
                  {words.otherRecipe}
                  <Digest of={parent.otherRecipe} label={facts.recipeDigest} />
                </span>
              )}
            </p>
          )}
        </div>
        <div>
          <h3>{words.children}</h3>
          {children.length === 0 ? (
            <p class="muted">{words.noChildren}</p>
          ) : (
            <ul id="children">
              {children.map((child) => (
                <li key={`${nameOf(child)} ${child.protocol_version}`}>
                  <EntryName of={child} /> {child.title && <bdi class="muted">{child.title}</bdi>}
                </li>
              ))}
            </ul>
          )}
        </div>
        {tree.children.length > 0 && (
          <div>
            <h3>{words.tree}</h3>
            <ul class="tree">
              <TreeBranch branch={tree} row={row} context={context} />
            </ul>
          </div>
        )}
      </div>
      {parent?.row && !parent.otherRecipe && <Differences {...shown} parent={parent.row} />}
    </section>
  );
}

function TreeBranch({ branch, row, context }: { branch: Branch; row: BoardRow; context: BoardContext }) {
  const { lineage: words } = useWords("entry");
  const isThis = branch.row === row;
  return (
    <li>
      <span aria-current={isThis ? "true" : undefined}>
        <EntryName of={branch.row} />
      </span>{" "}
      <span class="muted small">
        {context.scale.publicUnit(branch.row.public.score)}
        {isThis && ` · ${words.this}`}
      </span>
      {branch.children.length > 0 && (
        <ul>
          {branch.children.map((child) => (
            <TreeBranch key={keyOf(child)} branch={child} row={row} context={context} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Differences({ row, document, name, context, parent }: Shown & { parent: BoardRow }) {
  const { lineage: words } = useWords("entry");
  const { publication } = context;
  const found = useLoaded(async () => {
    const above = await publication.load<EntryDocument>(`entries/${nameOf(parent)}.json`, SHAPES.entry, parent.entry);
    const own =
      document.value ?? (await publication.load<EntryDocument>(`entries/${name}.json`, SHAPES.entry, row.entry));
    const [before, after] = await Promise.all(
      [above, own].map(({ identity }) => configurationBytes(publication, identity.document)),
    );
    return before && after ? differencesOf(before, after) : [];
  }, [row, parent, document.value]);
  return (
    <Later of={found} rows={4} title={words.failed}>
      {(differences) => (
        <>
          {differences.every(({ isDeciding }) => !isDeciding) && <p>{words.sameRecipe}</p>}
          <DifferenceTable
            title={words.differences}
            name={`${name.replace("/", "-")}-differences`}
            rows={differences}
            heads={[words.before, words.after]}
          />
        </>
      )}
    </Later>
  );
}

interface DifferenceTableProps {
  title: string;
  name: string;
  rows: readonly Difference[];
  heads: readonly [string, string];
}

/** Fields in which two configurations differ, each as both have it. */
export function DifferenceTable({ title, name, rows, heads }: DifferenceTableProps) {
  const { lineage: words } = useWords("entry");
  const shown = (value: string | null) =>
    value === null ? <span class="muted">{words.absentField}</span> : <pre class="changed">{value}</pre>;
  return (
    <DataTable<Difference>
      title={title}
      name={name}
      rows={rows}
      keyOf={({ path }) => path}
      empty={words.sameRecipe}
      columns={[
        {
          id: "field",
          title: words.field,
          value: ({ path }) => path,
          show: ({ path }) => <code>{path}</code>,
          isHeading: true,
        },
        { id: "before", title: heads[0], value: ({ before }) => before, show: ({ before }) => shown(before) },
        { id: "after", title: heads[1], value: ({ after }) => after, show: ({ after }) => shown(after) },
        {
          id: "decides",
          title: words.effect,
          value: ({ isDeciding }) => isDeciding,
          show: ({ isDeciding }) => (isDeciding ? words.deciding : words.decidesNot),
        },
      ]}
    />
  );
}
