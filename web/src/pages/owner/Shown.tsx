import type { ComponentChildren } from "preact";
import { Failure } from "../../parts/Failure";
import { Loading } from "../../parts/Loading";
import type { Listed } from "../../service/asking";
import { useWords } from "../../words";

interface ShownProps<Item> {
  of: Listed<Item>;
  /** Said where there is nothing. */
  empty: string;
  /** How much room it keeps while it is asked for. */
  rows?: 1 | 4;
  children: (items: readonly Item[]) => ComponentChildren;
}

/** A list of the service: what there is, that there is nothing, or why it is not known. */
export function Shown<Item>({ of, empty, rows = 4, children }: ShownProps<Item>) {
  const words = useWords("owner");
  if (of.error !== null) return <Failure error={of.error} onretry={of.again} />;
  if (of.items === null) return <Loading rows={rows} />;
  if (of.items.length === 0) return <p class="muted">{empty}</p>;
  return (
    <>
      {children(of.items)}
      {of.hasMore && (
        <button type="button" class="button" onClick={of.more}>
          {words.more}
        </button>
      )}
    </>
  );
}
