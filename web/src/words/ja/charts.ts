import type en from "../en/charts";

export default {
  title: "分布と費用",
  distribution: "スコアの分布",
  pareto: "スコアと使用量",
  intervals: "スコアと95 %区間",
  gap: "公開と非公開",
  score: "スコア",
  scores: { public: "公開項目", held_out: "非公開項目" },
  against: "横軸",
  uses: { cost: "費用", tokens: "トークン数", seconds: "時間" },
  track: "トラック",
} satisfies typeof en;
