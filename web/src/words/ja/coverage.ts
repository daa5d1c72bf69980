import type en from "../en/coverage";

export default {
  title: "カバレッジ",
  lead: "ベンダーの設定が既定より良い領域と、新しい設定の余地がある領域を示します。",
  facet: "分類",
  track: "トラック",
  noFacets: "このベンチマークにはファセットがないため、カバーする領域がありません。",
  unwon: "既定を偶然を超えて上回る設定がない",
  allWon: "すべての値に、上回る設定があります。",
  unaimed: "専用の設定がない",
  allAimed: "すべての値に専用の設定があります。",
} satisfies typeof en;
