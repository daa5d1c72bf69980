import { type DataColumn, DataTable } from "../../parts/DataTable";
import { Failure } from "../../parts/Failure";
import { Loading } from "../../parts/Loading";
import type { Listed } from "../../service/asking";
import { useWords } from "../../words";

interface RowsProps<Row> {
  of: Listed<Row>;
  title: string;
  name: string;
  columns: readonly DataColumn<Row>[];
  keyOf: (row: Row) => string;
  empty: string;
}

/** A list of the service as a table, page after page. */
export function Rows<Row>({ of, ...table }: RowsProps<Row>) {
  const { more } = useWords("common");
  if (of.items === null)
    return of.error === null ? <Loading rows={4} /> : <Failure error={of.error} onretry={of.again} />;
  return (
    <>
      {of.error !== null && <Failure error={of.error} onretry={of.again} />}
      <DataTable<Row> {...table} level={2} rows={of.items} />
      {of.hasMore && (
        <div>
          <button type="button" class="button" onClick={() => !of.isAsking && of.more()}>
            {more}
          </button>
        </div>
      )}
    </>
  );
}
