import { grouped } from "../../numbers";
import type en from "../en/model";

const of = (n: number, unit: string): string => `${grouped(n)} ${unit}`;

export default {
  title: (name: string) => `${name} の履歴`,
  choose: "どのモデルですか",
  chooseLead: "このボードにエントリーがあるモデルとベンダーです。",
  lead: (n: number) => `${of(n, "件のエントリー")}と以前の改訂を、新しい順に示します。`,
  vendorLead: (n: number) =>
    `モデル名がないため、ベンダーの ${of(n, "件のエントリー")}と以前の改訂を、新しい順に示します。`,
  none: "このボードに該当するエントリーはありません。",
  chart: "スコアの推移",
  table: "すべての構成の推移",
  date: "日付",
  entry: "エントリー",
  revision: "改訂",
  now: "現在",
  configuration: "構成",
  score: "公開スコア",
  interval: "95 % 区間",
  heldOut: "非公開",
  rank: "順位",
  protocol: "プロトコル",
  changes: "変更点",
  first: "最初",
  unchanged: "解答を左右する変更なし",
  fields: (names: string, more: number) => (more > 0 ? `${names} ほか ${more} 件` : names),
  unscored: "スコアなし",
  waits: "締め切り待ち",
  many: (n: number) => `改訂は最初の ${of(n, "件のエントリー")}だけを示します。`,
  publications: "公開版ごと",
  publicationsLead: "ボードが公開されるたびに、何が表示されていたかを示します。",
  at: "公開日時",
  publication: "公開版",
  copyDigest: "公開版のダイジェストをコピー",
  models: "モデル",
  vendors: "ベンダー",
  entries: "エントリー",
  best: "最高の公開スコア",
} satisfies typeof en;
