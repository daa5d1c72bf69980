import { useState } from "preact/hooks";
import { announce } from "../../announce";
import { Failure } from "../../parts/Failure";
import {
  Done,
  Form,
  type FormFault,
  faultOfField,
  SelectField,
  SubmitButton,
  TextField,
  useSending,
} from "../../parts/forms";
import { Day } from "../../parts/Instant";
import { ask } from "../../service/api";
import { useListed } from "../../service/asking";
import { rolesUpTo } from "../../service/session";
import type { InvitationSummary } from "../../service/types";
import { useWords } from "../../words";
import type { AccountProps } from "./index";
import { Rows } from "./Rows";

const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** Who was invited and did not come yet; and the form that invites. */
export function Invitations({ me, service, organisation }: AccountProps) {
  const { invitations: words, roles } = useWords("account");
  const listed = useListed<InvitationSummary>(service, "invitations", { organisation });
  const withdrawing = useSending();
  const withdraw = (row: InvitationSummary) =>
    void withdrawing.send(async () => {
      await ask(service, "DELETE", `invitations/${row.id}`);
      announce(words.withdrawn(row.email));
      listed.again();
    });
  return (
    <>
      <Rows<InvitationSummary>
        of={listed}
        title={words.title}
        name={`${organisation}-invitations`}
        keyOf={({ id }) => id}
        empty={words.empty}
        columns={[
          { id: "email", title: words.email, value: ({ email }) => email, isHeading: true },
          { id: "role", title: words.role, value: ({ role }) => roles[role] },
          {
            id: "until",
            title: words.until,
            value: ({ expires_at }) => expires_at,
            show: ({ expires_at }) => <Day of={expires_at} />,
          },
          {
            id: "act",
            title: words.act,
            value: () => null,
            isDrawing: true,
            show: (row) => (
              <button
                type="button"
                class="button small"
                aria-label={words.withdrawOf(row.email)}
                onClick={() => withdraw(row)}
              >
                {words.withdraw}
              </button>
            ),
          },
        ]}
      />
      {withdrawing.error !== null && <Failure error={withdrawing.error} />}
      <Invite me={me} service={service} organisation={organisation} again={listed.again} />
    </>
  );
}

function Invite({ me, service, organisation, again }: AccountProps & { again: () => void }) {
  const { invitations: words, roles, roleMeanings } = useWords("account");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<keyof typeof roles>("submitter");
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const [invited, setInvited] = useState<string | null>(null);
  const sending = useSending();
  const invite = async () => {
    const address = email.trim();
    const isAddress = ADDRESS.test(address);
    setInvited(null);
    setFaults(isAddress ? [] : [{ name: "email", label: words.email, reason: words.emailFault }]);
    if (!isAddress) return;
    const went = await sending.send(async () => {
      await ask(service, "POST", "invitations", { parameters: { organisation }, body: { email: address, role } });
    });
    if (!went) return;
    setInvited(address);
    setEmail("");
    again();
  };
  return (
    <section class="card stack">
      <p>{words.text}</p>
      <Form label={words.invite} sending={sending} faults={faults} onsubmit={() => void invite()}>
        <TextField
          label={words.email}
          name="email"
          type="email"
          value={email}
          onchange={setEmail}
          error={faults[0]?.reason ?? faultOfField(sending.error, "email")}
        />
        <SelectField
          label={words.role}
          name="role"
          value={role}
          onchange={(chosen) => setRole(chosen as keyof typeof roles)}
          options={rolesUpTo(me).map((one) => [one, roles[one]])}
          hint={roleMeanings[role]}
        />
        <div>
          <SubmitButton busy={sending.isSending}>{words.invite}</SubmitButton>
        </div>
      </Form>
      {invited !== null && <Done>{words.invited(invited)}</Done>}
    </section>
  );
}
