import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../../announce";
import { commandOf, siteOf } from "../../commands";
import { count, minute } from "../../numbers";
import { Command } from "../../parts/Copy";
import { DataTable } from "../../parts/DataTable";
import { Failure } from "../../parts/Failure";
import { Icon } from "../../parts/Icon";
import { useSending } from "../../parts/sending";
import { ask, ServiceError } from "../../service/api";
import { useListed } from "../../service/asking";
import { useService } from "../../service/context";
import { listen } from "../../service/events";
import { signInAddress } from "../../service/session";
import type { RerunView } from "../../service/types";
import { type AllWords, useWords } from "../../words";
import type { Shown } from "./index";
import { repositoryOf, requestAddress } from "./workflow";

type Words = AllWords["rerun"];

const LOOK_AGAIN_MILLISECONDS = 3000;

/** Run the entry again: by a worker of the service, by the repository, or with a command. */
export function Rerun(shown: Shown) {
  const words = useWords("rerun");
  const service = useService();
  return (
    <section class="card stack" id="run-again">
      <h2>{words.title}</h2>
      {service ? <Live {...shown} service={service} /> : <Static {...shown} />}
    </section>
  );
}

function Static({ name, row, context }: Shown) {
  const words = useWords("rerun");
  const { configuration } = useWords("entry");
  const { publication, benchmark } = context;
  const command = commandOf("rerun", siteOf(publication), name);
  const repository = repositoryOf(benchmark, new URL(document.baseURI));
  const asked = {
    entry: name,
    publication: publication.digest,
    bundle: `sha256:${row.run.recorded_bundle_sha256}`,
    command,
  };
  return (
    <>
      <p class="muted prose">{words.static}</p>
      {repository && (
        <>
          <p class="muted prose">{words.workflowLead(`${repository.host}/${repository.name}`)}</p>
          <p class="no-print">
            <a class="button" href={requestAddress(repository, asked)} rel="external noreferrer">
              <Icon name="external" size={14} /> {words.workflow}
            </a>
          </p>
        </>
      )}
      <p>{words.command}</p>
      <Command text={command} label={configuration.copyCommand} />
    </>
  );
}

function Live({ name, context, service }: Shown & { service: URL }) {
  const words = useWords("rerun");
  const { benchmark } = context.publication.root;
  const sending = useSending();
  const earlier = useListed<RerunView>(service, "reruns", { benchmark, entry: name, limit: 10 });
  const [own, setOwn] = useState<RerunView | null>(null);
  // Who comes back, or comes by while somebody else's runs, sees how that goes on.
  const run = own ?? earlier.items?.find((one) => !isEnded(one)) ?? null;
  const latest = useRef(earlier);
  latest.current = earlier;
  const changed = useCallback((found: RerunView) => {
    setOwn(found);
    if (isEnded(found)) latest.current.again();
  }, []);
  useProgress(service, run, changed);
  const queue = () =>
    sending.send(async () => {
      const path = `entries/${name.split("/").map(encodeURIComponent).join("/")}/rerun`;
      setOwn(await ask<RerunView>(service, "POST", path, { parameters: { benchmark } }));
      announce(words.queued);
    });
  const isStranger = sending.error instanceof ServiceError && sending.error.status === 401;
  return (
    <>
      <p class="muted prose">{words.live}</p>
      <div class="row no-print">
        <button type="button" class="button main" disabled={sending.isSending} onClick={() => void queue()}>
          <Icon name="play" size={14} /> {sending.isSending ? words.busy : words.button}
        </button>
        {isStranger && (
          <a class="button" href={signInAddress(service)}>
            {words.signIn}
          </a>
        )}
      </div>
      {sending.error !== null && <Failure error={sending.error} title={words.refused} />}
      {run && <Progress run={run} />}
      <Earlier listed={earlier} name={name} />
    </>
  );
}

const isEnded = ({ state }: RerunView): boolean => state === "done" || state === "failed";

/** Follow a run until it ends: by the events of the service, and by looking where none arrive. */
function useProgress(service: URL, own: RerunView | null, changed: (found: RerunView) => void): void {
  const id = own && !isEnded(own) ? own.id : null;
  useEffect(() => {
    if (id === null) return;
    let isCurrent = true;
    const look = () =>
      ask<RerunView>(service, "GET", `reruns/${encodeURIComponent(id)}`).then(
        (found) => isCurrent && changed(found),
        () => undefined,
      );
    const timer = setInterval(() => void look(), LOOK_AGAIN_MILLISECONDS);
    const stop = listen(service, ["rerun"], () => void look());
    return () => {
      isCurrent = false;
      clearInterval(timer);
      stop();
    };
  }, [service, id, changed]);
}

function useSaid() {
  const words = useWords("rerun");
  return {
    state: ({ state }: RerunView) => words.states[state as keyof typeof words.states] ?? state,
    verdict: ({ verdict }: RerunView) =>
      verdict === null ? null : (words.verdicts[verdict as keyof typeof words.verdicts] ?? verdict),
  };
}

function Progress({ run }: { run: RerunView }) {
  const words = useWords("rerun");
  const said = useSaid();
  const shade = run.verdict === "matched" ? "good" : run.verdict === "differs" || run.state === "failed" ? "bad" : "";
  return (
    <div class="stack" role="status" data-state={run.state}>
      <p class="row">
        <span class={`chip ${shade}`}>
          {run.verdict === "matched" && <Icon name="checks" size={14} />}
          {said.verdict(run) ?? said.state(run)}
        </span>
        {run.n_scores !== null && <span class="muted">{words.scores(count(run.n_scores) ?? "")}</span>}
      </p>
      <p class="muted prose">{meaningOf(run, words)}</p>
      {run.reason && (
        <p class="prose">
          {words.why} <bdi>{run.reason}</bdi>
        </p>
      )}
      {run.attested.length > 0 && <p class="muted small">{words.attested(run.attested.join(", "))}</p>}
    </div>
  );
}

function meaningOf({ state, verdict }: RerunView, { stateMeanings, verdictMeanings }: Words): string {
  const meanings: Readonly<Record<string, string>> = verdict === null ? stateMeanings : verdictMeanings;
  return meanings[verdict ?? state] ?? "";
}

function Earlier({ listed, name }: { listed: ReturnType<typeof useListed<RerunView>>; name: string }) {
  const words = useWords("rerun");
  const said = useSaid();
  // A service of an earlier version has no such list; the button works without.
  if (listed.items === null) return null;
  return (
    <DataTable<RerunView>
      title={words.earlier}
      name={`${name.replace("/", "-")}-reruns`}
      rows={listed.items}
      keyOf={({ id }) => id}
      empty={words.none}
      columns={[
        {
          id: "created_at",
          title: words.started,
          value: (run) => run.created_at,
          show: (run) => minute(run.created_at),
          isHeading: true,
        },
        { id: "state", title: words.state, value: ({ state }) => state, show: said.state },
        { id: "verdict", title: words.verdict, value: ({ verdict }) => verdict, show: said.verdict },
        { id: "reason", title: words.reason, value: ({ reason }) => reason },
        { id: "organisation", title: words.by, value: ({ organisation }) => organisation },
      ]}
    />
  );
}
