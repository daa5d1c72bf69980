// What the signs of the table mean, and below the table, how its numbers were made.

import { ASSURANCES, Assurance } from "../../../parts/Assurance";
import { useWords } from "../../../words";
import type { Context } from "../rows/context";
import { Bar } from "../table/cells";

export function Legend({ context }: { context: Context }) {
  const { legend } = useWords("board");
  const { header, basis, scale, rows, human } = context;
  const hasRanges = rows.some((row) => row.rank_range);
  const hasGroups = rows.some((row) => row.tied_groups);
  const hasWins = rows.some((row) => row.win_regions?.length);
  return (
    <p class="legend small muted">
      {hasRanges && (
        <span>
          <strong>3</strong> 1–8 {legend.ranks}
        </span>
      )}
      {hasGroups && (
        <span>
          <span class="letters">ab</span> {header.tracks.length > 1 ? legend.lettersTrack : legend.letters}
        </span>
      )}
      {hasWins && (
        <span>
          <span class="win">{legend.slice} ≥ +x</span> {legend.wins}
        </span>
      )}
      <span>
        <Bar
          said={null}
          marks={[
            ["interval", "M9 8H91"],
            ["point", "M50 3v10"],
          ]}
        />
        {legend.score}
      </span>
      {basis !== "public" && (
        <span>
          <Bar said={null} marks={[["public", "M50 8h0"]]} />
          {legend.public}
        </span>
      )}
      {header.chance_level !== null && (
        <span>
          <Bar said={null} marks={[["chance", "M50 2v12"]]} />
          {legend.chance}
        </span>
      )}
      {human !== null && (
        <span>
          <Bar said={null} marks={[["human", "M50 2v12"]]} />
          {legend.human}
        </span>
      )}
      <span>{legend.axis(scale.axis[0], scale.axis[1], scale.unit)}</span>
    </p>
  );
}

export function Reading({ context: { header, benchmark } }: { context: Context }) {
  const { reading } = useWords("board");
  const { assuranceMeaning } = useWords("common");
  const sentence = (text: string) => `${(text[0] ?? "").toUpperCase()}${text.slice(1)}.`;
  return (
    <details class="reading">
      <summary>{reading.title}</summary>
      <dl>
        {[...ASSURANCES].reverse().map((name) => (
          <div key={name}>
            <dt>
              <Assurance of={name} />
            </dt>
            <dd>{sentence(assuranceMeaning[name])}</dd>
          </div>
        ))}
        <div>
          <dt>{reading.winRegion}</dt>
          <dd>{reading.winRegionMeaning}</dd>
        </div>
        <div>
          <dt>{reading.beyond}</dt>
          <dd>{reading.beyondMeaning}</dd>
        </div>
        {Object.entries(header.method ?? {}).map(([name, text]) => (
          <div key={name}>
            <dt>{name.replaceAll("_", " ")}</dt>
            <dd>
              <bdi>{sentence(text)}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {benchmark.source && (
        <p class="small muted">
          <bdi>{benchmark.source}</bdi>
        </p>
      )}
    </details>
  );
}
