import "./gate.css";

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { change, href } from "../address";
import { announce } from "../announce";
import { Failure } from "../parts/Failure";
import { Form, type FormFault, SubmitButton, TextField, useSending } from "../parts/forms";
import { Icon } from "../parts/Icon";
import { Loading } from "../parts/Loading";
import { useWords } from "../words";
import { ServiceError } from "./api";
import { useAsked } from "./asking";
import { useService } from "./context";
import {
  actFor,
  NO_FAILURE,
  refreshSession,
  signInAddress,
  signInFailure,
  signOut,
  takeKey,
  useSession,
} from "./session";
import type { Me } from "./types";

type Purpose = "submit" | "submissions" | "account" | "other";

interface GateProps {
  /** What signing in is for. */
  purpose: Purpose;
  children: (me: Me, service: URL) => ComponentChildren;
}

/** Draws its children for whom the service knows; to everybody else it says how to become known. */
export function Gate({ purpose, children }: GateProps) {
  const session = useSession();
  const service = useService();
  if (service === null || session.state === "absent") return <NoService />;
  if (session.state === "asking") return <Loading rows={4} />;
  if (session.state === "failed") return <Failure error={session.error} onretry={() => void refreshSession(service)} />;
  if (session.state !== "known") return <SignIn purpose={purpose} service={service} />;
  return (
    <>
      <Identity me={session.me} service={service} />
      {children(session.me, service)}
    </>
  );
}

/** A board of files has no service: says so, and where it says how to submit. */
function NoService() {
  const { session } = useWords("common");
  return (
    <section class="card stack">
      <p>{session.static}</p>
      <p>
        <a href={href({ page: "submit" })}>{session.staticWhere}</a>
      </p>
    </section>
  );
}

/** What a server says of itself. */
interface ServerFacts {
  sign_in?: boolean;
}

const KEY = /^pb_[A-Za-z0-9_-]{20,197}$/;

function SignIn({ purpose, service }: { purpose: Purpose; service: URL }) {
  const { session } = useWords("common");
  const facts = useAsked<ServerFacts>(service, "service");
  const hasSignIn = facts.answer?.sign_in ?? true;
  const failure = signInFailure();
  return (
    <section class="card stack sign-in" aria-labelledby="sign-in">
      <h2 id="sign-in">{session.title}</h2>
      <p>{session.purposes[purpose]}</p>
      {failure && (
        <p class="bad" role="alert">
          {session.failed[failure]}
        </p>
      )}
      {hasSignIn ? (
        <div class="row">
          <a class="button main" href={signInAddress(service)}>
            <Icon name="external" /> {session.signIn}
          </a>
          <span class="muted small">{session.signInNote}</span>
        </div>
      ) : (
        <p class="muted">{session.noSignIn}</p>
      )}
      <KeyForm service={service} />
    </section>
  );
}

function KeyForm({ service }: { service: URL }) {
  const { session } = useWords("common");
  const [key, setKey] = useState("");
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const sending = useSending();
  const submit = () => {
    const isKey = KEY.test(key.trim());
    setFaults(isKey ? [] : [{ name: "key", label: session.key, reason: session.keyShape }]);
    if (isKey) void sending.send(() => takeKey(service, key.trim()));
  };
  const refused = sending.error instanceof ServiceError && sending.error.status === 401 ? sending.error.title : null;
  return (
    <Form label={session.useKey} sending={sending} faults={faults} onsubmit={submit}>
      <TextField
        label={session.key}
        name="key"
        type="password"
        value={key}
        onchange={setKey}
        hint={session.keyHint}
        error={faults[0]?.reason ?? refused}
      />
      <div>
        <SubmitButton busy={sending.isSending} kind="">
          {session.useKey}
        </SubmitButton>
      </div>
    </Form>
  );
}

/** Who this is, for which organisation, and the way out. */
function Identity({ me, service }: { me: Me; service: URL }) {
  const { session } = useWords("common");
  const sending = useSending();
  useEffect(() => {
    // It is over for whoever is known, and would be told again after signing out.
    if (signInFailure()) change(NO_FAILURE);
  }, []);
  const leave = async () => {
    if (await sending.send(() => signOut(service, me))) announce(session.signOut);
  };
  const isKey = me.kind === "key";
  return (
    <div class="identity spread">
      <p>
        <span class="muted">{isKey ? session.withKey : session.as}</span> <bdi>{me.name ?? me.email ?? me.id}</bdi>{" "}
        <span class="muted">{session.of}</span> <Acting me={me} service={service} />
        {me.role && <span class="badge">{session.roles[me.role]}</span>}
      </p>
      <button type="button" class="button small" onClick={() => void leave()}>
        {isKey ? session.forgetKey : session.signOut}
      </button>
      {sending.error !== null && <Failure error={sending.error} />}
    </div>
  );
}

/** The organisation that is acted for; whoever has several chooses. */
function Acting({ me, service }: { me: Me; service: URL }) {
  const { session } = useWords("common");
  const sending = useSending();
  if (me.organisations.length < 2 && me.organisation !== null) return <bdi class="acting">{me.organisation}</bdi>;
  if (me.organisations.length === 0) return <span class="acting">{session.none}</span>;
  return (
    <select
      class="acting"
      aria-label={session.actFor}
      value={me.organisation ?? ""}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        void sending.send(() => actFor(service, chosen));
      }}
    >
      {me.organisation === null && <option value="">{session.none}</option>}
      {me.organisations.map(({ organisation, display_name }) => (
        <option key={organisation} value={organisation}>
          {display_name}
        </option>
      ))}
    </select>
  );
}
