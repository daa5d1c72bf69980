import { useEffect, useState } from "preact/hooks";
import { Digest } from "../../parts/Copy";
import { DataTable } from "../../parts/DataTable";
import { Failure } from "../../parts/Failure";
import { Confirm, useSending } from "../../parts/forms";
import { Icon } from "../../parts/Icon";
import { Instant } from "../../parts/Instant";
import { ask } from "../../service/api";
import { useAsked, useListed } from "../../service/asking";
import type { BenchmarkView, CloseFailure, Draft, PastPublication, Promised } from "../../service/types";
import { useWords } from "../../words";
import { Directory } from "./Directory";
import type { OwnerProps } from "./index";
import { JobProgress } from "./JobProgress";
import { Shown } from "./Shown";

/** `round` grows when something was published or drafted: what stands there is asked for anew, and stays meanwhile. */
interface RoundProps extends OwnerProps {
  round: number;
}

/** Look at what a close would publish, then close. */
export function Publishing(props: OwnerProps) {
  const { publish } = useWords("owner");
  const { service, benchmark } = props;
  const [isSure, setSure] = useState(false);
  const [job, setJob] = useState<Promised | null>(null);
  const [round, setRound] = useState(0);
  const view = useAsked<BenchmarkView>(service, `benchmarks/${benchmark}`);
  const sending = useSending();
  const begin = async (kind: "close" | "draft") =>
    setJob(await ask<Promised>(service, "POST", `benchmarks/${benchmark}/${kind}`));
  const again = () => {
    setRound(round + 1);
    view.again();
  };
  return (
    <>
      <section class="card stack">
        <h2>{publish.close}</h2>
        <p class="prose">{publish.lead}</p>
        <CloseFailed {...props} round={round} />
        <p class="muted">{view.answer ? (view.answer.stale ? publish.stale : publish.notStale) : publish.asking}</p>
        <div class="row">
          <button
            type="button"
            class="button"
            aria-busy={sending.isSending}
            onClick={() => void sending.send(() => begin("draft"))}
          >
            {publish.draft}
          </button>
          <button type="button" class="button main" onClick={() => setSure(true)}>
            {publish.close}
          </button>
          {job && <JobProgress key={job.job} job={job} service={service} onended={again} />}
        </div>
        {sending.error !== null && <Failure error={sending.error} />}
      </section>
      {isSure && (
        <Confirm
          title={publish.close}
          action={publish.close}
          onconfirm={() => begin("close")}
          onclose={() => setSure(false)}
        >
          <p>{publish.closeSure}</p>
        </Confirm>
      )}
      <Drafts {...props} round={round} />
      <Earlier {...props} round={round} />
      {view.answer && <Directory {...props} view={view.answer} onchanged={again} />}
    </>
  );
}

/** Ask again in each later round. */
function useRound(round: number, again: () => void): void {
  useEffect(() => {
    if (round > 0) again();
  }, [round]);
}

function CloseFailed({ service, benchmark, round }: RoundProps) {
  const { publish } = useWords("owner");
  const { answer, again } = useAsked<CloseFailure>(service, `benchmarks/${benchmark}/close-failure`);
  useRound(round, again);
  if (!answer?.reason) return null;
  return (
    <p class="chip bad" role="alert">
      <Icon name="warning" /> <bdi>{publish.failed(answer.reason)}</bdi>
    </p>
  );
}

function Drafts({ service, benchmark, round }: RoundProps) {
  const { publish } = useWords("owner");
  const listed = useListed<Draft>(service, `benchmarks/${benchmark}/drafts`);
  useRound(round, listed.again);
  return (
    <section class="stack">
      <h2>{publish.drafts}</h2>
      <Shown of={listed} empty={publish.draftNone} rows={1}>
        {(items) => (
          <ul class="drafts">
            {items.map(({ digest, created_at: at, address }) => (
              <li key={`${digest} ${at}`}>
                <Instant at={at} /> <a href={new URL(address, service).href}>{publish.open}</a>
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </section>
  );
}

function Earlier({ service, benchmark, round }: RoundProps) {
  const { publish } = useWords("owner");
  const listed = useListed<PastPublication>(service, "publications", { benchmark, limit: 20 });
  useRound(round, listed.again);
  return (
    <Shown of={listed} empty={publish.never}>
      {(items) => (
        <DataTable
          title={publish.earlier}
          name="publications"
          rows={items}
          keyOf={({ digest, at }) => `${digest} ${at}`}
          empty=""
          columns={[
            {
              id: "at",
              title: publish.at,
              isHeading: true,
              value: ({ at }) => at,
              show: ({ at, address }) => (
                <a href={new URL(address, service).href}>
                  <Instant at={at} />
                </a>
              ),
            },
            {
              id: "kind",
              title: publish.kind,
              value: ({ kind }) => (kind === "append" ? publish.append : publish.closed),
            },
            {
              id: "digest",
              title: publish.digest,
              value: ({ digest }) => digest,
              show: ({ digest }) => <Digest of={digest} label={publish.copyDigest} />,
            },
          ]}
        />
      )}
    </Shown>
  );
}
