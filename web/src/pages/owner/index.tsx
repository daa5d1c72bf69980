import "./owner.css";

import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { change, useAddress } from "../../address";
import { titled } from "../../app";
import type { PageProps } from "../../pages";
import { Failure } from "../../parts/Failure";
import { Later } from "../../parts/Later";
import { Loading } from "../../parts/Loading";
import { Tabs } from "../../parts/Tabs";
import { ServiceError } from "../../service/api";
import { useAsked } from "../../service/asking";
import { Gate } from "../../service/Gate";
import type { Page_Waiting_ } from "../../service/types";
import type { Publication } from "../../site/publication";
import { useLoaded } from "../../site/useLoaded";
import { type AllWords, useWords } from "../../words";
import { Audits } from "./Audits";
import { BoardsToRun } from "./BoardsToRun";
import { Entries } from "./Entries";
import { Publishing } from "./Publishing";
import { Review } from "./Review";
import { Schedules } from "./Schedules";
import { Settings } from "./Settings";
import { Spend } from "./Spend";

/** What every part of the owner's page works on. */
export interface OwnerProps {
  service: URL;
  benchmark: string;
}

type TabName = keyof AllWords["owner"]["tabs"];

const PARTS: Readonly<Record<TabName, ComponentType<OwnerProps>>> = {
  review: Review,
  audits: Audits,
  publish: Publishing,
  entries: Entries,
  limits: Settings,
  schedules: Schedules,
  spend: Spend,
};

/** Where those who run a board do it. */
export default function OwnerPage({ publication }: Partial<PageProps>) {
  const words = useWords("owner");
  useEffect(() => titled(words.title, publication?.root.title ?? null), [words, publication]);
  return (
    <div class="stack owner">
      <h1>{words.title}</h1>
      <Gate purpose="other">
        {(me, service) =>
          publication ? (
            <OwnBoard service={service} publication={publication} />
          ) : (
            <BoardsToRun me={me} service={service} />
          )
        }
      </Gate>
    </div>
  );
}

function OwnBoard({ service, publication }: { service: URL; publication: Publication }) {
  const benchmark = useLoaded(async () => (await publication.benchmark()).benchmark.id, [publication]);
  return <Later of={benchmark}>{(id) => <Allowed service={service} benchmark={id} />}</Later>;
}

/** The service knows who runs a board: whoever may not read its queue may do nothing here. */
function Allowed(props: OwnerProps) {
  const words = useWords("owner");
  const { tab = "review" } = useAddress();
  const asked = useAsked<Page_Waiting_>(props.service, "review", { benchmark: props.benchmark, limit: 1 });
  if (asked.error instanceof ServiceError && asked.error.status === 403) return <p class="card">{words.notYours}</p>;
  if (asked.error !== null) return <Failure error={asked.error} onretry={asked.again} />;
  if (asked.answer === null) return <Loading rows={4} />;
  const chosen = (Object.hasOwn(PARTS, tab) ? tab : "review") as TabName;
  const Part = PARTS[chosen];
  const tabs = Object.entries(words.tabs).map(([id, title]) => ({ id, title }));
  return (
    <>
      <p class="muted prose">{words.lead}</p>
      <Tabs label={words.title} tabs={tabs} chosen={chosen} onchoose={(id) => change({ tab: id })}>
        <div class="stack">
          <Part {...props} />
        </div>
      </Tabs>
    </>
  );
}
