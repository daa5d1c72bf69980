import { useWords } from "../words";

/** What stands where something is being fetched; it keeps room, so that nothing below jumps. */
export function Loading({ rows = 12 }: { rows?: number }) {
  const { loading, late } = useWords("common");
  return (
    <div class="loading" aria-busy="true" data-rows={rows}>
      <p class="muted">{loading}</p>
      <p class="muted late">{late}</p>
    </div>
  );
}
