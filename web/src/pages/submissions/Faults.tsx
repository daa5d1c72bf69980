import { DataTable } from "../../parts/DataTable";
import type { FaultView } from "../../service/types";
import { useWords } from "../../words";

interface FaultsProps {
  faults: readonly FaultView[];
  name: string;
  level?: 2 | 3;
}

/** Every reason at once, with its file and line. */
export function Faults({ faults, name, level = 3 }: FaultsProps) {
  const { faults: title, fault: words } = useWords("submissions");
  const keyed = faults.map((fault, number) => ({ ...fault, number }));
  return (
    <DataTable
      title={title(faults.length)}
      level={level}
      name={`${name}-reasons`}
      rows={keyed}
      keyOf={({ number }) => String(number)}
      empty=""
      columns={[
        { id: "place", title: words.place, value: ({ place }) => place, show: ({ place }) => <code>{place}</code> },
        { id: "line", title: words.line, value: ({ line }) => line || null, isNumber: true },
        { id: "reason", title: words.reason, value: ({ reason }) => reason },
      ]}
    />
  );
}
