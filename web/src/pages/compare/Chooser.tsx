import { useState } from "preact/hooks";
import { change } from "../../address";
import { EntryName } from "../../parts/EntryName";
import { Icon } from "../../parts/Icon";
import type { BoardContext } from "../../site/rows";
import { useWords } from "../../words";
import { MOST } from "./index";

/** So many names are offered at once: a list of ten thousand would take longer to open than to type. */
const OFFERED = 20;

interface ChooserProps {
  context: BoardContext;
  names: readonly string[];
}

/** Which entries are compared: each can be removed, and others added by name. */
export function Chooser({ context, names }: ChooserProps) {
  const words = useWords("compare");
  return (
    <div class="chooser row no-print">
      {names.map((name) => {
        const row = context.named.get(name);
        return (
          row && (
            <span key={name} class="chip">
              <EntryName of={row} />
              <button
                type="button"
                class="plain"
                aria-label={words.remove(name)}
                onClick={() => choose(names.filter((one) => one !== name))}
              >
                <Icon name="cross" size={12} />
              </button>
            </span>
          )
        );
      })}
      {names.length < MOST && <Adding context={context} names={names} />}
    </div>
  );
}

const choose = (chosen: readonly string[]): void => change({ entries: chosen.join(",") }, "place");

/** A name is taken when it is chosen from the list, or by Enter; one that is still being typed may become longer. */
function Adding({ context, names }: ChooserProps) {
  const words = useWords("compare");
  const [typed, setTyped] = useState("");
  const [unknown, setUnknown] = useState<string | null>(null);
  const offered = offeredNames(context, names, typed);
  const add = (name: string) => {
    const found = context.named.has(name) ? name : offered.length === 1 ? offered[0] : undefined;
    setUnknown(found === undefined && name ? name : null);
    if (found === undefined || names.includes(found)) return;
    setTyped("");
    choose([...names, found]);
  };
  const follow = (event: InputEvent & { currentTarget: HTMLInputElement }) => {
    const { value } = event.currentTarget;
    setTyped(value);
    setUnknown(null);
    const isChosen = event.inputType === undefined || event.inputType === "insertReplacementText";
    if (isChosen && context.named.has(value)) add(value);
  };
  const enter = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add(typed.trim());
  };
  return (
    <div class="adding">
      <label class="field">
        <span class="unseen">{words.add}</span>
        <input
          list="entries"
          placeholder={words.add}
          autocomplete="off"
          spellcheck={false}
          value={typed}
          aria-invalid={unknown ? "true" : undefined}
          aria-describedby={unknown ? "unknown-entry" : undefined}
          onInput={follow}
          onKeyDown={enter}
        />
      </label>
      <datalist id="entries">
        {offered.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <button type="button" class="button" onClick={() => add(typed.trim())}>
        {words.addNow}
      </button>
      {unknown && (
        <p id="unknown-entry" class="bad small" role="alert">
          {words.notFound(unknown)}
        </p>
      )}
    </div>
  );
}

/** The first names that hold what was typed; those that begin with it come first. */
function offeredNames({ named }: BoardContext, chosen: readonly string[], typed: string): string[] {
  const wanted = typed.trim().toLowerCase();
  const [first, others]: [string[], string[]] = [[], []];
  for (const name of named.keys()) {
    if (first.length === OFFERED) break;
    if (chosen.includes(name) || !name.includes(wanted)) continue;
    if (name.startsWith(wanted)) first.push(name);
    else if (others.length < OFFERED) others.push(name);
  }
  return [...first, ...others].slice(0, OFFERED);
}
