import { grouped } from "../../numbers";
import { plural } from "../counting";

export default {
  title: "My submissions",
  lead: (organisation: string) => `Everything that ${organisation} handed in to this board, the latest first.`,
  none: "Nothing was handed in yet.",
  noneInState: "Nothing is in this state.",
  submit: "Submit",
  filter: "State",
  all: "All states",
  columns: {
    entry: "Submission",
    state: "State",
    place: "In the queue",
    reasons: "Reasons",
    at: "Handed in",
    model: "Model",
  },
  states: {
    received: { name: "received", meaning: "It is on record, and waits for its checks." },
    checking: { name: "being checked", meaning: "Every rule of the board is being checked." },
    in_review: {
      name: "in review",
      meaning: "A person has to look at it: the remarks say why. There is nothing for you to do.",
    },
    queued: { name: "queued", meaning: "All checks passed. It waits for its evaluation." },
    evaluating: { name: "being evaluated", meaning: "Its answers are being graded." },
    scored: { name: "scored", meaning: "Its scores are there. It waits for the word of the board's owner." },
    approved: { name: "approved", meaning: "It comes to the board with the next publication." },
    published: { name: "published", meaning: "It is on the board." },
    superseded: { name: "superseded", meaning: "A later submission took its place; what it reached stays on record." },
    withdrawn: { name: "withdrawn", meaning: "It was taken back; it is not on the board." },
    refused: { name: "refused", meaning: "It was not taken, for the reasons below. Correct them and hand in again." },
    failed: {
      name: "failed",
      meaning:
        "The platform failed, through no fault of yours, and your place in the quota was given back. Its owner may try it again.",
    },
  },
  position: (position: number) =>
    position === 0
      ? "It is being worked on now"
      : position === 1
        ? "It is next"
        : `Number ${grouped(position)} in the queue`,
  positionShort: (position: number) =>
    position === 0 ? "now" : position === 1 ? "next" : `number ${grouped(position)}`,
  estimate: (seconds: number) => {
    if (seconds < 60) return "about a minute or less";
    if (seconds < 3600) return `about ${plural(Math.round(seconds / 60), "minute", "minutes")}`;
    return `about ${plural(Math.round(seconds / 3600), "hour", "hours")}`;
  },
  noEstimate: "nobody knows how long yet",
  faults: (n: number) => (n === 1 ? "One reason" : `${grouped(n)} reasons, all of them`),
  moreReasons: (n: number) => `and ${plural(n, "more reason", "more reasons")}`,
  fault: { place: "File", line: "Line", reason: "What was found, and what was expected" },
  remarks: "Remarks",
  publicReason: "The board's owner says",
  refunded: "The place in your quota was given back:",
  details: "Details",
  back: "All my submissions",
  whatHappened: "What happened",
  soFar: "so far",
  ahead: "still ahead",
  facts: {
    id: "Submission",
    entry: "Entry",
    model: "Model",
    benchmark: "Board",
    upload: "Digest of what arrived",
    leaf: "Place in the log of the board",
    signedBy: "Signed by",
    handedIn: "Handed in",
  },
  copyDigest: "Copy the digest",
  receipt: "Save the receipt",
  receiptNote: "With the digest and the place in the log anybody can prove what was handed in, and when.",
  open: "Open its entry",
  files: "What is kept",
  fileColumns: { name: "File", kind: "Kind", size: "Bytes", until: "Kept until", state: "Get" },
  fileKinds: { upload: "upload", bundle: "bundle", graded: "graded", log: "log", artifact: "artifact" },
  forEver: "for ever",
  download: "Save",
  gone: (day: string) => `removed ${day}`,
  noFiles: "Nothing is kept yet.",
  withdraw: {
    button: "Withdraw…",
    title: (name: string) => `Withdraw ${name}?`,
    before: "It is taken out wherever it is on its way. The place in your quota stays taken.",
    published:
      "Its entry leaves the board with the next publication. What it reached stays in the log, with your reason.",
    reason: "Reason",
    reasonHint: "One line. Everybody may read it, and the log keeps it.",
    reasonNeeded: "write one line that says why",
    action: "Withdraw",
    done: "It was withdrawn.",
  },
  nowIs: (name: string, state: string) => `${name}: ${state}`,
  shown: (n: number) => `${plural(n, "submission", "submissions")} shown`,
};
