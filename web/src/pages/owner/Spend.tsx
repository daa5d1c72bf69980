import { fixed } from "../../numbers";
import { DataTable } from "../../parts/DataTable";
import { Failure } from "../../parts/Failure";
import { useAsked, useListed } from "../../service/asking";
import type { SpendSummary, SpendView } from "../../service/types";
import { useWords } from "../../words";
import type { OwnerProps } from "./index";
import { Shown } from "./Shown";

/** What continuous evaluation cost, and what it may cost. */
export function Spend({ service, benchmark }: OwnerProps) {
  const { spend } = useWords("owner");
  const month = useAsked<SpendSummary>(service, "spend/month", { benchmark });
  const listed = useListed<SpendView>(service, "spend", { benchmark });
  return (
    <>
      {month.error !== null && <Failure error={month.error} onretry={month.again} />}
      {month.answer && <Month of={month.answer} />}
      <Shown of={listed} empty={spend.none}>
        {(items) => (
          <DataTable
            title={spend.title}
            name="spend"
            rows={items}
            keyOf={({ entry, at }) => `${entry} ${at}`}
            empty={spend.none}
            columns={[
              { id: "day", title: spend.day, isHeading: true, value: ({ day }) => day },
              { id: "entry", title: spend.entry, value: ({ entry }) => entry },
              { id: "schedule", title: spend.schedule, value: ({ schedule }) => schedule },
              {
                id: "dollars",
                title: spend.dollars,
                isNumber: true,
                value: ({ dollars }) => dollars,
                show: ({ dollars }) => fixed(dollars, 2),
              },
            ]}
          />
        )}
      </Shown>
    </>
  );
}

function Month({ of }: { of: SpendSummary }) {
  const { spend } = useWords("owner");
  const [spent, cap, run] = [of.dollars, of.dollars_per_month, of.dollars_per_run].map((one) => fixed(one, 2) ?? "");
  return (
    <section class="card stack">
      <h2>{spend.month(of.month)}</h2>
      <p>
        <strong>{spend.of(spent ?? "", cap ?? "")}</strong> <span class="muted">· {spend.perRun(run ?? "")}</span>
      </p>
      <meter
        min={0}
        max={Math.max(of.dollars_per_month, of.dollars)}
        value={of.dollars}
        aria-label={spend.month(of.month)}
      />
    </section>
  );
}
