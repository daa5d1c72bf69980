import { Instant } from "../../parts/Instant";
import { useListed } from "../../service/asking";
import type { AuditLine } from "../../service/types";
import { useWords } from "../../words";
import type { AccountProps } from "./index";
import { Rows } from "./Rows";

/** Every change in the organisation, the latest first: lines are added, and never changed. */
export function Log({ service, organisation }: AccountProps) {
  const { log: words } = useWords("account");
  const listed = useListed<AuditLine>(service, "audit-log", { organisation, limit: 50 });
  return (
    <Rows<AuditLine>
      of={listed}
      title={words.title}
      name={`${organisation}-log`}
      keyOf={({ number }) => String(number)}
      empty={words.empty}
      columns={[
        { id: "number", title: words.number, value: ({ number }) => number, isNumber: true },
        { id: "at", title: words.at, value: ({ at }) => at, show: ({ at }) => <Instant at={at} /> },
        { id: "actor", title: words.actor, value: ({ actor }) => actor },
        { id: "action", title: words.action, value: ({ action }) => action, isHeading: true },
        { id: "subject", title: words.subject, value: (row) => words.of(row.subject_kind, row.subject) },
        { id: "details", title: words.details, value: ({ details }) => written(details) },
      ]}
    />
  );
}

const written = (details: object): string =>
  Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("; ");
