import { useState } from "preact/hooks";
import {
  CheckField,
  Form,
  type FormFault,
  faultOfField,
  SelectField,
  SubmitButton,
  TextField,
  useSending,
} from "../../parts/forms";
import { ask } from "../../service/api";
import { useAsked } from "../../service/asking";
import { rolesUpTo } from "../../service/session";
import type { BenchmarkList, IssuedKey } from "../../service/types";
import { useWords } from "../../words";
import type { AccountProps } from "./index";
import { Secret } from "./Secret";

const FIRST = { name: "", days: "365", benchmarks: [] as readonly string[] };

/** Makes a key, and shows its secret this once. */
export function MakeKey({ me, service, organisation, again }: AccountProps & { again: () => void }) {
  const { keys: words, roles, roleMeanings } = useWords("account");
  const [{ name, days, benchmarks }, setWanted] = useState(FIRST);
  const [role, setRole] = useState<keyof typeof roles>("submitter");
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const [secret, setSecret] = useState<string | null>(null);
  const sending = useSending();
  const set = (wanted: Partial<typeof FIRST>) => setWanted((before) => ({ ...before, ...wanted }));
  const make = async () => {
    const isNamed = name.trim() !== "";
    setFaults(isNamed ? [] : [{ name: "name", label: words.name, reason: words.nameFault }]);
    if (!isNamed) return;
    const went = await sending.send(async () => {
      const body = { name: name.trim(), role, benchmarks, days: days === "" ? null : Number(days) };
      const issued = await ask<IssuedKey>(service, "POST", "keys", { parameters: { organisation }, body });
      setSecret(issued.secret);
    });
    if (!went) return;
    setWanted(FIRST);
    again();
  };
  if (secret !== null) {
    return (
      <Secret
        title={words.secretTitle}
        text={words.secretText}
        secret={secret}
        copy={words.copySecret}
        onkept={() => setSecret(null)}
      />
    );
  }
  return (
    <details class="card">
      <summary>
        <strong>{words.makeTitle}</strong>
      </summary>
      <Form label={words.makeTitle} sending={sending} faults={faults} onsubmit={() => void make()}>
        <TextField
          label={words.name}
          name="name"
          value={name}
          onchange={(typed) => set({ name: typed })}
          hint={words.nameHint}
          maxLength={500}
          error={faults[0]?.reason ?? faultOfField(sending.error, "name")}
        />
        <SelectField
          label={words.role}
          name="role"
          value={role}
          onchange={(chosen) => setRole(chosen as keyof typeof roles)}
          options={rolesUpTo(me).map((one) => [one, roles[one]])}
          hint={`${roleMeanings[role]} (${words.roleHint})`}
        />
        <Boards service={service} chosen={benchmarks} onchange={(chosen) => set({ benchmarks: chosen })} />
        <SelectField
          label={words.days}
          name="days"
          value={days}
          onchange={(chosen) => set({ days: chosen })}
          options={(["30", "90", "365", ""] as const).map((one) => [one, words.dayChoices[one]])}
        />
        <div>
          <SubmitButton busy={sending.isSending}>{words.make}</SubmitButton>
        </div>
      </Form>
    </details>
  );
}

interface BoardsProps {
  service: URL;
  chosen: readonly string[];
  onchange: (chosen: readonly string[]) => void;
}

function Boards({ service, chosen, onchange }: BoardsProps) {
  const { keys: words } = useWords("account");
  const boards = useAsked<BenchmarkList>(service, "benchmarks").answer?.items ?? [];
  const toggle = (id: string, isChosen: boolean) =>
    onchange(isChosen ? [...chosen, id] : chosen.filter((one) => one !== id));
  return (
    <fieldset class="choice">
      <legend>{words.boardsLegend}</legend>
      <CheckField label={words.every} name="every" isChecked={chosen.length === 0} onchange={() => onchange([])} />
      {boards.map(({ id, title }) => (
        <CheckField
          key={id}
          label={<bdi>{title}</bdi>}
          name={`board-${id}`}
          isChecked={chosen.includes(id)}
          onchange={(isChosen) => toggle(id, isChosen)}
        />
      ))}
      <span class="muted small">{words.boardsHint}</span>
    </fieldset>
  );
}
