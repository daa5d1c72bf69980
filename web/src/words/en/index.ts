import { plural } from "../counting";

export default {
  title: "Boards",
  lead: (n: number) => `${plural(n, "board", "boards")} on this server`,
  search: "Search boards",
  none: "No board matches.",
  entries: "Entries",
  best: "Best entry",
  updated: "Last publication",
  noEntries: "none yet",
  unpublished: "Nothing was published yet: its first board comes within moments.",
  stale: "Something waits for the next close",
  retired: "retired",
  by: (organisation: string) => `by ${organisation}`,
  open: (title: string) => `Open ${title}`,
  untold: "could not be read",
  empty: {
    title: "This server has no board yet",
    text: "Its owner adds the first one: a benchmark directory on the machine of the server. The owner's key was shown once, at the first start.",
    try: "Try the example",
    add: "Add a benchmark directory",
    lost: "Make another owner's key on the machine, where the first is lost",
    copy: (what: string) => `Copy the command: ${what}`,
    key: "Who has the owner's key shows it on the account page.",
    account: "Account",
  },
  static: {
    text: "This folder holds one board.",
    open: "Open the board",
  },
};
