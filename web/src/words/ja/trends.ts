import type en from "../en/trends";

export default {
  title: "推移",
  lead: "各エントリーは回答が記録された日に置かれます。改訂されたエントリーは現在の状態で示します。",
  trend: "スコアの推移",
  movers: "新規・改訂されたエントリー",
  score: "スコア",
  scores: { public: "公開項目", held_out: "非公開項目" },
  lines: "それまでの最高",
  linesOf: { board: "ボード全体", vendor: "ベンダーごとも" },
  last: "最新のエントリーから",
  days: { "30": "30日間", "90": "90日間", "365": "1年間" },
  track: "トラック",
} satisfies typeof en;
