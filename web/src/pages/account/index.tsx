import "./account.css";

import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { change, useAddress } from "../../address";
import { titled } from "../../app";
import type { PageProps } from "../../pages";
import { Tabs } from "../../parts/Tabs";
import { Gate } from "../../service/Gate";
import { isLimited, may } from "../../service/session";
import type { Me } from "../../service/types";
import { useWords } from "../../words";
import { Keys } from "./Keys";
import { Log } from "./Log";
import { Members } from "./Members";
import { Notify } from "./Notify";
import { SigningKeys } from "./SigningKeys";
import { You } from "./You";

/** What every part of the account is given. */
export interface AccountProps {
  me: Me;
  service: URL;
  /** The one acted for. */
  organisation: string;
}

interface Part {
  Show: ComponentType<AccountProps>;
  /** The least role that it is for. */
  role: NonNullable<Me["role"]>;
}

const PARTS = {
  members: { Show: Members, role: "submitter" },
  keys: { Show: Keys, role: "submitter" },
  signing: { Show: SigningKeys, role: "submitter" },
  notifications: { Show: Notify, role: "maintainer" },
  log: { Show: Log, role: "owner" },
} as const satisfies Record<string, Part>;

type PartName = keyof typeof PARTS;
const isPart = (name: string | undefined): name is PartName => name !== undefined && Object.hasOwn(PARTS, name);

/** Who one is, and what one's organisation has: members, keys, notifications, and the log of it all. */
export default function Page(_: PageProps) {
  const words = useWords("account");
  useEffect(() => titled(words.title, null), [words]);
  return (
    <div class="stack">
      <h1>{words.title}</h1>
      <Gate purpose="account">{(me, service) => <Account me={me} service={service} />}</Gate>
    </div>
  );
}

function Account({ me, service }: { me: Me; service: URL }) {
  const words = useWords("account");
  const { tab } = useAddress();
  const chosen = isPart(tab) ? tab : "you";
  const names = ["you", ...Object.keys(PARTS)] as (keyof typeof words.tabs)[];
  return (
    <Tabs
      label={words.title}
      tabs={names.map((id) => ({ id, title: words.tabs[id] }))}
      chosen={chosen}
      onchoose={(id) => change({ tab: id === "you" ? null : id })}
    >
      <div class="stack account-part">
        {isLimited(me) && <p class="card">{words.limited(me.benchmarks.join(", "))}</p>}
        {chosen === "you" ? <You me={me} service={service} /> : <Chosen name={chosen} me={me} service={service} />}
      </div>
    </Tabs>
  );
}

function Chosen({ name, me, service }: { name: PartName; me: Me; service: URL }) {
  const words = useWords("account");
  const { Show, role }: Part = PARTS[name];
  if (me.organisation === null) return <p class="muted">{words.needsOrganisation}</p>;
  if (!may(me, role)) return <p class="muted">{words.noRole(words.roles[role])}</p>;
  return <Show key={me.organisation} me={me} service={service} organisation={me.organisation} />;
}
