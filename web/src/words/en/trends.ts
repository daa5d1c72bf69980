export default {
  title: "Trends",
  lead: "Each entry stands on the day on which its answers were recorded. Revised entries are shown as they are now.",
  trend: "Score over time",
  movers: "New and revised entries",
  score: "Score",
  scores: { public: "Public items", held_out: "Held-out items" },
  lines: "Best so far",
  linesOf: { board: "Of the board", vendor: "Of each vendor too" },
  last: "Before the newest entry",
  days: { "30": "30 days", "90": "90 days", "365": "A year" },
  track: "Track",
};
