import { useRef, useState } from "preact/hooks";
import { change, useAddress } from "../../address";
import { announce } from "../../announce";
import { Failure } from "../../parts/Failure";
import { CheckField } from "../../parts/forms";
import { Icon } from "../../parts/Icon";
import { Later } from "../../parts/Later";
import { Loading } from "../../parts/Loading";
import { useListed } from "../../service/asking";
import { useSession } from "../../service/session";
import type { AppealView } from "../../service/types";
import type { Publication } from "../../site/publication";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import { AppealCard, stateOf } from "./AppealCard";
import { useKeptPlace, useSteps } from "./following";
import { NewAppeal } from "./NewAppeal";

interface AppealListProps {
  service: URL;
  publication: Publication;
}

export function AppealList({ service, publication }: AppealListProps) {
  const benchmark = useLoaded(async () => (await publication.benchmark()).benchmark.id, [publication]);
  return <Later of={benchmark}>{(id) => <Appeals service={service} benchmark={id} />}</Later>;
}

/** Every appeal of a board, the latest first, and the form for another. */
function Appeals({ service, benchmark }: { service: URL; benchmark: string }) {
  const words = useWords("appeals");
  const { state = "", overdue = "", entry = "" } = useAddress();
  const [isOpen, setOpen] = useState(false);
  const session = useSession();
  const listed = useListed<AppealView>(service, "appeals", { benchmark, state, overdue, entry });
  const me = session.state === "known" ? session.me : null;
  const [isActing, setActing] = useState(false);
  useSteps(service, benchmark, {
    isHeld: isActing,
    heard: (step) => {
      if (!entry || step.entry === entry) announce(words.step(step.entry ?? step.appeal, stateOf(step.state, words)));
    },
    look: listed.again,
  });
  const list = useRef<HTMLDivElement>(null);
  useKeptPlace(list, listed.items);
  return (
    <>
      <div class="spread">
        <div class="row filters">
          <label class="field">
            {words.state}
            <select name="state" value={state} onChange={(event) => change({ state: event.currentTarget.value })}>
              <option value="">{words.all}</option>
              {Object.entries(words.states).map(([one, title]) => (
                <option key={one} value={one}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          {entry && (
            <span class="chip">
              {words.only(entry)}
              <button type="button" class="plain" aria-label={words.notOnly} onClick={() => change({ entry: "" })}>
                <Icon name="cross" size={12} />
              </button>
            </span>
          )}
          <CheckField
            label={words.overdue}
            name="overdue"
            isChecked={overdue === "true"}
            onchange={(isChosen) => change({ overdue: isChosen ? "true" : "" })}
          />
        </div>
        <button type="button" class="button main" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {words.file}
        </button>
      </div>
      {isOpen && <NewAppeal benchmark={benchmark} onfiled={listed.again} />}
      {listed.error !== null && <Failure error={listed.error} onretry={listed.again} />}
      {listed.items === null && listed.error === null && <Loading rows={4} />}
      {listed.items?.length === 0 && <p class="muted">{state || overdue || entry ? words.noneSuch : words.none}</p>}
      {listed.items !== null && listed.items.length > 0 && (
        <div ref={list} class="stack appeal-list">
          {listed.items.map((appeal) => (
            <AppealCard
              key={appeal.id}
              appeal={appeal}
              me={me}
              service={service}
              onchanged={listed.again}
              onacting={setActing}
            />
          ))}
        </div>
      )}
      {listed.hasMore && (
        <button type="button" class="button" onClick={listed.more}>
          {words.more}
        </button>
      )}
    </>
  );
}
