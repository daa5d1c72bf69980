export default {
  title: "Distribution and cost",
  distribution: "Distribution of scores",
  pareto: "Score against what it took",
  intervals: "Scores with 95 % intervals",
  gap: "Public against held-out",
  score: "Score",
  scores: { public: "Public items", held_out: "Held-out items" },
  against: "Against",
  uses: { cost: "Cost", tokens: "Tokens", seconds: "Time" },
  track: "Track",
};
