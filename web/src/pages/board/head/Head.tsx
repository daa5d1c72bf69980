// The head of the board: what is measured, what the ranks follow, and how to check it.

import "./head.css";

import type { ComponentChildren } from "preact";
import { href } from "../../../address";
import { commandOf, siteOf } from "../../../commands";
import { count, fixed } from "../../../numbers";
import { Command, Digest } from "../../../parts/Copy";
import { Icon } from "../../../parts/Icon";
import { useWords } from "../../../words";
import type { Context } from "../rows/context";
import { useMedia } from "../table/useWidth";

/** Where the rows should not have to wait for the command. */
const PHONE = "(max-width: 40rem)";

export function Head({ context }: { context: Context }) {
  const { header, benchmark } = context;
  return (
    <header class="board-head" id="header">
      <div class="stack">
        <h1>
          <bdi>{header.title}</bdi>
        </h1>
        {benchmark.description && (
          <p class="muted prose" dir="auto">
            {benchmark.description}
          </p>
        )}
        <Basis context={context} />
        <Facts context={context} />
      </div>
      <Proof context={context} />
    </header>
  );
}

function Basis({ context: { header, basis, scale } }: { context: Context }) {
  const words = useWords("board");
  const { n_prompts: nPrompts, note } = header.held_out_set;
  const why = nPrompts === null ? words.noHeldOutSet : words.noReleased;
  const ranked =
    basis === null ? words.rankedOn.mixed : basis === "public" ? words.rankedOn.public(why) : words.rankedOn.held_out;
  return (
    <div class="row basis">
      <Chip id="basis" isGood={basis === "held_out"}>
        {ranked}
        {scale.isLowerBetter && `; ${words.lowerIsBetter}`}
      </Chip>
      {(header.n_pending ?? 0) > 0 && (
        <Chip id="pending" isGood={false}>
          {words.stale(header.n_pending ?? 0)}
        </Chip>
      )}
      {note && (
        <Chip id="note" isGood={false}>
          {(note[0] ?? "").toUpperCase() + note.slice(1)}
        </Chip>
      )}
    </div>
  );
}

function Chip({ id, isGood, children }: { id: string; isGood: boolean; children: ComponentChildren }) {
  return (
    <p class={isGood ? "chip good" : "chip warn"} id={id}>
      <Icon name={isGood ? "check" : "warning"} />
      <bdi>{children}</bdi>
    </p>
  );
}

function Facts({ context: { header, benchmark, scale } }: { context: Context }) {
  const { facts, points } = useWords("board");
  const { n_items: nItems, n_prompts: nPrompts } = header.public_set;
  const items = count(nItems) ?? "";
  const inPoints = (written: string | null) => written && (scale.isShares ? points(written) : written);
  // A size, not a direction: it has no sign.
  const least = header.minimum_detectable_difference;
  const detectable = least === null ? null : fixed(least * (scale.isShares ? 100 : 1), scale.isShares ? 1 : 4);
  const gap = header.median_overfit_gap ?? null;
  const known: readonly (readonly [string, string | null | undefined])[] = [
    [facts.entries, count(header.n_entries)],
    [facts.publicItems, nItems === nPrompts ? items : facts.onPrompts(items, count(nPrompts) ?? "")],
    [facts.heldOutItems, count(header.held_out_set.n_prompts) ?? facts.noneScored],
    [facts.detectable, inPoints(detectable)],
    [facts.medianGap, inPoints(scale.signed(gap))],
    [facts.chance, scale.publicUnit(header.chance_level)],
    [facts.protocol, header.eval_protocol_version],
    [facts.judge, header.judge_model ?? facts.noJudge],
    [facts.licence, benchmark.licence],
  ];
  return (
    <dl class="facts">
      {known.map(
        ([title, value]) =>
          value && (
            <div key={title}>
              <dt>{title}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

function Proof({ context: { publication } }: { context: Context }) {
  const { proof } = useWords("board");
  const isPhone = useMedia(PHONE);
  return (
    <details class="card proof" open={!isPhone}>
      <summary>
        <h2>{proof.title}</h2>
      </summary>
      <Command text={commandOf("verify", siteOf(publication))} label={proof.command} />
      {publication.digest === null ? (
        <p class="small warn">{proof.unchecked}</p>
      ) : (
        <p class="row small">
          {proof.publication} <Digest of={publication.digest} label={proof.digest} />
        </p>
      )}
      <p class="small">
        <a href={href({ page: "verify" })}>{proof.more}</a>
      </p>
    </details>
  );
}
