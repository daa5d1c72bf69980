import { useState } from "preact/hooks";
import { Failure } from "../../parts/Failure";
import { Done, Form, SubmitButton, TextField, useSending } from "../../parts/forms";
import { Loading } from "../../parts/Loading";
import { ask, ServiceError } from "../../service/api";
import { useAsked } from "../../service/asking";
import { isLimited, may } from "../../service/session";
import type { Notifications } from "../../service/types";
import { useWords } from "../../words";
import type { AccountProps } from "./index";
import { Secret } from "./Secret";

/** Where the organisation is told of what becomes of its submissions. */
export function Notify({ me, service, organisation }: AccountProps) {
  const asked = useAsked<Notifications>(service, `organisations/${organisation}/notifications`);
  if (asked.answer === null)
    return asked.error === null ? <Loading rows={4} /> : <Failure error={asked.error} onretry={asked.again} />;
  const mayChange = may(me, "owner") && !isLimited(me);
  return <Targets first={asked.answer} mayChange={mayChange} service={service} organisation={organisation} />;
}

interface TargetsProps {
  first: Notifications;
  mayChange: boolean;
  service: URL;
  organisation: string;
}

function Targets({ first, mayChange, service, organisation }: TargetsProps) {
  const { notifications: words } = useWords("account");
  const [mail, setMail] = useState(first.mail.join("\n"));
  const [webhook, setWebhook] = useState(first.webhook ?? "");
  const [secret, setSecret] = useState<string | null>(null);
  const [isSaved, setSaved] = useState(false);
  const sending = useSending();
  const save = async () => {
    setSaved(false);
    const body = { mail: mail.split(/[\s,]+/).filter(Boolean), webhook: webhook.trim() || null };
    const went = await sending.send(async () => {
      const kept = await ask<Notifications>(service, "PUT", `organisations/${organisation}/notifications`, { body });
      setSecret(kept.webhook_secret ?? null);
    });
    setSaved(went);
  };
  return (
    <section class="card stack">
      <h2>{words.title}</h2>
      <p>{words.text}</p>
      {!mayChange && <p class="muted">{words.readOnly}</p>}
      <Form label={words.title} sending={sending} onsubmit={() => mayChange && void save()}>
        <TextField
          label={words.mail}
          name="mail"
          value={mail}
          onchange={setMail}
          rows={3}
          hint={words.mailHint}
          error={faultAt(sending.error, "mail")}
          isOptional
        />
        <TextField
          label={words.webhook}
          name="webhook"
          type="url"
          value={webhook}
          onchange={setWebhook}
          hint={words.webhookHint}
          error={faultAt(sending.error, "webhook")}
          isOptional
        />
        {mayChange && (
          <div>
            <SubmitButton busy={sending.isSending}>{words.save}</SubmitButton>
          </div>
        )}
      </Form>
      {isSaved && <Done>{words.saved}</Done>}
      {secret !== null && (
        <Secret
          title={words.secretTitle}
          text={words.secretText}
          secret={secret}
          copy={words.copySecret}
          onkept={() => setSecret(null)}
        />
      )}
    </section>
  );
}

/** Addresses are numbered in faults: `mail.2` is the third one. */
function faultAt(error: unknown, name: string): string | null {
  if (!(error instanceof ServiceError)) return null;
  const own = error.faults.filter(({ place }) => place.split(".").includes(name));
  return own.length > 0 ? own.map(({ reason }) => reason).join("; ") : null;
}
