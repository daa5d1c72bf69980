import { useState } from "preact/hooks";
import { announce } from "../../announce";
import { Failure } from "../../parts/Failure";
import { Confirm, useSending } from "../../parts/forms";
import { Day } from "../../parts/Instant";
import { ask } from "../../service/api";
import { type Listed, useListed } from "../../service/asking";
import { isLimited, may, refreshSession } from "../../service/session";
import type { Me, MemberSummary } from "../../service/types";
import { useWords } from "../../words";
import { Invitations } from "./Invitations";
import type { AccountProps } from "./index";
import { Rows } from "./Rows";

const nameOf = ({ name, email, id }: MemberSummary): string => name ?? email ?? id;

/** The members of an organisation, with their roles, and whom it invited. */
export function Members({ me, service, organisation }: AccountProps) {
  const { members: words, you } = useWords("account");
  const listed = useListed<MemberSummary>(service, "members", { organisation });
  const [leaving, setLeaving] = useState<MemberSummary | null>(null);
  const mayRule = may(me, "owner") && !isLimited(me);
  return (
    <>
      <Rows<MemberSummary>
        of={listed}
        title={words.title}
        name={`${organisation}-members`}
        keyOf={({ id }) => id}
        empty={words.empty}
        columns={[
          {
            id: "name",
            title: words.name,
            value: nameOf,
            show: (row) => (
              <>
                {nameOf(row)} {row.id === me.id && <span class="badge">{words.you}</span>}
              </>
            ),
            isHeading: true,
          },
          { id: "email", title: words.mail, value: ({ email }) => email },
          {
            id: "role",
            title: you.role,
            value: ({ role }) => role,
            show: (row) => (
              <RoleOf row={row} mayRule={mayRule} service={service} organisation={organisation} listed={listed} />
            ),
          },
          {
            id: "since",
            title: words.since,
            value: ({ created_at }) => created_at,
            show: ({ created_at }) => <Day of={created_at} />,
          },
          {
            id: "act",
            title: words.act,
            value: () => null,
            isDrawing: true,
            show: (row) =>
              (mayRule || row.id === me.id) && (
                <button
                  type="button"
                  class="button small"
                  aria-label={row.id === me.id ? words.leaveAction : words.removeOf(nameOf(row))}
                  onClick={() => setLeaving(row)}
                >
                  {row.id === me.id ? words.leave : words.remove}
                </button>
              ),
          },
        ]}
      />
      {may(me, "maintainer") && !isLimited(me) && <Invitations me={me} service={service} organisation={organisation} />}
      {leaving && (
        <Leaving
          who={leaving}
          me={me}
          service={service}
          organisation={organisation}
          again={listed.again}
          onclose={() => setLeaving(null)}
        />
      )}
    </>
  );
}

interface RoleProps {
  row: MemberSummary;
  mayRule: boolean;
  service: URL;
  organisation: string;
  listed: Listed<MemberSummary>;
}

function RoleOf({ row, mayRule, service, organisation, listed }: RoleProps) {
  const { members: words, roles } = useWords("account");
  const sending = useSending();
  if (!mayRule) return <>{roles[row.role]}</>;
  const give = (role: string) =>
    sending.send(async () => {
      await ask(service, "PATCH", `members/${row.id}`, { parameters: { organisation }, body: { role } });
      announce(words.changed(nameOf(row), roles[role as keyof typeof roles]));
      listed.again();
      await refreshSession(service);
    });
  return (
    <>
      <select
        class="in-table"
        aria-label={words.changeRole(nameOf(row))}
        value={row.role}
        onChange={(event) => {
          const place = event.currentTarget;
          // What was not changed must not look as if it were.
          void give(place.value).then((went) => {
            if (!went) place.value = row.role;
          });
        }}
      >
        {(Object.keys(roles) as (keyof typeof roles)[]).map((role) => (
          <option key={role} value={role}>
            {roles[role]}
          </option>
        ))}
      </select>
      {sending.error !== null && <Failure error={sending.error} />}
    </>
  );
}

interface LeavingProps {
  who: MemberSummary;
  me: Me;
  service: URL;
  organisation: string;
  again: () => void;
  onclose: () => void;
}

function Leaving({ who, me, service, organisation, again, onclose }: LeavingProps) {
  const { members: words } = useWords("account");
  const isSelf = who.id === me.id;
  const leave = async () => {
    await ask(service, "DELETE", `members/${who.id}`, { parameters: { organisation } });
    announce(words.removed(nameOf(who)));
    if (isSelf) await refreshSession(service);
    else again();
  };
  return (
    <Confirm
      title={isSelf ? words.leaveTitle(organisation) : words.removeTitle(nameOf(who))}
      action={isSelf ? words.leaveAction : words.removeAction}
      isBad
      onconfirm={leave}
      onclose={onclose}
    >
      <p>{isSelf ? words.leaveText : words.removeText}</p>
    </Confirm>
  );
}
