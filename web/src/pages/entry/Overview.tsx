import { DataTable } from "../../parts/DataTable";
import { nameOf } from "../../parts/EntryName";
import { Icon } from "../../parts/Icon";
import { Loading } from "../../parts/Loading";
import { useSteps } from "../../parts/useSteps";
import { facetTitle, sliceTitle } from "../../site/slices";
import type { WinRegion } from "../../site/types";
import { useWords } from "../../words";
import { Agreement, Claims, Metrics, Purged } from "./Beside";
import { Cards } from "./Cards";
import type { Shown } from "./index";
import { Radar } from "./Radar";
import { atLeast, targetWords } from "./said";
import { Terms } from "./Terms";

/** What there is to say at first sight: target, wins, the shape against the default, and every number of its row. */
export function Overview(shown: Shown) {
  const step = useSteps(3);
  return (
    <div class="stack">
      <Purged {...shown} />
      <Claims {...shown} />
      <div class="grid findings">
        <Target {...shown} />
        <Wins {...shown} />
      </div>
      {step > 1 && <Cards {...shown} />}
      {step > 2 && (
        <>
          <Metrics {...shown} />
          <Agreement {...shown} />
          <Radar {...shown} />
        </>
      )}
      {step < 3 && <Loading key={step} />}
    </div>
  );
}

const MOST_WINS = 6;
const SHADES: Readonly<Record<string, string>> = { "wins its target": "good", "loses it": "bad" };

/** What it was made for, and whether it is better there; or why there is nothing to say. */
function Target({ row, context }: Shown) {
  const words = useWords("entry");
  const { target: said } = words;
  const target = row.target_subgroup as { description: string; selector: Record<string, string[]> } | null;
  const found = row.target_verdict;
  const than = context.defaultOf(row);
  if (!target) {
    return (
      <section class="card stack target">
        <h2>{said.title}</h2>
        <p class="muted" id="target">
          {row.kind === "default" ? said.default : said.none}
        </p>
      </section>
    );
  }
  const selected = Object.entries(target.selector).map(
    ([facet, values]) => `${facetTitle(facet, context.benchmark)}: ${[values].flat().join(", ")}`,
  );
  const verdict = found?.verdict ?? null;
  const held = found && (found.held_out ? said.testedToo(words.verdicts[found.held_out]) : said.notReleased);
  return (
    <section class="card target">
      <div class="spread">
        <h2>{said.title}</h2>
        <span class={`chip ${SHADES[verdict ?? ""] ?? ""}`}>{verdict ? said.verdicts[verdict] : said.noVerdict}</span>
      </div>
      <Terms
        pairs={[
          [said.madeFor, target.description],
          [said.selects, selected.join("; ")],
          [
            said.public,
            <span key="said" id="target">
              {targetWords(found, context, than ? nameOf(than) : said.its, words)}
            </span>,
          ],
          [said.heldOut, held],
        ]}
      />
    </section>
  );
}

function Wins({ row, context }: Shown) {
  const words = useWords("entry");
  const { wins: said } = words;
  const than = context.defaultOf(row);
  const wins = row.win_regions ?? [];
  const isDefault = row.kind === "default";
  return (
    <section class="card stack">
      <h2>{said.title}</h2>
      {wins.length > 0 ? (
        <>
          <p class="muted small">{said.lead(than ? nameOf(than) : words.target.its)}</p>
          <DataTable<WinRegion>
            title={said.title}
            name={`${row.vendor}-${row.config_name}-wins`}
            isTitleHidden
            most={MOST_WINS}
            rows={wins}
            keyOf={({ slice }) => slice}
            empty={said.none}
            columns={[
              {
                id: "slice",
                title: said.slice,
                value: ({ slice }) => slice,
                show: ({ slice }) => sliceTitle(slice, context.benchmark, true),
                isHeading: true,
              },
              {
                id: "lower_bound",
                title: context.scale.isShares ? words.figures.inPoints(said.bound) : said.bound,
                value: (win) => win.lower_bound,
                show: (win) => (
                  <span class="verdict-mark win">
                    <Icon name="up" size={12} />
                    {atLeast(win.lower_bound, context, words)}
                  </span>
                ),
                isNumber: true,
              },
              {
                id: "state",
                title: said.state,
                note: said.stateNote,
                value: ({ state }) => state,
                show: ({ state }) => words.verdictStates[state],
              },
              {
                id: "held_out",
                title: said.heldOut,
                value: (win) => win.held_out,
                show: (win) => (win.held_out ? words.verdicts[win.held_out] : said.tooFew),
              },
            ]}
          />
        </>
      ) : (
        <p class="muted">{isDefault ? said.isDefault : than ? said.none : said.notCompared}</p>
      )}
    </section>
  );
}
