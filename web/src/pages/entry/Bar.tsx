import type { BoardContext } from "../../site/rows";
import { useWords } from "../../words";

const WIDTH = 160;

interface ScoreBarProps {
  score: number | null;
  interval: readonly [number, number] | null;
  context: BoardContext;
}

/** A score with its interval on the axis that all entries share; the numbers stand below it as text. */
export function ScoreBar({ score, interval, context: { scale } }: ScoreBarProps) {
  const { figures } = useWords("entry");
  if (score === null) return null;
  const [low, high] = interval ?? [score, score];
  const [from, to, at] = [low, high, score].map((value) => 4 + scale.place(value) * (WIDTH - 8)) as [
    number,
    number,
    number,
  ];
  return (
    <>
      <svg class="score-bar" viewBox={`0 0 ${WIDTH} 16`} width={WIDTH} height="16" aria-hidden="true">
        <title>{figures.scale(...scale.axis)}</title>
        <rect class="axis" x="4" y="7" width={WIDTH - 8} height="2" />
        <rect class="range" x={from} y="3" width={Math.max(to - from, 1)} height="10" rx="3" />
        <rect class="score" x={at - 1} y="1" width="2" height="14" rx="1" />
      </svg>
      {interval && (
        <span class="small muted">{figures.interval(scale.publicUnit(low) ?? "", scale.publicUnit(high) ?? "")}</span>
      )}
    </>
  );
}

interface PairBarProps {
  own: number | null;
  than: number | null;
  context: BoardContext;
}

/** Two scores on one axis from 0: the own one as a bar, the default's as a mark. */
export function PairBar({ own, than, context: { scale } }: PairBarProps) {
  if (own === null || !scale.isShares) return null;
  const width = (value: number) => Math.min(1, Math.max(0, value)) * 100;
  return (
    <svg class="pair-bar" viewBox="0 0 100 12" width="100" height="12" aria-hidden="true">
      <rect class="axis" x="0" y="0" width="100" height="12" rx="2" />
      <rect class="own" x="0" y="2" width={width(own)} height="8" rx="2" />
      {than !== null && (
        <rect class="than" x={Math.min(98, Math.max(0, width(than) - 1))} y="0" width="2" height="12" />
      )}
    </svg>
  );
}
