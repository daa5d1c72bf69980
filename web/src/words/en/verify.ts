import { grouped } from "../../numbers";
import type { Outcome } from "../../verify/comparing";
import type { ReasonCode } from "../../verify/reasons";
import { plural } from "../counting";

const outcomes: Record<Outcome, string> = {
  agrees: "agrees",
  differs: "differs",
  follows: "follows",
  unchecked: "not checked here",
};

const reasons: Record<ReasonCode, string> = {
  "third-party-grader": "made by a grader that is not built in; the owner attests its item scores:",
  program: "made by a program of the owner in a sandbox; its item scores are attested",
  reported: "rests on scores that were reported with the answers; no grader made them",
  purged: "the answers were removed, and their item scores are the owner's word:",
  removed: "the server keeps these bytes no longer:",
  "held-out": "rests on a released held-out score, which only the owner can compute",
  resampling: "takes thousands of random resamples; the offline command draws the same ones again",
  "other-entries": "depends on entries that were not recomputed with this one",
  "other-version": "made by another version of a grader than the one here:",
  pattern: "this pattern cannot be run here exactly as the grader runs it:",
  options: "an option of the grader that is not read here:",
  "newer-characters": "holds characters newer than Unicode 14, which software of different age treats differently",
};

export default {
  title: "Verify",
  lead: "You need not believe this board. What follows from published answers can be computed again: here, in your browser, or offline with the command below. What is somebody's word is listed as that.",
  onlyEntry: "One entry alone:",
  wholeBoard: "All entries",
  recompute: "Recompute in this browser",
  recomputeLead:
    "A second implementation, which shares no code with the one that published, fetches every document, checks its digest, grades every public answer anew, and compares number by number. Nothing leaves your browser.",
  begin: "Recompute in this browser",
  again: "Recompute again",
  cancel: "Stop",
  opening: "Reading rules, items and board…",
  progress: "Entries recomputed",
  entriesDone: (done: number, total: number) => `${grouped(done)} of ${plural(total, "entry", "entries")}`,
  answers: (graded: string, speed: string) => `${graded} answers graded, ${speed} a second`,
  documents: (count: number, megabytes: string) => `${plural(count, "document", "documents")}, ${megabytes} MB`,
  seconds: (seconds: string) => `${seconds} s`,
  failed: "It could not go on:",
  otherPublication:
    "What was recomputed is not the publication that this page shows: the board was replaced in the meantime. Load the page anew.",
  noneComputed: "Nothing could be recomputed: the list says why",
  allAgree: (count: number) => `${plural(count, "number", "numbers")} computed again, all the same`,
  disagrees: (count: number) => `${plural(count, "disagreement", "disagreements")} found`,
  limits:
    "“Follows” means the arithmetic was done again and is right, given item scores that somebody reported or attested. What is not checked here is listed with its reason, and is neither right nor wrong by this. The page itself came from the same place as the numbers: who wants to trust neither runs the offline command.",
  outcomes,
  reasons,
  filter: "Show",
  filters: {
    noteworthy: "Disagreements, and what only follows or is not checked",
    differs: "Disagreements",
    unchecked: "Not checked here",
    follows: "What follows from attested or reported scores",
    agrees: "What agrees",
    all: "All numbers",
  },
  numbers: (count: number) => plural(count, "number", "numbers"),
  nothingToList: "No number is of this kind.",
  board: "the board",
  columns: {
    outcome: "Outcome",
    entry: "Entry",
    number: "Number",
    published: "Published",
    recomputed: "Recomputed",
    reason: "Why",
  },
  known: "How the numbers are known",
  publicScores: (count: number) => plural(count, "public score", "public scores"),
  heldOut: "Held-out, attested by the owner",
  heldOutScores: (count: number) => plural(count, "score", "scores"),
  here: "Computed again in this browser",
  computedHere: [
    "every item score of the built-in graders, from the answers",
    "means of every metric and aggregate, overall and on every slice, exactly",
    "intervals, errors, runs, variances, repair figures, agreement of judges",
    "tokens, costs, efficiency; ranks, boards of categories, means of items",
    "the digest of every document and every answer (not of files that programs kept)",
  ],
  notHere: "Not computed here, and why",
  notComputedHere: [
    "held-out scores: only whoever holds the held-out items can grade them",
    "scores of third-party graders and of programs: attested, their consequences are checked",
    "rank ranges, win regions, targets: they take thousands of resamples; the offline command draws them again",
    "reported scores: nobody can grade them; their consequences are checked",
    "signatures of the log: the offline command checks them",
  ],
  offline: "Offline, without this page",
  offlineLead:
    "This fetches the publication, computes every document again, compares it byte for byte, and checks the log. It needs Python and nothing of this server.",
  copyCommand: "Copy the command",
  digests: "Digests",
  digestsLead: "Two readers who see the same digest of the publication see the same board, to the last byte.",
  publication: "Publication",
  checkpoint: "Signed checkpoint of the log",
  noDigest: "This page came over an unsafe connection, where the browser computes no digests; the recomputation does.",
  signed: "The log says what was added and withdrawn; its checkpoint is signed by the owner.",
  unsigned: "This publication has no log: nothing says what was shown before.",
  copyDigest: (what: string) => `Copy the digest: ${what}`,
};
