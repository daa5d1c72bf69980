import { useState } from "preact/hooks";
import { announce } from "../../announce";
import { Command, Digest } from "../../parts/Copy";
import {
  Confirm,
  Done,
  Form,
  type FormFault,
  faultOfField,
  SubmitButton,
  TextField,
  useSending,
} from "../../parts/forms";
import { Day } from "../../parts/Instant";
import { ask } from "../../service/api";
import { useListed } from "../../service/asking";
import { isLimited, may } from "../../service/session";
import type { SigningKeySummary } from "../../service/types";
import { useWords } from "../../words";
import type { AccountProps } from "./index";
import { Rows } from "./Rows";

/** The public keys of an organisation: with them it signs what it hands in. */
export function SigningKeys({ me, service, organisation }: AccountProps) {
  const { signing: words } = useWords("account");
  const listed = useListed<SigningKeySummary>(service, "signing-keys", { organisation });
  const [revoking, setRevoking] = useState<SigningKeySummary | null>(null);
  const mayChange = may(me, "maintainer") && !isLimited(me);
  const revoke = async (row: SigningKeySummary) => {
    await ask(service, "DELETE", `signing-keys/${row.id}`);
    announce(words.wasRevoked(row.name));
    listed.again();
  };
  return (
    <>
      <p class="prose">{words.text}</p>
      <Rows<SigningKeySummary>
        of={listed}
        title={words.title}
        name={`${organisation}-signing-keys`}
        keyOf={({ id }) => id}
        empty={words.empty}
        columns={[
          { id: "name", title: words.name, value: ({ name }) => name, isHeading: true },
          {
            id: "key",
            title: words.keyId,
            value: ({ public_key }) => public_key,
            show: (row) => <Digest of={row.public_key} label={words.copyKey} />,
          },
          {
            id: "added",
            title: words.added,
            value: ({ created_at }) => created_at,
            show: ({ created_at }) => <Day of={created_at} />,
          },
          {
            id: "revoked",
            title: words.revoked,
            value: ({ revoked_at }) => revoked_at,
            show: ({ revoked_at }) => revoked_at && <Day of={revoked_at} />,
          },
          {
            id: "act",
            title: words.act,
            value: () => null,
            isDrawing: true,
            show: (row) =>
              mayChange &&
              row.revoked_at === null && (
                <button
                  type="button"
                  class="button small"
                  aria-label={words.revokeOf(row.name)}
                  onClick={() => setRevoking(row)}
                >
                  {words.revoke}
                </button>
              ),
          },
        ]}
      />
      {mayChange && <Add service={service} organisation={organisation} again={listed.again} />}
      {revoking && (
        <Confirm
          title={words.revokeTitle(revoking.name)}
          action={words.revokeAction}
          isBad
          onconfirm={() => revoke(revoking)}
          onclose={() => setRevoking(null)}
        >
          <p>{words.revokeText}</p>
        </Confirm>
      )}
    </>
  );
}

interface AddProps {
  service: URL;
  organisation: string;
  again: () => void;
}

function Add({ service, organisation, again }: AddProps) {
  const { signing: words } = useWords("account");
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const [added, setAdded] = useState<string | null>(null);
  const sending = useSending();
  const add = async () => {
    // A private key that is pasted by mistake must not leave this machine.
    const isPrivate = /PRIVATE KEY/.test(key);
    const keyFault = isPrivate ? words.privateFault : key.trim() ? null : words.publicFault;
    const found = [
      ...(name.trim() ? [] : [{ name: "name", label: words.name, reason: words.nameFault }]),
      ...(keyFault ? [{ name: "public_key", label: words.publicKey, reason: keyFault }] : []),
    ];
    setAdded(null);
    setFaults(found);
    if (found.length > 0) return;
    const went = await sending.send(async () => {
      const body = { name: name.trim(), public_key: key.trim() };
      await ask(service, "POST", "signing-keys", { parameters: { organisation }, body });
    });
    if (!went) return;
    setAdded(name.trim());
    setName("");
    setKey("");
    again();
  };
  const faultOf = (field: string) =>
    faults.find((fault) => fault.name === field)?.reason ?? faultOfField(sending.error, field);
  return (
    <section class="card stack">
      <h2>{words.addTitle}</h2>
      <p class="muted small">{words.make}</p>
      <Command text="proofboard log keygen mine.key" label={words.copyMake} />
      <Form label={words.addTitle} sending={sending} faults={faults} onsubmit={() => void add()}>
        <TextField
          label={words.name}
          name="name"
          value={name}
          onchange={setName}
          maxLength={500}
          error={faultOf("name")}
        />
        <TextField
          label={words.publicKey}
          name="public_key"
          value={key}
          onchange={setKey}
          rows={3}
          hint={words.publicHint}
          error={faultOf("public_key")}
        />
        <div>
          <SubmitButton busy={sending.isSending}>{words.add}</SubmitButton>
        </div>
      </Form>
      {added !== null && <Done>{words.wasAdded(added)}</Done>}
    </section>
  );
}
