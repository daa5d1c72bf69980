import { href } from "../../../address";
import { useWords } from "../../../words";

interface PinnedProps {
  names: readonly string[];
  onclear: () => void;
}

/** The pinned entries, and the way to their comparison; it stays in sight. */
export function Pinned({ names, onclear }: PinnedProps) {
  const words = useWords("board");
  if (names.length === 0) return null;
  return (
    <section class="pins no-print" aria-label={words.pins}>
      <span>
        {names.length === 1 && `${words.pinAnother} `}
        {names.map((name, place) => (
          <span key={name}>
            {place > 0 && ", "}
            <bdi>{name}</bdi>
          </span>
        ))}
      </span>
      {names.length > 1 && (
        <a class="button main small" href={href({ page: "compare", entries: names.join(",") })}>
          {words.compare(names.length)}
        </a>
      )}
      <button type="button" class="button small" onClick={onclear}>
        {words.unpin}
      </button>
    </section>
  );
}
