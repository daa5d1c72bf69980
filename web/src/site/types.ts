// Written by tools/page_types.py out of our schemas.

export interface Everything {
  Acceptance: Acceptance;
  Benchmark: Benchmark;
  Metric: Metric;
  GraderSpec: GraderSpec;
  Threshold: Threshold;
  ItemSets: ItemSets1;
  Facet: Facet;
  Aggregate: Aggregate;
  Mean: Mean;
  WeightedMean: WeightedMean;
  Borda: Borda;
  Policies: Policies1;
  Judge: Judge;
  Price: Price;
  VendorProfile: VendorProfile;
  Program: Program;
  Limits: Limits1;
  CloseTheLoop: CloseTheLoop;
  BenchmarkDocument: BenchmarkDocument;
  CategoryBoard: CategoryBoard;
  CategoryRow: CategoryRow;
  Checkpoint: Checkpoint;
  Columns: Columns;
  Words: Words;
  Numbers: Numbers;
  Intervals: Intervals;
  ColumnsHeader: ColumnsHeader;
  PublicSet: PublicSet;
  HeldOutSet: HeldOutSet;
  Commitments: Commitments;
  Configuration: Configuration;
  TargetSubgroup: TargetSubgroup;
  Decoding: Decoding;
  Model: Model;
  Hardware: Hardware;
  Reproducibility: Reproducibility;
  Projection: Projection;
  EntryDocument: EntryDocument;
  EntryRecord: EntryRecord;
  BundleReference: BundleReference;
  GradedReference: GradedReference;
  Purge: Purge;
  Tallies: Tallies;
  SecondsSpread: SecondsSpread;
  JudgeAgreement: JudgeAgreement;
  VotesAgreement: VotesAgreement;
  JudgesAgreement: JudgesAgreement;
  Revision: Revision;
  Envelope: Envelope;
  EnvelopeSignature: EnvelopeSignature;
  GradedDocument: GradedDocument;
  GradedResponse: GradedResponse;
  Item: Item;
  ItemPage: ItemPage;
  ItemIndex: ItemIndex;
  ItemCount: ItemCount;
  Leaderboard: Leaderboard;
  BoardRow: BoardRow;
  PublicScore: PublicScore;
  Runs: Runs;
  TrialVariance: TrialVariance;
  HeldOutScore: HeldOutScore;
  CloseTheLoopFigures: CloseTheLoopFigures;
  TierLoopFigures: TierLoopFigures;
  WinRegion: WinRegion;
  TargetVerdict: TargetVerdict;
  Efficiency: Efficiency;
  UsageSummary: UsageSummary;
  Spread: Spread;
  Run: Run;
  Disagreement: Disagreement;
  OtherProtocol: OtherProtocol;
  Skipped: Skipped;
  Leaf: Leaf;
  Manifest: Manifest;
  FileRecord: FileRecord;
  JudgeRecord: JudgeRecord;
  SourceRecord: SourceRecord;
  Publication: Publication;
  PurgeRecord: PurgeRecord;
  ScoresDocument: ScoresDocument;
  MetricColumn: MetricColumn;
  Receipt: Receipt;
  SignedCheckpoint: SignedCheckpoint;
  ReleasesDocument: ReleasesDocument;
  Release: Release;
  HeldOutVerdicts: HeldOutVerdicts;
  ReportedScore: ReportedScore;
  RerunStatement: RerunStatement;
  StatementSubject: StatementSubject;
  SubjectDigest: SubjectDigest;
  Rerun: Rerun;
  Response: Response;
  Usage: Usage;
  Submission: Submission;
  SubmittedConfiguration: SubmittedConfiguration;
  SubmittedBundle: SubmittedBundle;
  SubmissionSignature: SubmissionSignature;
  SubmissionStatement: SubmissionStatement;
  VendorDocument: VendorDocument;
  VendorEntry: VendorEntry;
  DefaultComparison: DefaultComparison;
  SliceComparison: SliceComparison;
  Verdict: Verdict;
}
/**
 * `accepted.json`: the record, in an entry's folder, that a submission was taken.
 */
export interface Acceptance {
  schema_version: 1;
  date: string | null;
  /**
   * SHA-256 of exact bytes.
   */
  artifact: string;
  software_version: string;
  protocol_version: string;
}
/**
 * What is measured, by which rules; everything a reader needs to recompute a board from its bundles.
 */
export interface Benchmark {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  id: string;
  title: string;
  protocol_version: string;
  metrics: {
    [k: string]: Metric;
  };
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  headline: string;
  description?: string | null;
  item_sets?: ItemSets;
  facets?: {
    [k: string]: Facet;
  };
  slice_pairs?: [string, string][];
  aggregates?: {
    [k: string]: Aggregate;
  };
  policies?: Policies;
  judge?: Judge | null;
  prices?: Price[];
  vendors?: {
    [k: string]: VendorProfile;
  };
  chance_level?: string | null;
  programs?: {
    [k: string]: Program;
  };
  close_the_loop?: CloseTheLoop | null;
  licence?: string | null;
  source?: string | null;
  repository?: string | null;
}
/**
 * One number per item and trial: an integer over a denominator, made by exactly one source.
 */
export interface Metric {
  grader?: GraderSpec | null;
  reported?: boolean;
  weighted?: {
    [k: string]: number;
  } | null;
  threshold?: Threshold | null;
  all_of?: string[] | null;
  any_of?: string[] | null;
  title?: string | null;
  denominator?: number;
  /**
   * @minItems 2
   * @maxItems 2
   */
  range?: [number, number];
  direction?: "higher" | "lower";
  trials?: "mean" | "pass_at_k" | "pass_hat_k";
  k?: number;
  missing?: "drop" | "null" | "refuse" | "worst";
  places?: number;
}
/**
 * A grader by its name, built in or installed by the owner, and its options.
 */
export interface GraderSpec {
  kind: string;
  options?: {};
}
/**
 * Pass where another metric reaches a bound.
 */
export interface Threshold {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  metric: string;
  /**
   * A decimal in quotes, like "0.05"; a string is exact.
   */
  at_least: string;
}
/**
 * Where the item sets lie; held-out items are only committed to here.
 */
export interface ItemSets {
  public?: string;
  repair?: string | null;
  commitments?: string | null;
}
/**
 * A property that every item has one value of.
 */
export interface Facet {
  values: string[];
  title?: string | null;
  role?: ("category" | "language" | "tier" | "track") | null;
}
/**
 * A number per entry: exactly one of mean, weighted, borda.
 */
export interface Aggregate {
  mean?: Mean | null;
  weighted?: WeightedMean | null;
  borda?: Borda | null;
  title?: string | null;
  places?: number | null;
}
/**
 * The mean of a metric over a slice of the items (all of them by default).
 */
export interface Mean {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  metric: string;
  slice?: {
    [k: string]: string[];
  };
}
/**
 * The weighted mean of other aggregates.
 */
export interface WeightedMean {
  children: {
    [k: string]: number;
  };
  missing?: "null" | "present";
}
/**
 * Points by rank within each child, summed; null children are left out.
 */
export interface Borda {
  /**
   * Items: Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  children: string[];
  /**
   * Items: Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  counted?: string[];
}
/**
 * The owner's rules; each default is the safe one.
 */
export interface Policies {
  release_step?: string | null;
  minimum_cell?: number;
  win_region_items?: number;
  reference_panel?: string[];
  /**
   * A decimal between 0 and 1 in quotes, like "0.05".
   */
  disagreement?: string;
  /**
   * A decimal in quotes, like "0.05"; a string is exact.
   */
  claim_tolerance?: string;
}
/**
 * The LLM judge of the protocol and how many votes it casts on each response.
 */
export interface Judge {
  model: string;
  votes?: number;
  rubric?: string | null;
  passes?: string;
  fails?: string;
  panel?: string[];
  temperature?: number | null;
  max_tokens?: number | null;
}
/**
 * What a model cost from a day on, in US dollars for a million tokens, as exact decimals.
 */
export interface Price {
  model: string;
  /**
   * A day, or an instant with its UTC offset.
   */
  since: string;
  /**
   * A decimal in quotes, like "0.05"; a string is exact.
   */
  prompt_per_million: string;
  /**
   * A decimal in quotes, like "0.05"; a string is exact.
   */
  completion_per_million: string;
}
/**
 * Who offers a system, and which of its configurations is what a user gets without choosing.
 */
export interface VendorProfile {
  title?: string | null;
  organization?: string | null;
  default?: string | null;
}
/**
 * A program of the benchmark's owner that grades a response in a sandbox; metrics name it with `command`.
 */
export interface Program {
  /**
   * @minItems 1
   * @maxItems 100
   */
  run: [string, ...string[]];
  files: string;
  limits?: Limits;
  environment?: {
    [k: string]: string;
  };
}
/**
 * What a program may use for grading one response; beyond it, all its processes are killed.
 */
export interface Limits {
  wall_seconds?: number;
  cpu_seconds?: number;
  memory_mib?: number;
  processes?: number;
  output_kib?: number;
  files_mib?: number;
}
/**
 * Which metrics say that an answer runs, and that it would be accepted without running it.
 */
export interface CloseTheLoop {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  runnable: string;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  accepted: string;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  passes: string;
  instruction?: string | null;
}
/**
 * Where the item sets lie; held-out items are only committed to here.
 */
export interface ItemSets1 {
  public?: string;
  repair?: string | null;
  commitments?: string | null;
}
/**
 * The owner's rules; each default is the safe one.
 */
export interface Policies1 {
  release_step?: string | null;
  minimum_cell?: number;
  win_region_items?: number;
  reference_panel?: string[];
  /**
   * A decimal between 0 and 1 in quotes, like "0.05".
   */
  disagreement?: string;
  /**
   * A decimal in quotes, like "0.05"; a string is exact.
   */
  claim_tolerance?: string;
}
/**
 * What a program may use for grading one response; beyond it, all its processes are killed.
 */
export interface Limits1 {
  wall_seconds?: number;
  cpu_seconds?: number;
  memory_mib?: number;
  processes?: number;
  output_kib?: number;
  files_mib?: number;
}
/**
 * `benchmark.json`: the rules of the board, and what made each metric's numbers.
 */
export interface BenchmarkDocument {
  schema_version: 1;
  benchmark: Benchmark;
  graders: {
    [k: string]: string;
  };
  /**
   * SHA-256 of exact bytes.
   */
  grading: string;
}
/**
 * `boards/<facet>/<n>.json`: a column per problem and an average; it ranks on public scores and says so.
 */
export interface CategoryBoard {
  schema_version: 1;
  facet: string;
  value: string;
  metric: string;
  ranking: string;
  /**
   * Items: Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  items: string[];
  pages: number[];
  rows: CategoryRow[];
}
/**
 * One entry on a category board.
 */
export interface CategoryRow {
  rank: number | null;
  entry: string;
  average: number | null;
  values: (number | null)[];
}
/**
 * The state of a log in one line: whoever has kept it finds every later change of what it covers.
 */
export interface Checkpoint {
  schema_version: 1;
  origin: string;
  size: number;
  /**
   * SHA-256 of exact bytes.
   */
  root: string;
  date: string | null;
}
/**
 * `columns.json`: the board by column, with all that the page needs to open it.
 */
export interface Columns {
  schema_version: 1;
  /**
   * SHA-256 of exact bytes.
   */
  leaderboard: string;
  n_rows: number;
  columns: {
    [k: string]: unknown[] | Words | Numbers | Intervals | null;
  };
  header: ColumnsHeader;
}
/**
 * A column whose values repeat.
 */
export interface Words {
  form: "words";
  values: unknown[];
  codes: number[];
}
/**
 * A column of numbers: integers, to be divided by 10 to the power of `places`.
 *
 *     Where the column is near to another, the number of that one is added first (of the same row; 0 where it is null).
 */
export interface Numbers {
  form: "numbers";
  places: number;
  numbers?: (number | null)[];
  steps?: (number | null)[];
  near?: string;
}
/**
 * A column of pairs around the numbers of another column, as integers like those of `Numbers`.
 *
 *     The lower end is that number less `below`, the upper one that number and `below` and `further`.
 */
export interface Intervals {
  form: "intervals";
  places: number;
  near: string;
  below: (number | null)[];
  further: (number | null)[];
}
/**
 * The header of the board, with how much stands below it.
 */
export interface ColumnsHeader {
  schema_version: 1;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  benchmark: string;
  title: string;
  eval_protocol_version: string;
  judge_model: string | null;
  headline: string;
  ranking: string;
  method: {
    [k: string]: string;
  };
  minimum_detectable_difference: number | null;
  chance_level: number | null;
  median_overfit_gap: number | null;
  public_set: PublicSet;
  held_out_set: HeldOutSet;
  tracks: string[];
  n_pending?: number;
  n_entries: number;
  other_protocols: {
    [k: string]: number;
  };
  n_skipped: number;
}
/**
 * The items that everybody can read.
 */
export interface PublicSet {
  n_prompts: number;
  n_items: number;
  committed: boolean;
  reproducible_offline: boolean;
  /**
   * SHA-256 of exact bytes.
   */
  digest: string;
}
/**
 * What may be said of the items that nobody sees.
 */
export interface HeldOutSet {
  n_prompts: number | null;
  committed: boolean;
  commitment: string | null;
  note: string | null;
}
/**
 * `commitments.json`: what the owner is bound to before any scoring; it reveals neither texts nor membership.
 */
export interface Commitments {
  schema_version: 1;
  /**
   * SHA-256 of exact bytes.
   */
  key: string;
  /**
   * Items: SHA-256 of exact bytes.
   */
  items: string[];
}
/**
 * One way to run one vendor's system; the entry that competes on a board.
 */
export interface Configuration {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  vendor: string;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  config_name: string;
  vendor_version?: string | null;
  title?: string | null;
  kind?: "baseline" | "chance" | "community" | "default" | "human" | "seed";
  contributor?: string | null;
  description?: string | null;
  target_subgroup?: TargetSubgroup | null;
  packs?: string[];
  ensemble_weights?: number[];
  extra_prompts?: {
    [k: string]: string;
  };
  decoding?: Decoding | null;
  settings?: {};
  tools_used?: string[];
  model?: Model | null;
  hardware?: Hardware | null;
  reproducibility?: Reproducibility | null;
  licence?: string | null;
  parent?: string | null;
}
/**
 * The niche that a configuration is made for, declared before it is scored.
 */
export interface TargetSubgroup {
  description: string;
  selector: {
    [k: string]: string[];
  };
}
/**
 * How text is drawn from a model.
 */
export interface Decoding {
  model?: string | null;
  temperature?: number | null;
  top_p?: number | null;
  max_tokens?: number | null;
  frequency_penalty?: number | null;
  presence_penalty?: number | null;
}
/**
 * The model behind a configuration, as its maker describes it.
 */
export interface Model {
  name: string;
  version?: string | null;
  organization?: string | null;
  parameters?: string | number | null;
  type?: string | null;
  training_data_cutoff?: string | null;
}
/**
 * What the answers were computed on; it explains times and costs, and decides no answer.
 */
export interface Hardware {
  gpu?: string | null;
  cpu?: string | null;
  memory?: string | null;
  provider?: string | null;
}
/**
 * What it takes to get the same answers again; another seed is another draw of the same recipe.
 */
export interface Reproducibility {
  seed?: number | null;
  deterministic?: boolean | null;
  docker_image?: string | null;
  commit_hash?: string | null;
  score_tolerance?: string | null;
}
/**
 * `efficiency.json`: columns of the board, for the page.
 */
export interface Projection {
  schema_version: 1;
  /**
   * SHA-256 of exact bytes.
   */
  leaderboard: string;
  n_rows: number;
  columns: {
    [k: string]: unknown[] | Words | Numbers | Intervals | null;
  };
}
/**
 * `entries/<vendor>/<config_name>.json`: identity and scores; no rank and no comparison.
 */
export interface EntryDocument {
  schema_version: 1;
  identity: EntryRecord;
  accepted: string | null;
  history: Revision[];
  scores: {
    [k: string]: {
      [k: string]: number | null;
    };
  };
  n_items: {
    [k: string]: number;
  };
  judge_agreement?: JudgeAgreement | null;
}
/**
 * Everything about an entry that is input: who it is, its configuration, its bundles.
 */
export interface EntryRecord {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  vendor: string;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  config_name: string;
  title: string | null;
  provider: string;
  model: string | null;
  organization: string | null;
  kind: "baseline" | "chance" | "community" | "default" | "human" | "seed";
  contributor: string | null;
  date: string | null;
  /**
   * SHA-256 of exact bytes.
   */
  configuration: string;
  protocol_version: string;
  /**
   * SHA-256 of exact bytes.
   */
  document: string;
  bundles: BundleReference[];
}
/**
 * A bundle of an entry, its public item scores, and what was asked.
 */
export interface BundleReference {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  name: string;
  item_set: "held_out" | "public" | "repair";
  /**
   * SHA-256 of exact bytes.
   */
  bundle: string;
  scores: string | null;
  graded: GradedReference | null;
  purged?: Purge | null;
}
/**
 * What programs of the owner made of a bundle in their sandbox, summed up.
 */
export interface GradedReference {
  /**
   * SHA-256 of exact bytes.
   */
  document: string;
  sandbox: string;
  outcomes: {
    [k: string]: number;
  };
  findings: {
    [k: string]: number;
  };
}
/**
 * That the answers of a bundle were removed: its scores are the owner's word from then on.
 */
export interface Purge {
  /**
   * A day, or an instant with its UTC offset.
   */
  date: string;
  reason: string;
  tallies: Tallies;
}
/**
 * What the lines of a bundle summed up to before they were removed; nobody can add them up again.
 */
export interface Tallies {
  n_responses: number;
  n_recorded: number;
  calls: number | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  total_tokens: number | null;
  dollars: string | null;
  seconds: string | null;
  spread: SecondsSpread | null;
  n_votes: number | null;
  n_verdicts: number | null;
  n_answered: number;
  invalid: string | null;
  agreement: JudgeAgreement | null;
}
/**
 * How long the answers took, in seconds.
 */
export interface SecondsSpread {
  /**
   * An exact fraction that is not negative: `3`, or `3/4`.
   */
  mean: string;
  standard_deviation: number | null;
  /**
   * An exact fraction that is not negative: `3`, or `3/4`.
   */
  percentile_95: string;
}
/**
 * How far the votes on the public answers agree; a null vote is a verdict of its own.
 */
export interface JudgeAgreement {
  votes: VotesAgreement;
  judges: JudgesAgreement[];
}
/**
 * How far all votes on a response agree.
 */
export interface VotesAgreement {
  n_responses: number;
  n_votes: number;
  n_left_out: number;
  observed: number | null;
  kappa: number | null;
}
/**
 * How far two judges agree, by the majority of each one's votes on a response.
 */
export interface JudgesAgreement {
  a: string | null;
  b: string | null;
  n_responses: number;
  observed: number | null;
  kappa: number | null;
}
/**
 * What an entry was before: its earlier configuration, still published, with the score that it reached.
 */
export interface Revision {
  number: number;
  /**
   * SHA-256 of exact bytes.
   */
  configuration: string;
  /**
   * SHA-256 of exact bytes.
   */
  document: string;
  protocol_version: string | null;
  date: string | null;
  score: number | null;
  bundles: BundleReference[];
}
/**
 * A signed payload (DSSE 1.0).
 */
export interface Envelope {
  payload: string;
  payloadType: string;
  /**
   * @minItems 1
   * @maxItems 64
   */
  signatures: [EnvelopeSignature, ...EnvelopeSignature[]];
}
/**
 * One signature of an envelope.
 */
export interface EnvelopeSignature {
  sig: string;
  keyid?: string;
}
/**
 * `graded.json`: every answered response of a bundle, graded by every program of the benchmark.
 */
export interface GradedDocument {
  schema_version: 1;
  /**
   * SHA-256 of exact bytes.
   */
  bundle: string;
  /**
   * SHA-256 of exact bytes.
   */
  items: string;
  programs: {
    /**
     * SHA-256 of exact bytes.
     */
    [k: string]: string;
  };
  sandbox: string;
  software: string;
  responses: GradedResponse[];
}
/**
 * What one program made of one response to one item.
 */
export interface GradedResponse {
  /**
   * An id that is declared elsewhere.
   */
  item_id: string;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  program: string;
  outcome?:
    | "crashed"
    | "graded"
    | "no_result"
    | "out_of_cpu"
    | "out_of_memory"
    | "timed_out"
    | "too_many_processes"
    | "too_much_output";
  scores?: {
    [k: string]: number | null;
  };
  trial?: number;
  stage?: "answer" | "repair";
  reason?: string | null;
  /**
   * @maxItems 20
   */
  findings?: string[];
  artifacts?: {
    /**
     * SHA-256 of exact bytes.
     */
    [k: string]: string;
  };
  wall_microseconds?: number | null;
  cpu_microseconds?: number | null;
  peak_kib?: number | null;
}
/**
 * One thing that is scored, with its reference and facet values; several items may share one prompt.
 */
export interface Item {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  id: string;
  prompt?: string | null;
  prompt_id?: string | null;
  cluster?: string | null;
  facets?: {
    [k: string]: string;
  };
  weight?: number;
  reference?: {
    [k: string]: unknown;
  };
  choices?: string[] | null;
  title?: string | null;
  created?: string | null;
}
/**
 * `items/<number>.json`: public items as they were asked, some hundred on a page.
 */
export interface ItemPage {
  schema_version: 1;
  items: {}[];
}
/**
 * `items.json`: every public item, where it stands, and how it was answered.
 */
export interface ItemIndex {
  schema_version: 1;
  metric: string;
  /**
   * Items: SHA-256 of exact bytes.
   */
  pages: string[];
  items: ItemCount[];
}
/**
 * One public item, and how the current entries did on it.
 */
export interface ItemCount {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  id: string;
  item_set: "held_out" | "public" | "repair";
  /**
   * SHA-256 of exact bytes.
   */
  digest: string;
  page: number;
  mean: number | null;
  n_scored: number;
  exact?: [string, string] | null;
}
/**
 * The overall board: a header that says how to read it, and the ranked rows.
 */
export interface Leaderboard {
  schema_version: 1;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  benchmark: string;
  title: string;
  eval_protocol_version: string;
  judge_model: string | null;
  headline: string;
  ranking: string;
  method: {
    [k: string]: string;
  };
  minimum_detectable_difference: number | null;
  chance_level: number | null;
  median_overfit_gap: number | null;
  public_set: PublicSet;
  held_out_set: HeldOutSet;
  tracks: string[];
  n_pending?: number;
  entries: BoardRow[];
  other_protocols: OtherProtocol[];
  skipped: Skipped[];
}
/**
 * What the board shows of one entry.
 */
export interface BoardRow {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  vendor: string;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  config_name: string;
  title: string | null;
  provider: string;
  model: string | null;
  organization: string | null;
  kind: "baseline" | "chance" | "community" | "default" | "human" | "seed";
  contributor: string | null;
  date: string | null;
  /**
   * SHA-256 of exact bytes.
   */
  configuration: string;
  protocol_version: string;
  rank: number | null;
  rank_range: [number, number] | null;
  tied_groups: [number, number] | null;
  parent: string | null;
  same_recipe_as: string | null;
  /**
   * SHA-256 of exact bytes.
   */
  entry: string;
  target_subgroup: {} | null;
  track: string | null;
  public: PublicScore;
  held_out: HeldOutScore;
  overfit_gap: number | null;
  overfit_interval: [number, number] | null;
  overfit_test: ("beyond chance" | "not shown") | null;
  close_the_loop: CloseTheLoopFigures | null;
  win_regions: WinRegion[];
  target_verdict: TargetVerdict | null;
  efficiency: Efficiency;
  cost_per_score: number | null;
  usage: UsageSummary;
  run: Run;
  invalid: string | null;
  disagreements: Disagreement[];
  pending?: boolean;
}
/**
 * How an entry did on the public items.
 */
export interface PublicScore {
  score: number | null;
  reason: string | null;
  exact: [string, string] | null;
  pass_rate: number | null;
  interval: [number, number] | null;
  standard_error: number | null;
  interval_method: ("clustered t" | "wilson") | null;
  by_tier: {
    [k: string]: number | null;
  } | null;
  by: {
    [k: string]: {
      [k: string]: number | null;
    };
  };
  metrics: {
    [k: string]: number | null;
  };
  n_prompts: number;
  n_items: number;
  n_answered: number;
  runs: Runs | null;
  variance: TrialVariance | null;
  assurance: "attested" | "recomputed" | "reported" | "rerun";
}
/**
 * Repeated runs of one entry: their scores and the standard error over runs (sample deviation / √runs).
 */
export interface Runs {
  scores: (number | null)[];
  mean: number | null;
  standard_error: number | null;
}
/**
 * Where the variance of repeated trials lies; trials are never counted as items.
 */
export interface TrialVariance {
  between_items: number;
  within_items: number;
  trials: number;
}
/**
 * What was released of an entry's held-out result: never more than the headline on a coarse grid.
 */
export interface HeldOutScore {
  score: number | null;
  pass_rate: number | null;
  interval: [number, number] | null;
  by_tier: null;
  by: null;
  n_prompts: number | null;
  status: string;
  assurance: ("attested" | "recomputed" | "reported" | "rerun") | null;
}
/**
 * What checking and repairing answers gains on the repair items.
 */
export interface CloseTheLoopFigures {
  base_runnable: number | null;
  repaired_runnable: number | null;
  repair_lift: number | null;
  dry_run_agreement: {
    [k: string]: number | null;
  };
  n_prompts: number;
  by_tier: {
    [k: string]: TierLoopFigures;
  };
}
/**
 * What checking and repairing gains on the repair items of one tier.
 */
export interface TierLoopFigures {
  base_runnable: number | null;
  repaired_runnable: number | null;
  repair_lift: number | null;
  n_prompts: number;
}
/**
 * A slice on which an entry beats its vendor's default.
 */
export interface WinRegion {
  slice: string;
  lower_bound: number;
  state: "candidate" | "confirmed";
  held_out: ("loss" | "no evidence" | "win") | null;
}
/**
 * Whether an entry is better than its vendor's default where it says that it is: declared in advance, one test.
 */
export interface TargetVerdict {
  verdict: ("loses it" | "not shown" | "wins its target") | null;
  reason: string | null;
  n_items: number;
  difference: number | null;
  lower_bound: number | null;
  p_win: number | null;
  p_loss: number | null;
  held_out: ("loss" | "no evidence" | "win") | null;
}
/**
 * Score for what it costs; None where usage was not recorded or a prompt was left unanswered.
 */
export interface Efficiency {
  score_per_dollar: number | null;
  score_per_million_tokens: number | null;
  score_per_second: number | null;
  relative: number | null;
}
/**
 * What an entry used on the public items; None where no response recorded it.
 */
export interface UsageSummary {
  generation_calls: number | null;
  judge_calls: number | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  total_tokens: number | null;
  cost_dollars: number | null;
  seconds: Spread | null;
  n_recorded: number;
}
/**
 * Mean, sample deviation and 95th percentile (linear) over responses.
 */
export interface Spread {
  mean: number;
  standard_deviation: number | null;
  percentile_95: number;
}
/**
 * How the entry's public bundle was recorded.
 */
export interface Run {
  tool_version: string | null;
  judge_model: string | null;
  n_votes: number | null;
  recorded_bundle_sha256: string;
  recorded_bundle_sha16: string;
  verified: boolean;
  submitted_by: string | null;
}
/**
 * A number that the source claims and its own items do not give.
 */
export interface Disagreement {
  statistic: string;
  claimed: number | string | null;
  found: number | string | null;
}
/**
 * Entries recorded under another protocol version: ranked among themselves, never with the board's.
 */
export interface OtherProtocol {
  protocol_version: string;
  ranking: string;
  entries: BoardRow[];
}
/**
 * A listed entry that is not on the board, and why.
 */
export interface Skipped {
  entry: string;
  reason: string;
}
/**
 * One line of the log: what happened, to what, when, and why.
 *
 *     The fields are closed, and none holds a number: of a held-out result nothing fits into a leaf.
 */
export interface Leaf {
  kind:
    | "appeal_decided"
    | "appeal_filed"
    | "closed"
    | "erratum"
    | "key_added"
    | "key_revoked"
    | "published"
    | "purged"
    | "received"
    | "refused"
    | "rerun"
    | "rescored"
    | "revised"
    | "superseded"
    | "withdrawn";
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  benchmark: string;
  /**
   * A day, or an instant with its UTC offset.
   */
  date: string;
  entry?: string | null;
  submission?: string | null;
  artifact?: string | null;
  bundle?: string | null;
  configuration?: string | null;
  publication?: string | null;
  successor?: string | null;
  appeal?: string | null;
  outcome?: ("differs" | "matched" | "rejected" | "upheld") | null;
  key?: string | null;
  role?: ("attester" | "board" | "submitter") | null;
  organisation?: string | null;
  reason?: string | null;
}
/**
 * The table of contents of a bundle; its digest is the bundle's digest.
 */
export interface Manifest {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  benchmark: string;
  protocol_version: string;
  item_set: "held_out" | "public" | "repair";
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  vendor: string;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  config_name: string;
  /**
   * SHA-256 of exact bytes.
   */
  configuration: string;
  /**
   * SHA-256 of exact bytes.
   */
  prompts_digest: string;
  files: {
    [k: string]: FileRecord;
  };
  schema_version?: 1;
  trials?: number;
  trial_kind?: "attempt" | "run";
  recorded?: string | null;
  judge?: JudgeRecord | null;
  source?: SourceRecord | null;
  claims?: {
    [k: string]: number | string | null;
  };
  recorder?: string | null;
}
/**
 * The bytes of one file of a bundle.
 */
export interface FileRecord {
  /**
   * SHA-256 of exact bytes.
   */
  digest: string;
  bytes: number;
  lines: number;
}
/**
 * Which judge voted on the responses of a bundle.
 */
export interface JudgeRecord {
  model: string;
  prompt_digest?: string | null;
  version?: string | null;
}
/**
 * Where an imported bundle came from, so that its origin can be found again.
 */
export interface SourceRecord {
  format: string;
  name: string;
  digest?: string | null;
  tool_version?: string | null;
}
/**
 * `publication.json`: the root; it names its children by digest, they name theirs, and nothing else is accepted.
 */
export interface Publication {
  schema_version: 1;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  benchmark: string;
  title: string;
  software_version: string;
  documents: {
    /**
     * SHA-256 of exact bytes.
     */
    [k: string]: string;
  };
}
/**
 * `purged.json` beside the manifest of a purged bundle: what a publication still says of it.
 */
export interface PurgeRecord {
  schema_version: 1;
  purge: Purge;
  scores: ScoresDocument;
}
/**
 * `scores/<bundle>.json`: public item scores as integers, columnar.
 */
export interface ScoresDocument {
  schema_version: 1;
  /**
   * SHA-256 of exact bytes.
   */
  bundle: string;
  /**
   * SHA-256 of exact bytes.
   */
  grading: string;
  items: string[] | null;
  trials: number[] | null;
  stages: ("answer" | "repair")[] | null;
  states: ("answered" | "missing" | "platform_failure" | "refused")[] | null;
  metrics: {
    [k: string]: MetricColumn;
  };
}
/**
 * The scores of one metric, in the order of the rows of the document.
 */
export interface MetricColumn {
  denominator: number;
  values: (number | null)[];
}
/**
 * Proof that a leaf is in a log: its submitter keeps it, and the log cannot lose the leaf unnoticed.
 */
export interface Receipt {
  schema_version: 1;
  index: number;
  leaf: Leaf;
  /**
   * @maxItems 64
   *
   * Items: SHA-256 of exact bytes.
   */
  proof: string[];
  signed: SignedCheckpoint;
}
/**
 * `log/checkpoint.json`: the latest checkpoint, its signatures, and the keys that the log says are its own.
 */
export interface SignedCheckpoint {
  schema_version: 1;
  /**
   * @minItems 1
   * @maxItems 16
   *
   * Items: The 32 bytes of an Ed25519 key, in hexadecimal.
   */
  keys: [string, ...string[]];
  threshold: number;
  checkpoint: Envelope;
}
/**
 * `releases.json`: what the owner attests; the rest of the publication follows from public documents and this.
 */
export interface ReleasesDocument {
  schema_version: 1;
  held_out_scored: boolean;
  n_prompts: number | null;
  demonstration: boolean;
  releases: Release[];
  pending: {
    [k: string]: string;
  };
  verdicts: {
    [k: string]: HeldOutVerdicts;
  };
}
/**
 * One released held-out score: the only held-out number that leaves, on the grid of the policy.
 */
export interface Release {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  vendor: string;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  config_name: string;
  score: string;
  n_prompts: number;
  n_items: number;
}
/**
 * What else leaves the held-out set at a close: verdicts, and no number.
 */
export interface HeldOutVerdicts {
  regions?: {
    [k: string]: "loss" | "no evidence" | "win";
  };
  overfit_test?: ("beyond chance" | "not shown") | null;
}
/**
 * Scores of one item that came with the bundle and not from a built-in grader.
 */
export interface ReportedScore {
  /**
   * An id that is declared elsewhere.
   */
  item_id: string;
  scores: {
    [k: string]: number | null;
  };
  trial?: number;
  stage?: "answer" | "repair";
}
/**
 * An in-toto statement that the bundle it names was run again.
 */
export interface RerunStatement {
  _type: "https://in-toto.io/Statement/v1";
  /**
   * @minItems 1
   * @maxItems 1
   */
  subject: [StatementSubject];
  predicateType: "urn:proofboard:rerun:1";
  predicate: Rerun;
}
/**
 * What a statement speaks of.
 */
export interface StatementSubject {
  name: string;
  digest: SubjectDigest;
}
/**
 * The digest of a subject.
 */
export interface SubjectDigest {
  /**
   * The 32 bytes of an Ed25519 key, in hexadecimal.
   */
  sha256: string;
}
/**
 * What somebody found who ran a published configuration again: public items only.
 */
export interface Rerun {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  benchmark: string;
  /**
   * `vendor/config_name`.
   */
  entry: string;
  /**
   * SHA-256 of exact bytes.
   */
  configuration: string;
  /**
   * SHA-256 of exact bytes.
   */
  prompts_digest: string;
  protocol_version: string;
  metric: string;
  n_items: number;
  /**
   * @minItems 2
   * @maxItems 2
   */
  published: [string, string];
  /**
   * @minItems 2
   * @maxItems 2
   */
  again: [string, string];
  tolerance: string;
  matched: boolean;
  /**
   * SHA-256 of exact bytes.
   */
  bundle: string;
  /**
   * A day, or an instant with its UTC offset.
   */
  date: string;
}
/**
 * The recorded answer to one prompt.
 */
export interface Response {
  /**
   * An id that is declared elsewhere.
   */
  prompt_id: string;
  output?: {
    [k: string]: unknown;
  };
  trial?: number;
  stage?: "answer" | "repair";
  state?: "answered" | "missing" | "platform_failure" | "refused";
  usage?: Usage | null;
}
/**
 * What one response cost; every field is None where it was not recorded, never 0.
 */
export interface Usage {
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
  total_tokens?: number | null;
  calls?: number | null;
  attempts?: number | null;
  microseconds?: number | null;
  cost_nanodollars?: number | null;
}
/**
 * `submission.json`: what a submission holds, and the rules it was made under; pinned to protocol and software.
 *
 *     Nobody needs to believe it: who takes a submission computes all of it again from the files beside it.
 */
export interface Submission {
  schema_version: 1;
  software_version: string;
  benchmark: string | null;
  protocol_version: string | null;
  grading: string | null;
  prompts_digest: string | null;
  configuration: SubmittedConfiguration;
  bundles: SubmittedBundle[];
  notes: string[];
  date: string | null;
}
/**
 * Which configuration is handed in.
 */
export interface SubmittedConfiguration {
  name: string;
  /**
   * SHA-256 of exact bytes.
   */
  recipe: string;
  /**
   * SHA-256 of exact bytes.
   */
  document: string;
}
/**
 * Which bundle is handed in.
 */
export interface SubmittedBundle {
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  name: string;
  item_set: "held_out" | "public" | "repair";
  /**
   * SHA-256 of exact bytes.
   */
  digest: string;
}
/**
 * `signature.json`: who hands a submission in, beside it in the artifact.
 */
export interface SubmissionSignature {
  schema_version: 1;
  /**
   * The 32 bytes of an Ed25519 key, in hexadecimal.
   */
  key: string;
  envelope: Envelope;
}
/**
 * An in-toto statement that its signer hands in the named documents.
 */
export interface SubmissionStatement {
  _type: "https://in-toto.io/Statement/v1";
  /**
   * @minItems 1
   * @maxItems 8
   */
  subject: [StatementSubject, ...StatementSubject[]];
  predicateType: "urn:proofboard:submission:1";
}
/**
 * `vendors/<vendor>.json`: win regions and comparisons with the default, made when the board closes.
 */
export interface VendorDocument {
  schema_version: 1;
  /**
   * Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.
   */
  vendor: string;
  default: string | null;
  n_hypotheses: number;
  resamples: number;
  method: string;
  entries: VendorEntry[];
}
/**
 * One configuration of a vendor, compared with the vendor's default.
 */
export interface VendorEntry {
  entry: string;
  /**
   * SHA-256 of exact bytes.
   */
  configuration: string;
  track: string | null;
  overall: DefaultComparison | null;
  reason: string | null;
  slices: SliceComparison[];
  target: TargetVerdict | null;
}
/**
 * An entry against its vendor's default on all items.
 */
export interface DefaultComparison {
  difference: number;
  standard_error: number | null;
  interval: [number, number] | null;
  n_items: number;
  only_entry: number | null;
  only_default: number | null;
  p_value: number | null;
}
/**
 * An entry against its vendor's default on one slice: every slice that was tested is listed, won or not.
 */
export interface SliceComparison {
  slice: string;
  n_items: number;
  difference: number;
  lower_bound: number;
  p_win: number;
  p_loss: number;
  verdict: "loss" | "no evidence" | "win";
  state: ("candidate" | "confirmed") | null;
  held_out: ("loss" | "no evidence" | "win") | null;
}
/**
 * One recorded vote of an LLM judge on one response; a null vote is a judge that gave no verdict.
 */
export interface Verdict {
  /**
   * An id that is declared elsewhere.
   */
  prompt_id: string;
  passed: boolean | null;
  trial?: number;
  stage?: "answer" | "repair";
  vote?: number;
  judge?: string | null;
  output?: string | null;
  usage?: Usage | null;
}
