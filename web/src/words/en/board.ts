import { grouped } from "../../numbers";
import { plural } from "../counting";

export default {
  // The head
  bases: { held_out: "Held-out", public: "Public" },
  rankedOn: {
    held_out: "Ranked on held-out items",
    public: (why: string) => `Ranked on PUBLIC items: ${why}`,
    mixed: "Ranked on held-out items in some tracks, on PUBLIC items in others",
  },
  noHeldOutSet: "no held-out set was scored",
  noReleased: "no entry has a released held-out score",
  lowerIsBetter: "lower is better",
  stale: (n: number) => `Ranks and comparisons are those of the last close: ${grouped(n)} pending`,
  facts: {
    entries: "Entries",
    publicItems: "Public items",
    onPrompts: (items: string, prompts: string) => `${items} on ${prompts} prompts`,
    heldOutItems: "Held-out items",
    noneScored: "none scored",
    detectable: "Detectable difference",
    medianGap: "Median overfit gap",
    chance: "Chance level",
    protocol: "Protocol",
    judge: "Judge",
    noJudge: "no LLM judge",
    licence: "Licence",
  },
  points: (value: string) => `${value} points`,
  proof: {
    title: "Check every number yourself",
    command: "Copy the command",
    publication: "Publication",
    digest: "Copy the publication's digest",
    unchecked: "Digests are not checked here: browsers compute them only on https and localhost.",
    more: "What was checked, and how",
  },

  // Tabs and what they show
  views: "Views",
  overall: "Overall",
  efficiency: "Efficiency",
  overallTitle: "Overall board",
  facetTitle: (facet: string) => `Public scores: ${facet}`,
  publicOnly: "Ranked on public scores.",
  neverSplit: "Held-out scores are never split: parts would give items away.",
  columnForValue: "A column for each value.",
  columnForProblem: "A column for each problem, and the average that ranks.",
  problems: "problems",
  item: "item",
  noSuchBoard: "There is no such board.",
  back: (facet: string) => `All of ${facet}`,
  average: "Average",
  efficiencyLead: "What a public score costs. Relative is the mean of an entry's ratios to the best one, in percent.",
  empty: "There are no entries yet.",
  noMatch: "No entry passes these filters.",
  absent: (labels: readonly string[]) => `No entry has: ${labels.join(", ").toLowerCase()}.`,
  older: (what: readonly string[]) => `This publication was made without ${what.join(" and ")}.`,
  olderComparisons: "comparisons with defaults (vendors/)",
  olderGroups: "tied groups",

  // Columns
  rank: "Rank",
  entry: "Entry",
  score: "Score",
  scoreNote: "the score that ranks, with its 95 % interval",
  public: "Public",
  heldOut: "Held-out",
  gap: "Overfit gap",
  gapNote: "public minus held-out score",
  wins: "Win regions",
  winsNote: "slices on which it beats its vendor's default; sorts by their number, then the largest lower bound",
  assurance: "Assurance",
  date: "Date",
  model: "Model",
  organisation: "Organisation",
  contributor: "Contributor",
  targetVerdict: "On its target",
  targetVerdicts: { "wins its target": "wins it", "loses it": "loses it", "not shown": "not shown" },
  answered: "Answered",
  costPerScore: "Cost per score, $",
  tokens: "Tokens",
  time: (unit: string) => `Time, ${unit}`,
  timeNote: "mean for one response",
  relative: "Relative, %",
  perDollar: "Score per dollar",
  perMillion: "Score per million tokens",
  perSecond: "Score per second",
  on: (value: string) => `On ${value}`,
  onNote: "public score on these items alone",
  unpaired: (pair: string) =>
    `This board does not publish scores on pairs of ${pair}: each column stands for its own items, and the first orders the rows.`,
  noneOn: (value: string) => `No entry has a score on ${value}: the benchmark may hold no items of it.`,

  // Cells
  none: "none",
  possibly: "possibly ",
  tied: (letters: string) => `Cannot be told apart from others with the letter ${letters}`,
  tiedGroups: "tied groups",
  waits: "waits for the next close",
  claimsDisagree: "claims disagree",
  sameRecipe: "Same recipe as",
  sameRecipeAfter: ", which has the rank",
  notMeasured: "Not a measurement:",
  noRank: "No rank:",
  /** Known reasons of the documents in this language; the others are shown as they are. */
  unreleased: {} as Readonly<Record<string, string>>,
  noScore: "no score",
  interval: (low: string, high: string) => `95 % interval: ${low} to ${high}`,
  noInterval: "no interval",
  between: (low: string, high: string) => `${low} to ${high}`,
  beyondChance: "gap beyond chance",
  pts: " pts",
  noWins: "none shown",
  moreWins: (name: string) => `more win regions of ${name}`,
  itsDefault: "its default",
  betterThan: (than: string, bound: string) => `better than ${than} by ${bound}, at once with all its regions (95 %)`,
  confirmed: "confirmed on later items",
  candidate: "candidate: not yet confirmed on later items",
  onHeldOut: (verdict: string) => `held-out items: ${verdict}`,
  tooFew: "too few to say",
  verdicts: { win: "win", loss: "loss", "no evidence": "no evidence" },
  ofPublic: "public",
  ofHeldOut: "held-out",

  // Groups
  yardsticks: "For comparison: chance, humans and other baselines",
  bestRank: (rank: number) => `best rank ${grouped(rank)}`,
  groupSize: (shown: number, size: number) =>
    shown === size ? plural(size, "entry", "entries") : `${grouped(shown)} of ${plural(size, "entry", "entries")}`,
  groupedBy: (isName: boolean, isHighest: boolean) =>
    `vendors stand by ${isName ? "name" : `their ${isHighest ? "highest" : "lowest"} value`}, ` +
    "and the entries of each in this order after its default",

  // Sorting
  sortBy: "Sort by",
  ascending: (label: string) => `${label}, ascending`,
  descending: (label: string) => `${label}, descending`,
  sorted: (label: string, isDown: boolean) => `Sorted by ${label}, ${isDown ? "descending" : "ascending"}`,

  // Filters
  filters: "Filters",
  filtersOf: (n: number) => (n === 0 ? "Filters" : `Filters (${grouped(n)})`),
  orderOfRows: "Order of rows",
  ranking: "Ranking",
  byVendor: "By vendor",
  search: "Search names, models, organisations, contributors",
  kind: "Kind",
  allKinds: "All kinds",
  vendor: "Vendor",
  allVendors: "All vendors",
  track: "Track",
  allTracks: "All tracks",
  anySlice: (facet: string) => `All of ${facet}`,
  winsOn: "Wins on",
  anyWins: "Any slice, or none",
  winsSomewhere: "Beats its default somewhere",
  madeFor: "Made for",
  anyTarget: "Any niche, or none",
  known: "Public score is",
  anyAssurance: "Known in any way",
  dates: "Date",
  anyDate: "Any date",
  lastDays: (n: number) => `Last ${grouped(n)} days`,
  ownDates: "From … to …",
  from: "From",
  to: "To",
  byClock: (day: string) => `Since ${day}, by the clock of this device.`,
  clear: "Clear filters",
  shown: (shown: number, all: number) =>
    shown === all ? plural(all, "entry", "entries") : `${grouped(shown)} of ${plural(all, "entry", "entries")}`,
  columns: "Columns",
  columnsReset: "As the board has them",

  // Pins
  pin: (name: string) => `Pin ${name} to compare`,
  pinHead: "Pin to compare",
  pinned: (n: number, most: number) => `${grouped(n)} of ${grouped(most)} pinned`,
  pins: "Entries to compare",
  pinAnother: "Pin another:",
  compare: (n: number) => `Compare ${grouped(n)} entries`,
  unpin: "Clear",

  // Weights
  weights: {
    title: "Your weights",
    open: "Your weights",
    lead:
      "What matters to you? Give each metric a weight: ranks follow the weighted mean of the published public scores, " +
      "among entries of the same track.",
    weightOf: (title: string) => `Weight of ${title}`,
    none: "not weighed",
    reset: "Back to the board's ranking",
    rank: "Your rank",
    rankNote: "with the ranks that remain possible where every weight may change by a fifth of itself",
    score: "Your score",
    holds: "Order holds within",
    holdsNote: "every weight may change by any share below this before its order to another entry changes",
    always: "any change",
    steady: (within: number, all: number) =>
      `${grouped(within)} of the first ${grouped(all)} keep their rank whatever a change of every weight by up to 20 %.`,
    lowerIsBetter: "lower is better",
    command: "The same with exact scores:",
    copy: "Copy the command that weighs the same",
    rounded: "Scores are taken as published, rounded to six places.",
  },

  // Legend
  legend: {
    ranks: "its rank, and the ranks that the data do not rule out",
    letters: "Entries that share a letter cannot be told apart",
    lettersTrack: "Entries that share a letter cannot be told apart within a track",
    slice: "slice",
    wins: "at least so much better than its vendor's default there; with a check where it held again on later items",
    score: "score that ranks, with its 95 % interval",
    public: "public score",
    chance: "chance level",
    human: "best human",
    axis: (from: string, to: string, unit: string) => `axis from ${from} to ${to}${unit}`,
  },

  // How to read it
  reading: {
    title: "How to read this board",
    winRegion: "win region",
    winRegionMeaning:
      "A slice on which an entry beats its vendor's default beyond chance, with the least it wins by. " +
      "It is a candidate until it holds again, by itself, on items that came after the entry: then it is confirmed.",
    beyond: "gap beyond chance",
    beyondMeaning: "The gap is larger than that of the other entries on the same items. It does not say why.",
  },

  // Apart
  apart: {
    title: (n: number, skipped: number) =>
      [
        n > 0 && plural(n, "entry of another protocol", "entries of other protocols"),
        skipped > 0 && `${grouped(skipped)} not on the board`,
      ]
        .filter(Boolean)
        .join(", "),
    protocol: (version: string) => `Protocol version ${version}`,
    rankedApart: (isHeldOut: boolean) =>
      `Made under other rules: ranked among themselves, on ${isHeldOut ? "held-out" : "PUBLIC"} items, never with the board above.`,
    skipped: "Listed, but not on the board",
  },

  // Live
  live: {
    updated: (added: number, moved: number) =>
      `The board was updated: ${plural(added, "new entry", "new entries")}, ${plural(moved, "rank", "ranks")} changed`,
    failed: "A newer board was published and could not be fetched yet.",
    dismiss: "Close this message",
  },
};
