// Written by tools/page_types.py out of our schemas.

export interface Everything {
  Appeal: Appeal;
  AppealDecision: AppealDecision;
  AuditDecision: AuditDecision;
  Change: Change;
  ChangedMember: ChangedMember;
  ChangedOrganisation: ChangedOrganisation;
  ChosenOrganisation: ChosenOrganisation;
  Erratum: Erratum;
  Finding: Finding;
  Keeping: Keeping;
  NewAudit: NewAudit;
  NewInvitation: NewInvitation;
  NewKey: NewKey;
  NewNotifications: NewNotifications;
  NewOrganisation: NewOrganisation;
  NewSigningKey: NewSigningKey;
  Note: Note;
  Reasoned: Reasoned;
  Schedule: Schedule;
  Supersession: Supersession;
  BenchmarkSettings: BenchmarkSettings;
  Limits: Limits1;
  Retention: Retention1;
  Spending: Spending1;
  BenchmarkList: BenchmarkList;
  ListedBenchmark: ListedBenchmark;
  BoardSummary: BoardSummary;
  BestEntry: BestEntry;
  BenchmarkSummary: BenchmarkSummary;
  Problem: Problem;
  ProblemFault: ProblemFault;
  BenchmarkView: BenchmarkView;
  Rules: Rules;
  CloseFailure: CloseFailure;
  BoardPage: BoardPage;
  BoardItem: BoardItem;
  WeighedPlace: WeighedPlace;
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
  Page_HistoryLine_: Page_HistoryLine_;
  HistoryLine: HistoryLine;
  ProblemRankings: ProblemRankings;
  ProblemRank: ProblemRank;
  EntryView: EntryView;
  Stand: Stand;
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
  AppealView: AppealView;
  AppealMove: AppealMove;
  ComparedEntries: ComparedEntries;
  ComparedPair: ComparedPair;
  Service: Service;
  Health: Health;
  Readiness: Readiness;
  Check: Check;
  Page_KeySummary_: Page_KeySummary_;
  KeySummary: KeySummary;
  IssuedKey: IssuedKey;
  Page_SigningKeySummary_: Page_SigningKeySummary_;
  SigningKeySummary: SigningKeySummary;
  Page_OrganisationSummary_: Page_OrganisationSummary_;
  OrganisationSummary: OrganisationSummary;
  Notifications: Notifications;
  Page_MemberSummary_: Page_MemberSummary_;
  MemberSummary: MemberSummary;
  Page_InvitationSummary_: Page_InvitationSummary_;
  InvitationSummary: InvitationSummary;
  Page_AuditLine_: Page_AuditLine_;
  AuditLine: AuditLine;
  AuditView: AuditView;
  Page_AppealView_: Page_AppealView_;
  Page_AuditView_: Page_AuditView_;
  Page_Draft_: Page_Draft_;
  Draft: Draft;
  JobView: JobView;
  Page_Waiting_: Page_Waiting_;
  Waiting: Waiting;
  Twin: Twin;
  Decided: Decided;
  Standing: Standing;
  RerunView: RerunView;
  Page_RerunView_: Page_RerunView_;
  Page_ErratumView_: Page_ErratumView_;
  ErratumView: ErratumView;
  Promised: Promised;
  Me: Me;
  Membership: Membership;
  PostedResults: PostedResults;
  PostedMetadata: PostedMetadata;
  Model: Model;
  PostedConfiguration: PostedConfiguration1;
  Hardware: Hardware;
  Reproducibility: Reproducibility;
  PostedScores: PostedScores;
  PostedProblem: PostedProblem;
  PostedMetrics: PostedMetrics;
  PostedArtifacts: PostedArtifacts;
  PostedAggregates: PostedAggregates;
  Receipt: Receipt;
  Page_SubmissionLine_: Page_SubmissionLine_;
  SubmissionLine: SubmissionLine;
  FaultView: FaultView;
  SubmissionView: SubmissionView;
  MoveView: MoveView;
  SubmissionLog: SubmissionLog;
  FileView: FileView;
  FileList: FileList;
  Page_PastPublication_: Page_PastPublication_;
  PastPublication: PastPublication;
  Page_Change_: Page_Change_;
  Page_ScheduleView_: Page_ScheduleView_;
  ScheduleView: ScheduleView;
  Page_SpendView_: Page_SpendView_;
  SpendView: SpendView;
  SpendSummary: SpendSummary;
  DueList: DueList;
  Due: Due;
  KeptList: KeptList;
  KeptView: KeptView;
  Purged: Purged;
}
/**
 * An objection to a decision about a submission or an entry: exactly one of them is named.
 */
export interface Appeal {
  /**
   * One line that everybody may read, and that the log keeps for ever.
   */
  reason: string;
  /**
   * Without it, the only benchmark of the server.
   */
  benchmark?: string | null;
  /**
   * One of your own.
   */
  submission?: string | null;
  entry?: string | null;
}
/**
 * How an appeal ends, and why.
 */
export interface AppealDecision {
  outcome: "upheld" | "rejected";
  /**
   * One line that everybody may read, and that the log keeps for ever.
   */
  reason: string;
}
/**
 * How an audit ends, and why.
 */
export interface AuditDecision {
  state: "cleared" | "confirmed";
  /**
   * One line that everybody may read, and that the log keeps for ever.
   */
  reason: string;
}
/**
 * One line of the log.
 */
export interface Change {
  number: number;
  kind: string;
  at: string;
  entry: string | null;
  successor: string | null;
  submission: string | null;
  publication: string | null;
  appeal: string | null;
  outcome: string | null;
  organisation: string | null;
  reason: string | null;
}
/**
 * What changes of a member.
 */
export interface ChangedMember {
  role: "owner" | "maintainer" | "submitter";
}
/**
 * What changes of an organisation.
 */
export interface ChangedOrganisation {
  display_name: string;
}
/**
 * The organisation that a session acts for from now on.
 */
export interface ChosenOrganisation {
  organisation: string;
}
/**
 * An item that is wrong, and what is done about it.
 */
export interface Erratum {
  /**
   * A public item.
   */
  item: string;
  action: "exclude" | "correct";
  /**
   * One line that everybody may read, and that the log keeps for ever.
   */
  reason: string;
  /**
   * Without it, the only benchmark of the server.
   */
  benchmark?: string | null;
  /**
   * Fields of the item that change, such as its reference; never what is asked.
   */
  correction?: {
    [k: string]: unknown;
  };
}
/**
 * Something that an audit found.
 */
export interface Finding {
  finding: string;
}
/**
 * A file of a submission that must not go, and why.
 */
export interface Keeping {
  submission: string;
  digest: string;
  /**
   * One line that everybody may read, and that the log keeps for ever.
   */
  reason: string;
}
/**
 * What is looked at, and why.
 */
export interface NewAudit {
  submission: string;
  /**
   * One line that everybody may read, and that the log keeps for ever.
   */
  because: string;
}
/**
 * Somebody to be invited.
 */
export interface NewInvitation {
  email: string;
  role?: "owner" | "maintainer" | "submitter";
}
/**
 * A key to be made.
 */
export interface NewKey {
  name: string;
  role?: "owner" | "maintainer" | "submitter";
  /**
   * What it is limited to; empty is all.
   *
   * @maxItems 100
   */
  benchmarks?: string[];
  /**
   * Null never expires.
   */
  days?: number | null;
}
/**
 * Where an organisation is told; what is left out is switched off.
 */
export interface NewNotifications {
  /**
   * @maxItems 10
   */
  mail?: string[];
  webhook?: string | null;
}
/**
 * An organisation to be made.
 */
export interface NewOrganisation {
  /**
   * In addresses; never changes.
   */
  name: string;
  display_name: string;
}
/**
 * A public key to be added.
 */
export interface NewSigningKey {
  name: string;
  /**
   * Ed25519: 64 hexadecimal digits, PEM, or a line of OpenSSH.
   */
  public_key: string;
}
/**
 * What is said beside a step, for everybody to read.
 */
export interface Note {
  note?: string | null;
}
/**
 * A decision, and why.
 */
export interface Reasoned {
  /**
   * One line that everybody may read, and that the log keeps for ever.
   */
  reason: string;
}
/**
 * Work that comes back.
 */
export interface Schedule {
  name: string;
  kind: "live" | "close" | "audit";
  /**
   * Minute, hour, day, month, weekday, in UTC.
   */
  cron?: string;
  /**
   * Without it, the only benchmark of the server.
   */
  benchmark?: string | null;
  /**
   * Of `live`: what is asked.
   */
  options?: {
    [k: string]: unknown;
  };
  enabled?: boolean;
}
/**
 * Why an entry leaves the board, and what takes its place.
 */
export interface Supersession {
  /**
   * One line that everybody may read, and that the log keeps for ever.
   */
  reason: string;
  /**
   * Another entry of the board.
   */
  successor?: string | null;
}
/**
 * The settings of one benchmark of a service.
 */
export interface BenchmarkSettings {
  limits?: Limits;
  publish?: "automatic" | "on approval";
  licences?: string[] | null;
  review_personal_data?: boolean;
  close?: ("at once" | "by schedule") | null;
  rerun?: "anybody" | "members" | "nobody" | "owners";
  audit_share?: number;
  appeal_days?: number;
  retention?: Retention;
  spending?: Spending;
  rotation?: string;
  contact?: string | null;
}
/**
 * How much an organisation may hand in.
 */
export interface Limits {
  submissions_per_model_and_day?: number | null;
  submissions_per_day?: number | null;
  scorings_per_rotation?: number | null;
  running_jobs?: number;
  upload_megabytes?: number;
  reruns_per_day?: number;
}
/**
 * How long files are kept, in days; None is for ever. Scores and the log are always kept for ever.
 */
export interface Retention {
  submissions?: number | null;
  logs?: number | null;
  artifacts?: number | null;
}
/**
 * What continuous evaluation may cost, in US dollars; 0 stops it.
 */
export interface Spending {
  dollars_per_run?: number;
  dollars_per_month?: number;
}
/**
 * How much an organisation may hand in.
 */
export interface Limits1 {
  submissions_per_model_and_day?: number | null;
  submissions_per_day?: number | null;
  scorings_per_rotation?: number | null;
  running_jobs?: number;
  upload_megabytes?: number;
  reruns_per_day?: number;
}
/**
 * How long files are kept, in days; None is for ever. Scores and the log are always kept for ever.
 */
export interface Retention1 {
  submissions?: number | null;
  logs?: number | null;
  artifacts?: number | null;
}
/**
 * What continuous evaluation may cost, in US dollars; 0 stops it.
 */
export interface Spending1 {
  dollars_per_run?: number;
  dollars_per_month?: number;
}
/**
 * All benchmarks of a server.
 */
export interface BenchmarkList {
  items: ListedBenchmark[];
  next?: string | null;
}
/**
 * A benchmark with what its board shows.
 */
export interface ListedBenchmark {
  id: string;
  title: string;
  organisation: string;
  publication: string | null;
  published_at: string | null;
  stale: boolean;
  close_failed: string | null;
  retired: boolean;
  created_at: string;
  updated_at: string;
  board: BoardSummary | null;
}
/**
 * What a publication says in a few lines.
 */
export interface BoardSummary {
  description: string | null;
  n_entries: number;
  ranking: string;
  best: BestEntry | null;
}
/**
 * Who leads a board.
 */
export interface BestEntry {
  name: string;
  score: number | null;
}
/**
 * What everybody may know of a benchmark.
 */
export interface BenchmarkSummary {
  id: string;
  title: string;
  organisation: string;
  publication: string | null;
  published_at: string | null;
  stale: boolean;
  close_failed: string | null;
  retired: boolean;
  created_at: string;
  updated_at: string;
}
/**
 * An error of any kind (RFC 9457).
 */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  faults: ProblemFault[];
}
/**
 * One thing that is wrong with a request or with what it carries.
 */
export interface ProblemFault {
  place: string;
  line: number;
  reason: string;
}
/**
 * A benchmark with its rules.
 */
export interface BenchmarkView {
  id: string;
  title: string;
  organisation: string;
  publication: string | null;
  published_at: string | null;
  stale: boolean;
  close_failed: string | null;
  retired: boolean;
  created_at: string;
  updated_at: string;
  rules: Rules;
}
/**
 * What a benchmark's settings mean for those who hand in, appeal or check.
 */
export interface Rules {
  limits: Limits1;
  publish: "automatic" | "on approval";
  licences: string[] | null;
  review_personal_data: boolean;
  close: ("at once" | "by schedule") | null;
  rerun: "anybody" | "members" | "nobody" | "owners";
  appeal_days: number;
  retention: Retention1;
  rotation: string;
  contact: string | null;
}
/**
 * Why a board cannot be closed.
 */
export interface CloseFailure {
  reason: string | null;
}
/**
 * A page of a board.
 */
export interface BoardPage {
  benchmark: string;
  publication: string;
  title: string;
  protocol_version: string;
  other_protocols: string[];
  ranking: string;
  notes: string[];
  n_pending: number;
  total: number;
  items: BoardItem[];
  next: string | null;
}
/**
 * One row of an answer.
 */
export interface BoardItem {
  rank: number | null;
  score: number | null;
  weighed: WeighedPlace | null;
  row: BoardRow;
}
/**
 * How firmly an entry stands where the weights put it.
 */
export interface WeighedPlace {
  /**
   * @minItems 2
   * @maxItems 2
   */
  score_exact: [string, string];
  holds_within: number | null;
  /**
   * @minItems 2
   * @maxItems 2
   */
  rank_range: [number, number];
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
 * A part of a list.
 */
export interface Page_HistoryLine_ {
  items: HistoryLine[];
  next: string | null;
}
/**
 * What one publication said of one entry.
 */
export interface HistoryLine {
  publication: string;
  at: string;
  entry: string;
  bundle: string;
  protocol_version: string;
  rank: number | null;
  public_score: number | null;
  held_out_score: number | null;
  problem: {
    [k: string]: number | null;
  } | null;
}
/**
 * A page of the entries on one problem.
 */
export interface ProblemRankings {
  benchmark: string;
  publication: string;
  problem: string;
  facets: {
    [k: string]: string;
  };
  metric: string;
  ranking: string;
  items: ProblemRank[];
  next: string | null;
}
/**
 * One entry on one problem.
 */
export interface ProblemRank {
  rank: number | null;
  entry: string;
  score: number | null;
}
/**
 * An entry of the head of a board.
 */
export interface EntryView {
  benchmark: string;
  publication: string;
  entry: string;
  stand: Stand;
  row: BoardRow;
  document: EntryDocument;
  appeals: AppealView[];
}
/**
 * What was decided about an entry.
 */
export interface Stand {
  state: string;
  revision: number | null;
  public_reason: string | null;
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
 * An appeal as everybody may see it.
 */
export interface AppealView {
  id: string;
  benchmark: string;
  entry: string | null;
  submission: string | null;
  organisation: string | null;
  reason: string;
  state: string;
  decision: string | null;
  moves: AppealMove[];
  due_at: string | null;
  overdue: boolean;
  created_at: string;
}
/**
 * One step of an appeal.
 */
export interface AppealMove {
  state: string;
  at: string;
  note: string | null;
}
/**
 * Two to four entries of a publication, every pair on every slice and metric that was asked for.
 */
export interface ComparedEntries {
  publication: string;
  entries: string[];
  notes: string[];
  delta: number;
  comparisons: ComparedPair[];
}
/**
 * Two entries on one slice in one metric; what is not known is null.
 */
export interface ComparedPair {
  a: string;
  b: string;
  slice: string;
  metric: string;
  higher_is_better: boolean;
  reason: string | null;
  n_items: number;
  n_clusters: number;
  left_out: number;
  absent: string[];
  score_a: number | null;
  score_b: number | null;
  difference: number | null;
  difference_exact: [string, string] | null;
  better: string | null;
  standard_error: number | null;
  interval: [number, number] | null;
  only_a: number | null;
  only_b: number | null;
  mcnemar_p: number | null;
  p_value: number | null;
  p_method: string | null;
  adjusted_p: number | null;
  told_apart: boolean | null;
  deciding_items: number | null;
  deciding_clusters: number | null;
  disagreement: number | null;
  detectable_difference: number | null;
  power: number | null;
  items_needed: number | null;
}
/**
 * What this server offers beside the documents of its boards.
 */
export interface Service {
  software_version: string;
  sign_in: boolean;
  upload_megabytes: number;
}
/**
 * The web process answers.
 */
export interface Health {
  status?: "ok";
}
/**
 * Whether everything answers that a server needs.
 */
export interface Readiness {
  ready: boolean;
  checks: Check[];
}
/**
 * One thing that a server needs.
 */
export interface Check {
  name: string;
  ready: boolean;
  reason: string | null;
}
/**
 * A part of a list.
 */
export interface Page_KeySummary_ {
  items: KeySummary[];
  next: string | null;
}
/**
 * A key as it is listed: everything but the secret.
 */
export interface KeySummary {
  id: string;
  organisation: string;
  name: string;
  role: "maintainer" | "owner" | "submitter";
  benchmarks: string[];
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  used_at: string | null;
}
/**
 * A key with its secret, which nobody can show again.
 */
export interface IssuedKey {
  secret: string;
  key: KeySummary;
}
/**
 * A part of a list.
 */
export interface Page_SigningKeySummary_ {
  items: SigningKeySummary[];
  next: string | null;
}
/**
 * A public key; everything about it is public.
 */
export interface SigningKeySummary {
  id: string;
  organisation: string;
  key_id: string;
  public_key: string;
  name: string;
  created_at: string;
  revoked_at: string | null;
}
/**
 * A part of a list.
 */
export interface Page_OrganisationSummary_ {
  items: OrganisationSummary[];
  next: string | null;
}
/**
 * An account holder, as its members see it.
 */
export interface OrganisationSummary {
  name: string;
  display_name: string;
  is_host: boolean;
  role: ("maintainer" | "owner" | "submitter") | null;
  created_at: string;
}
/**
 * Where an organisation is told of what becomes of its submissions.
 */
export interface Notifications {
  mail: string[];
  webhook: string | null;
  webhook_secret?: string | null;
}
/**
 * A part of a list.
 */
export interface Page_MemberSummary_ {
  items: MemberSummary[];
  next: string | null;
}
/**
 * A person in an organisation.
 */
export interface MemberSummary {
  id: string;
  name: string | null;
  email: string | null;
  role: "maintainer" | "owner" | "submitter";
  created_at: string;
}
/**
 * A part of a list.
 */
export interface Page_InvitationSummary_ {
  items: InvitationSummary[];
  next: string | null;
}
/**
 * A role that waits for somebody.
 */
export interface InvitationSummary {
  id: string;
  email: string;
  role: "maintainer" | "owner" | "submitter";
  created_at: string;
  expires_at: string;
}
/**
 * A part of a list.
 */
export interface Page_AuditLine_ {
  items: AuditLine[];
  next: string | null;
}
/**
 * One change.
 */
export interface AuditLine {
  number: number;
  at: string;
  actor: string;
  organisation: string | null;
  action: string;
  subject_kind: string;
  subject: string;
  details: {};
}
/**
 * An audit, for the owners of the board, and after its end for the submitter.
 */
export interface AuditView {
  id: string;
  benchmark: string;
  submission: string;
  entry: string | null;
  because: string;
  findings: string[];
  state: string;
  decision: string | null;
  created_at: string;
  decided_at: string | null;
}
/**
 * A part of a list.
 */
export interface Page_AppealView_ {
  items: AppealView[];
  next: string | null;
}
/**
 * A part of a list.
 */
export interface Page_AuditView_ {
  items: AuditView[];
  next: string | null;
}
/**
 * A part of a list.
 */
export interface Page_Draft_ {
  items: Draft[];
  next: string | null;
}
/**
 * A preview of a close, which is never the head and which only the owners of its board see.
 */
export interface Draft {
  digest: string;
  created_at: string;
  address: string;
}
/**
 * How far the work has come.
 */
export interface JobView {
  id: string;
  kind:
    "audit" | "check" | "close" | "deliver" | "draft" | "evaluate" | "grade" | "live" | "publish" | "rerun" | "retain";
  benchmark: string;
  state: "done" | "failed" | "running" | "waiting";
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  error:
    | (
        | "a fault of the software"
        | "the blob store did not answer"
        | "the database did not answer"
        | "the disk is full"
        | "the sandbox is not available"
        | "the worker stopped"
      )
    | null;
}
/**
 * A part of a list.
 */
export interface Page_Waiting_ {
  items: Waiting[];
  next: string | null;
}
/**
 * A submission that waits for its owner's word.
 */
export interface Waiting {
  submission: string;
  benchmark: string;
  state: string;
  entry: string | null;
  model: string;
  organisation: string;
  form: string;
  created_at: string;
  since: string;
  remarks: string[];
  findings: string[];
  scores: {
    [k: string]: number | null;
  };
  twins: Twin[];
  audits: string[];
}
/**
 * Another submission with the same recipe or the same answers.
 */
export interface Twin {
  submission: string;
  entry: string | null;
  organisation: string;
  same: string;
}
/**
 * What became of a submission.
 */
export interface Decided {
  submission: string;
  state: string;
  reason?: string | null;
}
/**
 * What is said of an entry or a submission after a decision; the board follows with its next publication.
 */
export interface Standing {
  state: string;
  entry: string | null;
  submission: string | null;
  reason: string;
}
/**
 * One press of the button and what came of it; public like the entry itself.
 */
export interface RerunView {
  id: string;
  benchmark: string;
  entry: string;
  bundle: string;
  publication: string;
  organisation: string | null;
  state: string;
  verdict: string | null;
  reason: string | null;
  n_scores: number | null;
  attested: string[];
  created_at: string;
  finished_at: string | null;
}
/**
 * A part of a list.
 */
export interface Page_RerunView_ {
  items: RerunView[];
  next: string | null;
}
/**
 * A part of a list.
 */
export interface Page_ErratumView_ {
  items: ErratumView[];
  next: string | null;
}
/**
 * An erratum as everybody may read it.
 */
export interface ErratumView {
  id: string;
  benchmark: string;
  item: string;
  action: string;
  reason: string;
  protocol_version: string;
  entries: number | null;
  at: string;
}
/**
 * Work that a worker will do; of several promises of the same work there is one.
 */
export interface Promised {
  job: string;
  kind: string;
  benchmark: string | null;
}
/**
 * The one who asks.
 */
export interface Me {
  kind: string;
  id: string;
  name: string | null;
  email: string | null;
  organisation: string | null;
  role: ("maintainer" | "owner" | "submitter") | null;
  is_host: boolean;
  benchmarks: string[];
  organisations: Membership[];
}
/**
 * An organisation and a role in it.
 */
export interface Membership {
  organisation: string;
  display_name: string;
  role: "maintainer" | "owner" | "submitter";
}
/**
 * A submission as metadata and results.
 */
export interface PostedResults {
  metadata: PostedMetadata;
  results: PostedScores;
}
/**
 * What was run, when, and on what.
 */
export interface PostedMetadata {
  submission_id: string;
  /**
   * A day, or an instant with its UTC offset.
   */
  timestamp: string;
  model: Model;
  configuration?: PostedConfiguration;
  hardware?: Hardware | null;
  reproducibility?: Reproducibility | null;
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
 * How the model was run.
 */
export interface PostedConfiguration {
  temperature?: number | null;
  max_tokens?: number | null;
  top_p?: number | null;
  frequency_penalty?: number | null;
  presence_penalty?: number | null;
  system_prompt?: string | null;
  tools_used?: string[] | null;
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
 * How all problems were solved.
 */
export interface PostedScores {
  evaluation_id: string;
  submission_id: string;
  /**
   * @minItems 1
   * @maxItems 100000
   */
  problem_results: [PostedProblem, ...PostedProblem[]];
  aggregate_scores?: PostedAggregates | null;
}
/**
 * How one problem was solved.
 */
export interface PostedProblem {
  problem_id: string;
  scores: {
    [k: string]: number | null;
  };
  metrics?: PostedMetrics | null;
  artifacts?: PostedArtifacts | null;
}
/**
 * What one problem cost.
 */
export interface PostedMetrics {
  generation_time?: number | null;
  tokens_used?: number | null;
  cost_usd?: number | null;
  attempts?: number | null;
}
/**
 * Where what came of a problem lies; addresses are kept for readers and never fetched.
 */
export interface PostedArtifacts {
  code?: string | null;
  logs?: string | null;
  report?: string | null;
}
/**
 * Means of the totals, in points; each is computed again.
 */
export interface PostedAggregates {
  overall?: number | null;
  by_category?: {
    [k: string]: number | null;
  };
  by_difficulty?: {
    [k: string]: number | null;
  };
}
/**
 * How the model was run.
 */
export interface PostedConfiguration1 {
  temperature?: number | null;
  max_tokens?: number | null;
  top_p?: number | null;
  frequency_penalty?: number | null;
  presence_penalty?: number | null;
  system_prompt?: string | null;
  tools_used?: string[] | null;
}
/**
 * That a submission was taken in, and where to ask for it.
 */
export interface Receipt {
  id: string;
  benchmark: string;
  entry: string | null;
  state:
    | "approved"
    | "checking"
    | "evaluating"
    | "failed"
    | "in_review"
    | "published"
    | "queued"
    | "received"
    | "refused"
    | "scored"
    | "superseded"
    | "withdrawn";
  address: string;
  upload: string;
  leaf: number | null;
  position: number | null;
  estimate_seconds: number | null;
  received_at: string;
}
/**
 * A part of a list.
 */
export interface Page_SubmissionLine_ {
  items: SubmissionLine[];
  next: string | null;
}
/**
 * A submission in a list, with all that a line shows.
 */
export interface SubmissionLine {
  id: string;
  benchmark: string;
  entry: string | null;
  model: string;
  state:
    | "approved"
    | "checking"
    | "evaluating"
    | "failed"
    | "in_review"
    | "published"
    | "queued"
    | "received"
    | "refused"
    | "scored"
    | "superseded"
    | "withdrawn";
  position: number | null;
  estimate_seconds: number | null;
  public_reason: string | null;
  faults: FaultView[];
  remarks: string[];
  n_reasons: number;
  created_at: string;
  updated_at: string;
}
/**
 * One reason why a submission was refused or failed.
 */
export interface FaultView {
  place: string;
  line: number;
  reason: string;
}
/**
 * A submission and what became of it.
 */
export interface SubmissionView {
  id: string;
  benchmark: string;
  entry: string | null;
  model: string;
  form: string;
  state:
    | "approved"
    | "checking"
    | "evaluating"
    | "failed"
    | "in_review"
    | "published"
    | "queued"
    | "received"
    | "refused"
    | "scored"
    | "superseded"
    | "withdrawn";
  is_settled: boolean;
  faults: FaultView[];
  remarks: string[];
  public_reason: string | null;
  position: number | null;
  running: number;
  estimate_seconds: number | null;
  refunded_because: string | null;
  signed_by: string | null;
  upload: string;
  configuration: string | null;
  bundle: string | null;
  leaf: number | null;
  moves: MoveView[];
  created_at: string;
  updated_at: string;
}
/**
 * One change of state.
 */
export interface MoveView {
  state:
    | "approved"
    | "checking"
    | "evaluating"
    | "failed"
    | "in_review"
    | "published"
    | "queued"
    | "received"
    | "refused"
    | "scored"
    | "superseded"
    | "withdrawn";
  at: string;
  note: string | null;
}
/**
 * What was written down while a submission was worked on.
 */
export interface SubmissionLog {
  items: MoveView[];
  files: FileView[];
}
/**
 * One file that is kept for a submission, or was.
 */
export interface FileView {
  kind: string;
  name: string;
  digest: string;
  n_bytes: number;
  created_at: string;
  keep_until: string | null;
  purged_at: string | null;
}
/**
 * All files of a submission.
 */
export interface FileList {
  items: FileView[];
  next?: string | null;
}
/**
 * A part of a list.
 */
export interface Page_PastPublication_ {
  items: PastPublication[];
  next: string | null;
}
/**
 * One publication of a board.
 */
export interface PastPublication {
  digest: string;
  kind: "append" | "close";
  at: string;
  address: string;
}
/**
 * A part of a list.
 */
export interface Page_Change_ {
  items: Change[];
  next: string | null;
}
/**
 * A part of a list.
 */
export interface Page_ScheduleView_ {
  items: ScheduleView[];
  next: string | null;
}
/**
 * A schedule, for whoever runs what it is about.
 */
export interface ScheduleView {
  id: string;
  benchmark: string | null;
  name: string;
  kind: string;
  cron: string;
  options: {};
  enabled: boolean;
  next_at: string[];
  last_at: string | null;
  last_outcome: string | null;
}
/**
 * A part of a list.
 */
export interface Page_SpendView_ {
  items: SpendView[];
  next: string | null;
}
/**
 * What one run cost, or may cost while it is under way.
 */
export interface SpendView {
  schedule: string;
  entry: string;
  day: string;
  dollars: number;
  at: string;
}
/**
 * What a month cost so far, and what it may cost.
 */
export interface SpendSummary {
  month: string;
  dollars: number;
  dollars_per_month: number;
  dollars_per_run: number;
}
/**
 * What retention would let go now.
 */
export interface DueList {
  items: Due[];
  next?: string | null;
}
/**
 * Files of one kind whose time is over.
 */
export interface Due {
  benchmark: string;
  kind: string;
  count: number;
  n_bytes: number | null;
  oldest: string;
}
/**
 * Files that are kept.
 */
export interface KeptList {
  items: KeptView[];
  next?: string | null;
}
/**
 * A file that is kept for ever.
 */
export interface KeptView {
  submission: string;
  digest: string;
  name: string;
  kept_because: string;
}
/**
 * Answers that are gone; the digests that named them stay.
 */
export interface Purged {
  entry: string;
  bundle: string;
  n_files: number;
  reason: string;
}
