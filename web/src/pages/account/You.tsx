import { useState } from "preact/hooks";
import { Failure } from "../../parts/Failure";
import { Done, Form, type FormFault, faultOfField, SubmitButton, TextField, useSending } from "../../parts/forms";
import { ask } from "../../service/api";
import { useAsked } from "../../service/asking";
import { actFor, isLimited, may, refreshSession } from "../../service/session";
import type { Me, OrganisationSummary } from "../../service/types";
import { useWords } from "../../words";

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** The one who asks, and the organisations that they belong to. */
export function You({ me, service }: { me: Me; service: URL }) {
  const { you, roles, roleMeanings, none } = useWords("account");
  const isKey = me.kind === "key";
  return (
    <>
      <section class="card">
        <h2 class="unseen">{isKey ? you.key : you.person}</h2>
        <dl class="facts">
          <div>
            <dt>{isKey ? you.key : you.name}</dt>
            <dd>
              <bdi>{me.name ?? none}</bdi>
            </dd>
          </div>
          {me.email !== null && (
            <div>
              <dt>
                {you.mail} <span class="small">({you.mailNote})</span>
              </dt>
              <dd>
                <bdi>{me.email}</bdi>
              </dd>
            </div>
          )}
          <div>
            <dt>{you.organisation}</dt>
            <dd>
              <bdi>{me.organisation ?? none}</bdi>
            </dd>
          </div>
          {me.role && (
            <div>
              <dt>{you.role}</dt>
              <dd>
                {roles[me.role]} <span class="muted small role-meaning">{roleMeanings[me.role]}</span>
              </dd>
            </div>
          )}
        </dl>
        {me.is_host && <p class="muted">{you.host}</p>}
      </section>
      {me.organisations.length > 1 && <Memberships me={me} service={service} />}
      {me.organisation !== null && may(me, "owner") && !isLimited(me) && (
        <Rename key={me.organisation} service={service} name={me.organisation} />
      )}
      {!isKey && me.organisation === null && <Create service={service} />}
    </>
  );
}

function Memberships({ me, service }: { me: Me; service: URL }) {
  const { you, roles } = useWords("account");
  const sending = useSending();
  return (
    <section class="card stack">
      <h2>{you.memberships}</h2>
      <ul class="memberships">
        {me.organisations.map(({ organisation, display_name, role }) => (
          <li key={organisation} class="spread">
            <span>
              <strong>
                <bdi>{display_name}</bdi>
              </strong>{" "}
              <span class="muted">{organisation}</span> <span class="badge">{roles[role]}</span>
            </span>
            {organisation === me.organisation ? (
              <span class="muted small">{you.acts}</span>
            ) : (
              <button
                type="button"
                class="button small"
                aria-label={you.actFor(display_name)}
                onClick={() => void sending.send(() => actFor(service, organisation))}
              >
                {you.act}
              </button>
            )}
          </li>
        ))}
      </ul>
      {sending.error !== null && <Failure error={sending.error} />}
    </section>
  );
}

function Rename({ service, name }: { service: URL; name: string }) {
  const { you } = useWords("account");
  const asked = useAsked<OrganisationSummary>(service, `organisations/${name}`);
  const [typed, setTyped] = useState<string | null>(null);
  const [isDone, setDone] = useState(false);
  const sending = useSending();
  if (asked.answer === null) return asked.error === null ? null : <Failure error={asked.error} onretry={asked.again} />;
  const value = typed ?? asked.answer.display_name;
  const rename = async () => {
    setDone(false);
    const went = await sending.send(async () => {
      await ask(service, "PATCH", `organisations/${name}`, { body: { display_name: value } });
      await refreshSession(service);
    });
    setDone(went);
  };
  return (
    <section class="card stack">
      <Form label={you.rename} sending={sending} onsubmit={() => void rename()}>
        <TextField
          label={you.rename}
          name="display_name"
          value={value}
          onchange={setTyped}
          maxLength={500}
          error={faultOfField(sending.error, "display_name")}
        />
        <div>
          <SubmitButton busy={sending.isSending} kind="">
            {you.renameAction}
          </SubmitButton>
        </div>
      </Form>
      {isDone && <Done>{you.renamed}</Done>}
    </section>
  );
}

function Create({ service }: { service: URL }) {
  const { you } = useWords("account");
  const [name, setName] = useState("");
  const [display, setDisplay] = useState("");
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const sending = useSending();
  const create = () => {
    const found = [
      ...(NAME.test(name) ? [] : [{ name: "name", label: you.short, reason: you.shortFault }]),
      ...(display.trim() ? [] : [{ name: "display_name", label: you.display, reason: you.lineFault }]),
    ];
    setFaults(found);
    if (found.length > 0) return;
    void sending.send(async () => {
      await ask(service, "POST", "organisations", { body: { name, display_name: display.trim() } });
      await refreshSession(service);
    });
  };
  const faultOf = (field: string) =>
    faults.find((fault) => fault.name === field)?.reason ?? faultOfField(sending.error, field);
  return (
    <section class="card stack">
      <h2>{you.create}</h2>
      <p>{you.createText}</p>
      <Form label={you.create} sending={sending} faults={faults} onsubmit={create}>
        <TextField
          label={you.display}
          name="display_name"
          value={display}
          onchange={setDisplay}
          error={faultOf("display_name")}
        />
        <TextField
          label={you.short}
          name="name"
          value={name}
          onchange={setName}
          hint={you.shortHint}
          maxLength={64}
          error={faultOf("name")}
        />
        <div>
          <SubmitButton busy={sending.isSending}>{you.createAction}</SubmitButton>
        </div>
      </Form>
      <p class="muted small">{you.invited}</p>
    </section>
  );
}
