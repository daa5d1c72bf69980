import { count } from "../../numbers";
import { Digest } from "../../parts/Copy";
import { Fact } from "../../parts/Fact";
import type { BoardContext } from "../../site/rows";
import { useWords } from "../../words";

/** What a benchmark has that says nothing of it. */
const SMALLEST_CELL = 50;

/** What stays secret, and what leaves. */
export function HeldOut({ context: { board, benchmark } }: { context: BoardContext }) {
  const words = useWords("about");
  const { n_prompts: nPrompts, commitment, note } = board.held_out_set;
  const { minimum_cell: cell = SMALLEST_CELL, release_step: step } = benchmark.policies ?? {};
  return (
    <section class="stack" id="held-out">
      <h2>{words.heldOut}</h2>
      <p class="prose">{nPrompts === null ? words.heldOutNone : words.heldOutLead}</p>
      {note && (
        <p class="chip warn">
          <bdi>{note}</bdi>
        </p>
      )}
      {nPrompts !== null && (
        <dl class="facts">
          <Fact name={words.heldOutCount}>{count(nPrompts)}</Fact>
          <Fact name={words.step}>{step}</Fact>
          <Fact name={words.cell}>{count(cell)}</Fact>
          <Fact name={words.commitment}>{commitment && <Digest of={commitment} label={words.commitment} />}</Fact>
        </dl>
      )}
      {commitment && <p class="muted small prose">{words.commitmentNote}</p>}
    </section>
  );
}
