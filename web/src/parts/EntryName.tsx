import { href } from "../address";
import { type Named, nameOf } from "../site/names";
import { useWords } from "../words";

export { type Named, nameOf };

/** How an entry is called, as a link to its page. */
export function EntryName({ of }: { of: Named }) {
  return (
    <a class="name" href={href({ page: "entry", entry: nameOf(of) })}>
      <span class="muted">{of.vendor}/</span>
      <wbr />
      {of.config_name}
    </a>
  );
}

/** What kind of entry it is. */
export function Kind({ of }: { of: string }) {
  const { kinds } = useWords("common");
  return <span class="badge">{kinds[of as keyof typeof kinds] ?? of}</span>;
}
