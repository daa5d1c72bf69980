import { grouped } from "../../numbers";

const amount = (bytes: number): string =>
  bytes < 1e6
    ? `${Math.max(1, Math.round(bytes / 1000)).toLocaleString("en")} kB`
    : `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;

export default {
  title: (board: string) => `Submit to ${board}`,
  lead: "Hand in what your configuration answered. Every check is made again here, the scores are computed here, and every step is on record.",
  retired: "This board is retired: it stays readable, and takes no more submissions.",
  steps: {
    title: "What is needed",
    protocol: "The protocol",
    protocolText: (items: string, metric: string) =>
      `Answers to ${items}. Entries are ranked by ${metric}. What stays unanswered counts as wrong.`,
    allItems: "every public item",
    reported: "Some scores of this board are reported: they may be handed in as metadata and results too.",
    version: "Version of the protocol",
    limits: "The limits",
    perModel: (n: number) => `${n} for each model and day (UTC)`,
    perDay: (n: number) => `${n} a day over all models`,
    noLimit: "No limit on how often",
    scorings: (n: number) => `${n} held-out scorings between two rotations`,
    largest: (megabytes: number) => `Uploads of at most ${grouped(megabytes)} MB`,
    review: "What looks like personal data waits for a review.",
    approval: "The owner of the board approves each submission before it is published.",
    unknownLimits: "The limits are told with the answer to a submission.",
    licence: "The licence",
    anyLicence: "Your configuration says its licence; any is taken.",
    licences: "Your configuration says its licence. Taken are:",
    boardLicence: (licence: string) => `The board itself is under ${licence}.`,
    documentation: "Everything that is asked of a configuration stands in the documents of this board.",
  },
  make: {
    title: "How to make the artifact",
    text: "On your machine, with a copy of this board. Every check that is made here is made there first.",
    copyBoard: "Copy the board",
    freeze: "Freeze the answers into a bundle",
    pack: "Check and pack",
    orSend: "Or hand in from the command line, with an API key in PROOFBOARD_KEY",
    copy: (what: string) => `Copy the command: ${what}`,
  },
  static: {
    title: (board: string) => `How to submit to ${board}`,
    text: "This board is a folder of files: nothing can be handed in on this page. Make the artifact with the commands below and give it to the owner of the board, who takes it in with one more command.",
    owner: "What the owner runs",
    where: "Where the items come from, as the board says",
    noContact: "The board names no address: ask where you found it.",
  },
  form: {
    title: "Hand in",
    drop: "Drop the artifact here",
    or: "or",
    choose: "Choose a file",
    chooseOther: "Choose another file",
    kinds: "An artifact that proofboard submit packed: .zip, or .tar, also compressed.",
    kindsResults: "Or metadata and results as JSON: in one file, or in two.",
    looking: "The file is looked at…",
    ready: "Ready to hand in",
    size: amount,
    holds: "Holds",
    entry: "Name on the board",
    entryHint: "vendor/config_name in lower case; without it, it is called after the model and who made it",
    entryShape: "write vendor/config_name: lower-case letters, digits, dot, underscore and hyphen",
    more: "Sent twice, handed in once",
    key: "Idempotency key",
    keyHint:
      "The same file under the same key is the same submission, however often it is sent. One was made for this file.",
    keyShape: "write 1 to 200 letters, digits or signs of ASCII",
    send: "Hand in",
    sending: (percent: number) => `${percent} % sent`,
    arrived: "Everything was sent. The service looks at it…",
    stop: "Stop",
    stopped: "You stopped it. Nothing is lost: hand in again whenever you like.",
    failed: "It was not taken in",
    kept: "Your file is still chosen. Correct it and choose it again, or hand in again.",
    found: (n: number) =>
      n === 1 ? "One thing keeps this file from being handed in" : `${n} things keep this from being handed in`,
    waitFor: (seconds: number) =>
      seconds < 120
        ? `Try again in ${seconds} seconds.`
        : `Try again in ${Math.ceil(seconds / 60).toLocaleString("en")} minutes.`,
    noOrganisation: "You belong to no organisation yet. Submissions are handed in for one.",
    toAccount: "Make or join an organisation",
    otherBoards: (boards: string) => `This key is limited to: ${boards}. It cannot hand in here.`,
  },
  problems: {
    empty: () => "the file is empty",
    large: (bytes: number, most: number) => `has ${amount(bytes)}, at most ${amount(most)} are taken`,
    kind: () => "is neither an archive nor JSON; expected what proofboard submit packed",
    folder: () => "is a folder, expected a file; pack it with proofboard submit",
    many: (n: number) => `${n} files were chosen, expected one archive, or metadata and results as JSON`,
    cut: () => "the archive ends too early or is damaged; make or copy it again",
    lacks: (names: string) => `the archive holds no ${names}; expected what proofboard submit packed`,
    benchmark: (found: string, expected: string) => `was made for the board ${found}, expected ${expected}`,
    protocol: (found: string, expected: string) =>
      `was made for protocol ${found}, expected ${expected}; copy the board anew and pack again`,
    json: (reason: string) => `is no JSON: ${reason}`,
    results: () => "is JSON without metadata and results; expected both, in one file or in two",
    noResults: () => "holds results, and this board computes every score itself; hand in an artifact",
  },
  accepted: {
    title: "Taken in",
    text: "You can close this page: the submission goes on, and stands under My submissions.",
    another: "Hand in another",
  },
};
