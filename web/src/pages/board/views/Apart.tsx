// What is not ranked with the others: entries of earlier protocols, and those that are listed and not on the board.

import { useMemo } from "preact/hooks";
import { Later } from "../../../parts/Later";
import type { OtherProtocol } from "../../../site/types";
import { useLoaded } from "../../../site/useLoaded";
import { useWords } from "../../../words";
import { type Context, contextOver } from "../rows/context";
import type { Change } from "../state";
import { BoardTable } from "../table/BoardTable";
import { filled, overallColumns } from "../table/columns";

interface ApartProps {
  context: Context;
  isOpen: boolean;
  set: (change: Change) => void;
}

export function Apart({ context, isOpen, set }: ApartProps) {
  const { apart } = useWords("board");
  const { other_protocols: others, n_skipped: nSkipped } = context.header;
  const nOthers = Object.values(others).reduce((sum, own) => sum + own, 0);
  if (nOthers + nSkipped === 0) return null;
  const turn = (open: boolean) => open !== isOpen && set({ apart: open ? "open" : null });
  return (
    <details class="apart" open={isOpen} onToggle={({ currentTarget }) => turn(currentTarget.open)}>
      <summary>{apart.title(nOthers, nSkipped)}</summary>
      {isOpen && <Listed context={context} />}
    </details>
  );
}

function Listed({ context }: { context: Context }) {
  const { apart } = useWords("board");
  const board = useLoaded(() => context.publication.board(), [context.publication]);
  return (
    <Later of={board} rows={4}>
      {({ other_protocols: others, skipped }) => (
        <div class="stack">
          {others.map((own) => (
            <Other key={own.protocol_version} context={context} own={own} />
          ))}
          {skipped.length > 0 && (
            <section class="stack">
              <h2>{apart.skipped}</h2>
              <dl class="reasons">
                {skipped.map(({ entry, reason }) => (
                  <div key={entry}>
                    <dt>
                      <bdi>{entry}</bdi>
                    </dt>
                    <dd>
                      <bdi>{reason}</bdi>
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )}
        </div>
      )}
    </Later>
  );
}

function Other({ context, own }: { context: Context; own: OtherProtocol }) {
  const words = useWords("board");
  const over = useMemo(() => contextOver(context, own.entries, own.ranking), [context, own]);
  const columns = useMemo(() => filled(overallColumns(words, over), over.rows)[0], [words, over]);
  const visible = useMemo(
    () => new Set(columns.filter(({ shown }) => shown !== "asked").map(({ id }) => id)),
    [columns],
  );
  const title = words.apart.protocol(own.protocol_version);
  return (
    <section class="stack">
      <h2>
        <bdi>{title}</bdi>
      </h2>
      <p class="muted prose">{words.apart.rankedApart(own.ranking.startsWith("held_out"))}</p>
      <BoardTable
        {...{ title, columns, visible }}
        context={over}
        rows={over.rows}
        filter={null}
        sort={undefined}
        first="rank"
        isGrouped={false}
        onsort={() => undefined}
      />
    </section>
  );
}
