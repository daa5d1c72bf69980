import { useMemo } from "preact/hooks";
import { Later } from "../../../parts/Later";
import { useLoaded } from "../../../site/useLoaded";
import { useWords } from "../../../words";
import { loadUsage } from "../rows/usage";
import { BoardTable } from "../table/BoardTable";
import { efficiencyColumns, filled, type Usage } from "../table/columns";
import { filterKey, plainFilter, type ViewProps, visibleOf } from "./view";

/** What a public score costs in money, tokens and time. */
export default function Efficiency(props: ViewProps) {
  const { efficiencyLead } = useWords("board");
  const { publication } = props.context;
  const usage = useLoaded(() => loadUsage(publication), [publication]);
  return (
    <>
      <p class="lead muted">{efficiencyLead}</p>
      <Later of={usage} rows={12}>
        {(found) => <Costs {...props} usage={found} />}
      </Later>
    </>
  );
}

function Costs({ context, state, set, track, isGrouped, isWide, pins, onshown, usage }: ViewProps & { usage: Usage }) {
  const words = useWords("board");
  const { rows } = context;
  const [columns, absent] = useMemo(
    () => filled(efficiencyColumns(words, context, usage), rows),
    [words, context, usage, rows],
  );
  const visible = useMemo(() => visibleOf(columns, state, isWide), [columns, state.columns, state.sort, isWide]);
  const filter = useMemo(() => plainFilter(state, track), [filterKey(state, track)]);
  const tell = useMemo(
    () => (shown: typeof rows) => onshown({ rows: shown, columns, visible, all: rows.length }),
    [onshown, columns, visible, rows],
  );
  return (
    <>
      <BoardTable
        title={words.efficiency}
        {...{ context, rows, columns, visible, filter, isGrouped, pins }}
        sort={state.sort}
        first="-relative"
        onsort={(sort) => set({ sort })}
        onshown={tell}
      />
      {rows.length === 0 ? (
        <p class="lead muted">{words.empty}</p>
      ) : (
        absent.length > 0 && <p class="lead muted small">{words.absent(absent)}</p>
      )}
    </>
  );
}
