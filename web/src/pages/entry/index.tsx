import "./entry.css";

import { useEffect } from "preact/hooks";
import { change } from "../../address";
import { titled } from "../../app";
import type { PageProps } from "../../pages";
import { Failure } from "../../parts/Failure";
import { Loading } from "../../parts/Loading";
import { Tabs } from "../../parts/Tabs";
import { ask, ServiceError } from "../../service/api";
import { useService } from "../../service/context";
import { nameOf } from "../../site/names";
import { type BoardContext, loadBoard, rowNamed } from "../../site/rows";
import { SHAPES } from "../../site/shapes";
import type { BoardRow, EntryDocument } from "../../site/types";
import { type Loaded, useLoaded } from "../../site/useLoaded";
import { usePageAddress } from "../../usePageAddress";
import { useWords } from "../../words";
import { Answers } from "./Answers";
import { Configuration } from "./Configuration";
import { Errors } from "./Errors";
import { Head } from "./Head";
import { History } from "./History";
import { Overview } from "./Overview";
import { Programs } from "./Programs";
import { Slices } from "./Slices";
import { Use } from "./Use";

/** What every part of the page is given. */
export interface Shown {
  context: BoardContext;
  row: BoardRow;
  /** `vendor/config_name` */
  name: string;
  document: Loaded<EntryDocument>;
}

const PARTS = {
  overview: Overview,
  slices: Slices,
  answers: Answers,
  errors: Errors,
  configuration: Configuration,
  programs: Programs,
  history: History,
  use: Use,
} as const;
type PartName = keyof typeof PARTS;
/** Parts that show what they can without the entry's document; the others tell themselves that it is absent. */
const QUIET: ReadonlySet<PartName> = new Set(["overview", "slices", "use"]);

/** One entry: who it is, how it did and against whom, what it answered, and how to check and use it. */
export default function EntryPage({ publication }: PageProps) {
  const { entry: name = "" } = usePageAddress("entry");
  const words = useWords("entry");
  const service = useService();
  const loaded = useLoaded(async () => {
    const context = await loadBoard(publication);
    if (!context.named.has(name)) await refuseWithdrawn(service, name, publication.root.benchmark);
    return { context, row: rowNamed(context, name) };
  }, [publication, name]);
  useEffect(() => titled(name, publication.root.title), [name, publication]);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") {
    const isGone = loaded.error instanceof ServiceError;
    return <Failure error={loaded.error} {...(isGone ? { title: words.withdrawn } : {})} />;
  }
  // What is loaded says whose page this is: the address may name the next entry already.
  const shown = nameOf(loaded.value.row);
  return <Entry key={shown} name={shown} {...loaded.value} />;
}

/** A live service says why an entry is gone; whatever else it answers, the board is right that there is none. */
async function refuseWithdrawn(service: URL | null, name: string, benchmark: string): Promise<void> {
  const [vendor = "", config = ""] = name.split("/").map(encodeURIComponent);
  if (service === null || !vendor || !config) return;
  try {
    await ask(service, "GET", `entries/${vendor}/${config}`, { parameters: { benchmark } });
  } catch (error) {
    if (error instanceof ServiceError && error.status === 410) throw error;
  }
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
  const Part = PARTS[chosen];
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
        <Part {...shown} />
      </Tabs>
    </div>
  );
}
