import { ASSURANCES, Assurance } from "../../parts/Assurance";
import type { BoardContext } from "../../site/rows";
import { useWords } from "../../words";

/** How sure the numbers are, how each kind is made, and how it is known. */
export function Measured({ context: { board, scale } }: { context: BoardContext }) {
  const words = useWords("about");
  const { assuranceMeaning, unknown } = useWords("common");
  const written = (value: number | null) => {
    const points = scale.points(value);
    return points && points.replace(/^[+]/, "") + (scale.isShares ? words.points : "");
  };
  return (
    <section class="stack" id="method">
      <h2>{words.detectable}</h2>
      <p class="prose">
        <strong class="large">{written(board.minimum_detectable_difference) ?? unknown}</strong>{" "}
        {board.minimum_detectable_difference !== null &&
          words.detectableLead(written(board.minimum_detectable_difference) ?? "")}
      </p>
      {board.median_overfit_gap !== null && (
        <p class="prose">
          {words.medianGap}:{" "}
          <strong>
            {scale.points(board.median_overfit_gap)}
            {scale.isShares && words.points}
          </strong>
          {words.medianGapNote}
        </p>
      )}
      <details class="card">
        <summary>{words.known}</summary>
        <dl class="defined">
          {ASSURANCES.toReversed().map((of) => (
            <div key={of}>
              <dt>
                <Assurance of={of} />
              </dt>
              <dd>{assuranceMeaning[of]}</dd>
            </div>
          ))}
        </dl>
      </details>
      <details class="card">
        <summary>{words.method}</summary>
        {/* The method is part of the document, and in the language that it was published in. */}
        <dl class="defined" lang="en">
          {Object.entries(board.method ?? {}).map(([name, text]) => (
            <div key={name}>
              <dt>{name.replaceAll("_", " ")}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}
