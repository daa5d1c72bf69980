import "./submit.css";

import { useState } from "preact/hooks";
import { Form, SubmitButton, TextField } from "../../parts/forms";
import { Icon } from "../../parts/Icon";
import type { Receipt } from "../../service/types";
import { type AllWords, useWords } from "../../words";
import type { Chosen, Problem, Taken } from "./choosing";
import { type Handing, useHanding } from "./handing";
import { Refused } from "./Refused";

interface DropFormProps {
  service: URL;
  taken: Taken;
  onaccepted: (receipt: Receipt) => void;
}

/** Choose a file, look at it, and send it. */
export function DropForm({ service, taken, onaccepted }: DropFormProps) {
  const { form } = useWords("submit");
  const handing = useHanding(service, taken, onaccepted);
  const isBusy = handing.sending.isSending;
  return (
    <section class="card stack" aria-labelledby="hand-in">
      <h2 id="hand-in">{form.title}</h2>
      <DropZone isBusy={isBusy} hasChosen={handing.chosen !== null} results={taken.results} choose={handing.choose} />
      {handing.isLooking && (
        <p class="muted" role="status">
          {form.looking}
        </p>
      )}
      <Problems problems={handing.problems} />
      {handing.chosen && <SendForm handing={handing} chosen={handing.chosen} />}
    </section>
  );
}

/** What failed is shown by `Refused`, with every reason in a table, and not above the form as well. */
const QUIET = { isSending: false, error: null, send: async () => false, forget: () => undefined };

function SendForm({ handing, chosen }: { handing: Handing; chosen: Chosen }) {
  const { form } = useWords("submit");
  const { sending, faults } = handing;
  const faultOf = (field: string) => faults.find(({ name }) => name === field)?.reason;
  return (
    <Form label={form.title} sending={QUIET} faults={faults} onsubmit={() => void handing.send()}>
      <ChosenFile chosen={chosen} />
      {chosen.form === "results" && (
        <TextField
          label={form.entry}
          name="entry"
          value={handing.entry}
          onchange={handing.setEntry}
          hint={form.entryHint}
          error={faultOf("entry")}
          isOptional
        />
      )}
      <details open={faultOf("key") !== undefined}>
        <summary>{form.more}</summary>
        <TextField
          label={form.key}
          name="key"
          value={handing.key}
          onchange={handing.setKey}
          maxLength={200}
          hint={form.keyHint}
          error={faultOf("key")}
        />
      </details>
      {sending.error !== null && <Refused error={sending.error} />}
      {handing.isStopped && (
        <p class="warn" role="status">
          {form.stopped}
        </p>
      )}
      {sending.isSending && <Progress share={handing.progress} />}
      <div class="row">
        <SubmitButton busy={sending.isSending}>{form.send}</SubmitButton>
        {sending.isSending && (
          <button type="button" class="button plain" onClick={handing.stop}>
            {form.stop}
          </button>
        )}
      </div>
    </Form>
  );
}

interface DropZoneProps {
  isBusy: boolean;
  hasChosen: boolean;
  results: boolean;
  choose: (files: readonly File[]) => Promise<void>;
}

function DropZone({ isBusy, hasChosen, results, choose }: DropZoneProps) {
  const { form } = useWords("submit");
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(!isBusy);
  };
  return (
    // The button within does the same by keyboard; dropping is one more way.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div
      class={`drop ${isOver ? "over" : ""}`}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void choose([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <p>
        <strong>{form.drop}</strong> <span class="muted">{form.or}</span>
      </p>
      <label class="button" data-busy={isBusy ? "" : undefined}>
        <Icon name="up" /> {hasChosen ? form.chooseOther : form.choose}
        <input
          class="unseen"
          type="file"
          name="artifact"
          multiple
          disabled={isBusy}
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            // The same file may be chosen again after it was corrected.
            event.currentTarget.value = "";
            void choose(files);
          }}
        />
      </label>
      <p class="muted small">
        {form.kinds} {results && form.kindsResults}
      </p>
    </div>
  );
}

function ChosenFile({ chosen }: { chosen: Chosen }) {
  const { form } = useWords("submit");
  return (
    <p class="chosen">
      <Icon name="check" />
      <span>
        <strong>
          <bdi>{chosen.name}</bdi>
        </strong>{" "}
        <span class="muted">{form.size(chosen.body.size)}</span>
        {chosen.entry !== null && (
          <span class="muted">
            {" "}
            · {form.holds} <bdi>{chosen.entry}</bdi>
          </span>
        )}
      </span>
    </p>
  );
}

/** What was found before anything was sent: all of it. */
function Problems({ problems }: { problems: readonly Problem[] }) {
  const { form, problems: words } = useWords("submit");
  if (problems.length === 0) return null;
  return (
    <div class="summary" role="alert">
      <h3>
        <Icon name="warning" /> {form.found(problems.length)}
      </h3>
      <ul>
        {problems.map((problem) => (
          <li key={`${problem.file} ${problem.what}`}>
            <strong>
              <bdi>{problem.file}</bdi>
            </strong>
            : {told(problem, words)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function told(problem: Problem, words: AllWords["submit"]["problems"]): string {
  switch (problem.what) {
    case "large":
      return words.large(problem.bytes, problem.most);
    case "many":
      return words.many(problem.n);
    case "lacks":
      return words.lacks(problem.names);
    case "benchmark":
    case "protocol":
      return words[problem.what](problem.found, problem.expected);
    case "json":
      return words.json(problem.reason);
    default:
      return words[problem.what]();
  }
}

function Progress({ share }: { share: number }) {
  const { form } = useWords("submit");
  const percent = Math.floor(100 * share);
  const said = share < 1 ? form.sending(percent) : form.arrived;
  return (
    <div class="progress">
      <progress max={100} value={percent} aria-label={form.title} />
      <span class="muted small">{said}</span>
    </div>
  );
}
