import type { ComponentChildren } from "preact";
import { href } from "../../address";
import { Assurance, isAssurance } from "../../parts/Assurance";
import { Kind, nameOf } from "../../parts/EntryName";
import { Icon } from "../../parts/Icon";
import { useWords } from "../../words";
import { ScoreBar } from "./Bar";
import type { Shown } from "./index";
import { ends, lettersOf, pointsOf } from "./said";

/** Who the entry is, where it stands, and how that is known. */
export function Head(shown: Shown) {
  const { row, name, context } = shown;
  const words = useWords("entry");
  const than = context.defaultOf(row);
  const model = row.model ? { page: "model", model: row.model } : { page: "model", vendor: row.vendor };
  return (
    <header class="stack">
      <div>
        <h1 class="title">
          <bdi>
            <span class="muted">{row.vendor}/</span>
            <wbr />
            {row.config_name}
          </bdi>
        </h1>
        <div class="row">
          <Kind of={row.kind} />
          {row.pending && (
            <span class="badge warn" title={words.waitsMeaning}>
              {words.waits}
            </span>
          )}
          {row.track && <span class="badge">{row.track}</span>}
          {row.title && (
            <strong>
              <bdi>{row.title}</bdi>
            </strong>
          )}
          {row.organization && <bdi class="muted">{row.organization}</bdi>}
        </div>
      </div>
      <States {...shown} />
      <Figures {...shown} />
      <Known {...shown} />
      <div class="row no-print">
        {than && than !== row && (
          <a class="button" href={href({ page: "compare", entries: `${name},${nameOf(than)}` })}>
            {words.compare(nameOf(than))}
          </a>
        )}
        <a class="button" href={href(model)}>
          <Icon name="clock" size={14} /> {words.models}
        </a>
        <a class="button" href={href({ page: "verify", entry: name })}>
          <Icon name="check" size={14} /> {words.recompute}
        </a>
      </div>
    </header>
  );
}

/** What is unusual about the entry, in a sentence each. */
function States({ row, context }: Shown) {
  const words = useWords("entry");
  const isOther = row.protocol_version !== context.board.eval_protocol_version;
  return (
    <>
      {row.pending && <p class="muted">{words.waitsMeaning}</p>}
      {row.invalid && (
        <p class="warn">
          <Icon name="warning" /> {words.invalid(row.invalid)}
        </p>
      )}
      {row.same_recipe_as && (
        <p>
          {words.sameRecipe}{" "}
          <a href={href({ page: "entry", entry: row.same_recipe_as })}>
            <bdi>{row.same_recipe_as}</bdi>
          </a>
          {words.sameRecipeAfter}
        </p>
      )}
      {isOther && <p class="muted">{words.otherProtocol(row.protocol_version)}</p>}
    </>
  );
}

function Figure({ title, value, children }: { title: string; value: string; children?: ComponentChildren }) {
  return (
    <div class="card figure">
      <dt>{title}</dt>
      <dd>
        <span class="figure-value">{value}</span>
        {children}
      </dd>
    </div>
  );
}

function Figures({ row, context }: Shown) {
  const { figures, facts, noRank } = useWords("entry");
  const words = useWords("entry");
  const { scale } = context;
  const { public: open, held_out: held } = row;
  const range = ends(row.rank_range);
  const tied = ends(row.tied_groups);
  const letters = tied && lettersOf(tied);
  const gap = ends(row.overfit_interval);
  const between = (low: string | null, high: string | null) => figures.interval(low ?? "", high ?? "");
  return (
    <dl class="figures">
      <Figure title={facts.rank} value={row.rank === null ? noRank : String(row.rank)}>
        {range && <span class="small muted">{figures.possibly(...range)}</span>}
        {letters && (
          <span class="small muted" title={figures.tiedMeaning(letters)}>
            {figures.tied(letters)}
          </span>
        )}
      </Figure>
      <Figure title={facts.publicKnown} value={scale.publicUnit(open.score) ?? noRank}>
        {open.score === null && open.reason && <span class="small muted">{open.reason}</span>}
        <ScoreBar score={open.score} interval={ends(open.interval)} context={context} />
        {open.score !== null && isAssurance(open.assurance) && <Assurance of={open.assurance} />}
      </Figure>
      <Figure title={facts.heldOutKnown} value={scale.heldOutUnit(held.score) ?? noRank}>
        {held.score === null && <span class="small muted">{held.status}</span>}
        <ScoreBar score={held.score} interval={ends(held.interval)} context={context} />
        {held.score !== null && isAssurance(held.assurance) && <Assurance of={held.assurance} />}
      </Figure>
      {row.overfit_gap !== null && (
        <Figure title={facts.gap} value={pointsOf(row.overfit_gap, context, words) ?? noRank}>
          {gap && <span class="small muted">{between(scale.signed(gap[0]), scale.signed(gap[1]))}</span>}
          {row.overfit_test && (
            <span class="small muted">
              {row.overfit_test === "beyond chance" ? figures.beyondChance : figures.notBeyond}
            </span>
          )}
        </Figure>
      )}
    </dl>
  );
}

/** How its scores are known, in one sentence. */
function Known({ row }: Shown) {
  const { known } = useWords("entry");
  const { assuranceMeaning } = useWords("common");
  const found = [
    { set: "public" as const, ...row.public },
    { set: "heldOut" as const, ...row.held_out },
  ].filter(({ score, assurance }) => score !== null && isAssurance(assurance));
  return (
    <p class="small" id="known">
      {found.map(({ set, assurance }, place) => {
        if (!isAssurance(assurance)) return null;
        const begin = set === "heldOut" && place > 0 ? known.heldOutNext : known[set];
        const meaning = known.meaning(assuranceMeaning[assurance]);
        return [
          begin,
          <Assurance key={set} of={assurance} />,
          meaning,
          place + 1 < found.length ? known.next : known.end,
        ];
      })}
    </p>
  );
}
