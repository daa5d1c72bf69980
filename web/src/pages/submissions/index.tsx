import "./submissions.css";

import { useEffect } from "preact/hooks";
import { change, href, useAddress } from "../../address";
import { titled } from "../../app";
import type { PageProps } from "../../pages";
import { Icon } from "../../parts/Icon";
import { Gate } from "../../service/Gate";
import { useWords } from "../../words";
import { List } from "./List";
import { Submission } from "./Submission";
import { isState, STATES } from "./states";

/** What the reader's organisation handed in to this board, or one submission of it. */
export default function Page({ publication }: PageProps) {
  const words = useWords("submissions");
  const { submission } = useAddress();
  useEffect(() => titled(words.title, publication.root.title), [words, publication]);
  return (
    <div class="stack">
      {submission ? (
        <p>
          <a class="back" href={href({ page: "submissions" })}>
            {words.back}
          </a>
        </p>
      ) : (
        <h1>{words.title}</h1>
      )}
      <Gate purpose="submissions">
        {(me, service) =>
          submission ? (
            <Submission id={submission} service={service} isOwn={me.organisation !== null} />
          ) : (
            <>
              <div class="spread">
                <p class="muted">{words.lead(me.organisation ?? "–")}</p>
                <a class="button main" href={href({ page: "submit" })}>
                  <Icon name="up" /> {words.submit}
                </a>
              </div>
              <StateFilter />
              <List service={service} benchmark={publication.root.benchmark} />
            </>
          )
        }
      </Gate>
    </div>
  );
}

function StateFilter() {
  const words = useWords("submissions");
  const { state } = useAddress();
  return (
    <label class="field state-filter">
      {words.filter}
      <select
        value={isState(state) ? state : ""}
        onChange={(event) => change({ state: event.currentTarget.value }, "place")}
      >
        <option value="">{words.all}</option>
        {STATES.map((one) => (
          <option key={one} value={one}>
            {words.states[one].name}
          </option>
        ))}
      </select>
    </label>
  );
}
