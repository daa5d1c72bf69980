import { useState } from "preact/hooks";
import { announce } from "../../announce";
import { Confirm } from "../../parts/forms";
import { Day } from "../../parts/Instant";
import { ask } from "../../service/api";
import { useListed } from "../../service/asking";
import { isLimited, may, refreshSession } from "../../service/session";
import type { KeySummary, Me } from "../../service/types";
import { useWords } from "../../words";
import type { AccountProps } from "./index";
import { MakeKey } from "./MakeKey";
import { Rows } from "./Rows";

type KeyState = "live" | "revoked" | "expired";

function stateOf({ revoked_at, expires_at }: KeySummary): KeyState {
  if (revoked_at !== null) return "revoked";
  return expires_at !== null && Date.parse(expires_at) <= Date.now() ? "expired" : "live";
}

/** The keys of an organisation without their secrets: make them, and revoke them. */
export function Keys({ me, service, organisation }: AccountProps) {
  const { keys: words, roles } = useWords("account");
  const listed = useListed<KeySummary>(service, "keys", { organisation });
  const [revoking, setRevoking] = useState<KeySummary | null>(null);
  // Persons make keys up to their role; of keys, only an owner's does.
  const mayMake = !isLimited(me) && (me.kind === "person" || may(me, "owner"));
  return (
    <>
      <p>
        {words.text} {!may(me, "maintainer") && words.own}
      </p>
      {mayMake ? (
        <MakeKey me={me} service={service} organisation={organisation} again={listed.again} />
      ) : (
        <p class="muted">{words.onlyOwners}</p>
      )}
      <Rows<KeySummary>
        of={listed}
        title={words.title}
        name={`${organisation}-keys`}
        keyOf={({ id }) => id}
        empty={words.empty}
        columns={[
          { id: "name", title: words.name, value: ({ name }) => name, isHeading: true },
          { id: "state", title: words.state, value: stateOf, show: (row) => <StateOf row={row} /> },
          { id: "role", title: words.role, value: ({ role }) => roles[role] },
          { id: "boards", title: words.boards, value: ({ benchmarks }) => benchmarks.join(", ") || words.allBoards },
          {
            id: "used",
            title: words.used,
            value: ({ used_at }) => used_at,
            show: ({ used_at }) => (used_at === null ? words.never : <Day of={used_at} />),
          },
          {
            id: "expires",
            title: words.expires,
            value: ({ expires_at }) => expires_at,
            show: ({ expires_at }) => (expires_at === null ? words.noEnd : <Day of={expires_at} />),
          },
          {
            id: "made",
            title: words.made,
            value: ({ created_at }) => created_at,
            show: ({ created_at }) => <Day of={created_at} />,
          },
          {
            id: "act",
            title: words.act,
            value: () => null,
            isDrawing: true,
            show: (row) =>
              stateOf(row) === "live" && (
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
      {revoking && (
        <Revoke of={revoking} me={me} service={service} again={listed.again} onclose={() => setRevoking(null)} />
      )}
    </>
  );
}

function StateOf({ row }: { row: KeySummary }) {
  const { keys: words } = useWords("account");
  const state = stateOf(row);
  return <span class={`badge ${state === "live" ? "good" : ""}`}>{words[state]}</span>;
}

interface RevokeProps {
  of: KeySummary;
  me: Me;
  service: URL;
  again: () => void;
  onclose: () => void;
}

function Revoke({ of, me, service, again, onclose }: RevokeProps) {
  const { keys: words } = useWords("account");
  const revoke = async () => {
    await ask(service, "DELETE", `keys/${of.id}`);
    announce(words.wasRevoked(of.name));
    if (of.id === me.id) await refreshSession(service);
    else again();
  };
  return (
    <Confirm title={words.revokeTitle(of.name)} action={words.revokeAction} isBad onconfirm={revoke} onclose={onclose}>
      <p>{words.revokeText}</p>
      {of.id === me.id && <p class="bad">{words.revokeOwn}</p>}
    </Confirm>
  );
}
