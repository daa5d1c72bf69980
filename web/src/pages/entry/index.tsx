import "./entry.css";

import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { change } from "../../address";
import { titled } from "../../app";
import type { PageProps } from "../../pages";
import { Failure } from "../../parts/Failure";
import { Gone } from "../../parts/Gone";
import { Later } from "../../parts/Later";
import { Loading } from "../../parts/Loading";
import { Tabs } from "../../parts/Tabs";
import { useSteps } from "../../parts/useSteps";
import { type BoardContext, loadBoard } from "../../site/rows";
import { SHAPES } from "../../site/shapes";
import type { BoardRow, EntryDocument } from "../../site/types";
import { type Loaded, useLoaded } from "../../site/useLoaded";
import { usePageAddress } from "../../usePageAddress";
import { useWords } from "../../words";
import { Head } from "./Head";
import { Overview } from "./Overview";

/** What every part of the page is given. */
export interface Shown {
  context: BoardContext;
  row: BoardRow;
  /** `vendor/config_name` */
  name: string;
  document: Loaded<EntryDocument>;
}

type Part = ComponentType<Shown>;

/** What is first seen is there; the code of the others is fetched by those who open them. */
const PARTS = {
  overview: null,
  slices: async (): Promise<Part> => (await import("./Slices")).Slices,
  answers: async (): Promise<Part> => (await import("./Answers")).Answers,
  errors: async (): Promise<Part> => (await import("./Errors")).Errors,
  configuration: async (): Promise<Part> => (await import("./Configuration")).Configuration,
  programs: async (): Promise<Part> => (await import("./Programs")).Programs,
  history: async (): Promise<Part> => (await import("./History")).History,
  use: async (): Promise<Part> => (await import("./Use")).Use,
} as const;
type PartName = keyof typeof PARTS;
/** Parts that show what they can without the entry's document; the others tell themselves that it is absent. */
const QUIET: ReadonlySet<PartName> = new Set(["overview", "slices", "use"]);

/** One entry: who it is, how it did and against whom, what it answered, and how to check and use it. */
export default function EntryPage({ publication }: PageProps) {
  const { entry: name = "" } = usePageAddress("entry");
  const words = useWords("entry");
  const loaded = useLoaded(async () => {
    const context = await loadBoard(publication);
    return { context, asked: name, row: context.named.get(name) ?? null };
  }, [publication, name]);
  useEffect(() => titled(name, publication.root.title), [name, publication]);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failure error={loaded.error} />;
  // What is loaded says whose page this is: the address may name the next entry already.
  const { context, asked, row } = loaded.value;
  if (row) return <Entry key={asked} name={asked} context={context} row={row} />;
  return (
    <div class="stack">
      <h1 class="title">
        <bdi>{asked || words.noName}</bdi>
      </h1>
      <Gone key={asked} name={asked} context={context} />
    </div>
  );
}

function Entry({ context, row, name }: Omit<Shown, "document">) {
  const words = useWords("entry");
  const { tab } = usePageAddress("entry");
  const { publication, benchmark } = context;
  const document = useLoaded(
    () => publication.load<EntryDocument>(`entries/${name}.json`, SHAPES.entry, row.entry),
    [publication, name],
  );
  const hasPrograms = Object.keys(benchmark.programs ?? {}).length > 0;
  const names = (Object.keys(PARTS) as PartName[]).filter((part) => part !== "programs" || hasPrograms);
  const chosen = names.find((part) => part === tab) ?? "overview";
  const late = PARTS[chosen];
  // What a part of the page asks for stays with that part.
  const choose = (part: string) =>
    change({ tab: part === "overview" ? null : part, q: null, show: null, at: null, set: null, facet: null });
  // On a phone the chosen tab may lie outside of what is seen.
  useEffect(() => {
    const tab = window.document.getElementById(`tab-${chosen}`);
    // The list alone is scrolled: the page must not move.
    tab?.parentElement?.scrollTo({ left: tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2 });
  }, [chosen]);
  const shown: Shown = { context, row, name, document };
  const step = useSteps(2);
  return (
    <div class="stack entry-page">
      <Head {...shown} />
      {document.state === "failed" && QUIET.has(chosen) && (
        <Failure error={document.error} title={words.history.failed} />
      )}
      <Tabs
        label={words.sections}
        tabs={names.map((id) => ({ id, title: words.tabs[id] }))}
        chosen={chosen}
        onchoose={choose}
      >
        {step === 1 && <Loading />}
        {step > 1 && (late ? <LatePart key={chosen} load={late} shown={shown} /> : <Overview {...shown} />)}
      </Tabs>
    </div>
  );
}

function LatePart({ load, shown }: { load: () => Promise<Part>; shown: Shown }) {
  const code = useLoaded(load, [load]);
  return (
    <Later of={code} rows={12}>
      {(Loaded) => <Loaded {...shown} />}
    </Later>
  );
}
