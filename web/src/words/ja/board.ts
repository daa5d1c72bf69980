import { grouped } from "../../numbers";
import type en from "../en/board";

const entries = (n: number): string => `${grouped(n)} 件`;

export default {
  // ページの見出し
  bases: { held_out: "非公開", public: "公開" },
  rankedOn: {
    held_out: "非公開の問題で順位付け",
    public: (why: string) => `公開の問題で順位付け: ${why}`,
    mixed: "トラックにより、非公開または公開の問題で順位付け",
  },
  noHeldOutSet: "非公開の問題はまだ採点されていません",
  noReleased: "非公開の点数が公表されたエントリーはありません",
  lowerIsBetter: "低いほど良い",
  stale: (n: number) => `順位と比較は前回の締め切り時点のものです: ${grouped(n)} 件が待機中`,
  facts: {
    entries: "エントリー",
    publicItems: "公開の問題",
    onPrompts: (items: string, prompts: string) => `${items}(プロンプト ${prompts} 件)`,
    heldOutItems: "非公開の問題",
    noneScored: "採点なし",
    detectable: "検出できる差",
    medianGap: "過学習差の中央値",
    chance: "偶然の水準",
    protocol: "プロトコル",
    judge: "判定モデル",
    noJudge: "LLM 判定なし",
    licence: "ライセンス",
  },
  points: (value: string) => `${value} ポイント`,
  proof: {
    title: "すべての数値を自分で確かめる",
    command: "コマンドをコピー",
    publication: "公開版",
    digest: "公開版のダイジェストをコピー",
    unchecked: "ここではダイジェストを確認していません。ブラウザーが計算できるのは https と localhost だけです。",
    more: "何をどのように確かめたか",
  },

  // タブ
  views: "表示",
  overall: "総合",
  efficiency: "効率",
  overallTitle: "総合ボード",
  facetTitle: (facet: string) => `公開の点数: ${facet}`,
  publicOnly: "公開の点数で順位付けしています。",
  neverSplit: "非公開の点数は分割しません。部分の点数から問題が推測されるおそれがあるためです。",
  columnForValue: "値ごとに 1 列です。",
  columnForProblem: "問題ごとに 1 列と、順位を決める平均です。",
  problems: "問題別",
  item: "問題",
  noSuchBoard: "そのようなボードはありません。",
  back: (facet: string) => `${facet} の一覧`,
  average: "平均",
  efficiencyLead:
    "公開の点数にかかったコストです。「相対」は、各比率を最良のエントリーと比べた値の平均(パーセント)です。",
  empty: "エントリーはまだありません。",
  noMatch: "条件に合うエントリーはありません。",
  absent: (labels: readonly string[]) => `どのエントリーにもない項目: ${labels.join("、")}。`,
  older: (what: readonly string[]) => `この公開版には ${what.join("と")} がありません。`,
  olderComparisons: "標準構成との比較 (vendors/)",
  olderGroups: "同順位グループ",

  // 列
  rank: "順位",
  entry: "エントリー",
  score: "点数",
  scoreNote: "順位を決める点数と 95 % 区間",
  public: "公開",
  heldOut: "非公開",
  gap: "過学習差",
  gapNote: "公開の点数から非公開の点数を引いた差",
  wins: "優位な領域",
  winsNote: "ベンダーの標準構成を上回る領域。数、次に最大の下限の順に並びます",
  assurance: "確かさ",
  date: "日付",
  model: "モデル",
  organisation: "組織",
  contributor: "投稿者",
  targetVerdict: "目標領域",
  targetVerdicts: { "wins its target": "勝ち", "loses it": "負け", "not shown": "示されていない" },
  answered: "解答数",
  costPerScore: "点数あたりの費用 ($)",
  tokens: "トークン",
  time: (unit: string) => `時間 (${unit})`,
  timeNote: "1 解答あたりの平均",
  relative: "相対 (%)",
  perDollar: "1 ドルあたりの点数",
  perMillion: "100 万トークンあたりの点数",
  perSecond: "1 秒あたりの点数",
  on: (value: string) => `${value} での点数`,
  onNote: "この部分だけの公開の点数",
  unpaired: (pair: string) =>
    `このボードは ${pair} の組ごとの点数を公開していません。各列はそれぞれの項目の点数で、行は最初の列の順に並びます。`,
  noneOn: (value: string) => `${value} の点数を持つエントリーはありません。該当する項目がないのかもしれません。`,

  // セル
  none: "なし",
  possibly: "可能な範囲 ",
  tied: (letters: string) => `文字 ${letters} を共有するエントリーとは区別できません`,
  tiedGroups: "同順位グループ",
  waits: "次の締め切り待ち",
  claimsDisagree: "申告と不一致",
  sameRecipe: "構成が同じ:",
  sameRecipeAfter: "(順位はそちらに付きます)",
  notMeasured: "測定として無効:",
  noRank: "順位なし:",
  unreleased: {
    "held-out scores are released when the board is closed": "非公開の点数はボードの締め切り時に公開されます",
    "no held-out responses are recorded": "非公開問題の解答が記録されていません",
    "recorded under another protocol version": "別の版のプロトコルで記録されています",
    "the held-out run is not complete": "非公開問題の実行が完了していません",
    "only scores between 0 and 1 are released": "0 から 1 までの点数だけが公開されます",
  },
  noScore: "点数なし",
  interval: (low: string, high: string) => `95 % 区間: ${low} から ${high}`,
  noInterval: "区間なし",
  between: (low: string, high: string) => `${low} ~ ${high}`,
  beyondChance: "偶然を超える差",
  pts: " pt",
  noWins: "示されていない",
  moreWins: (name: string) => `件の優位な領域 (${name})`,
  itsDefault: "標準構成",
  betterThan: (than: string, bound: string) => `${than} より ${bound} 良い。全領域で同時に成り立つ値 (95 %)`,
  confirmed: "後の問題でも確認済み",
  candidate: "候補: 後の問題ではまだ確認されていません",
  onHeldOut: (verdict: string) => `非公開の問題: ${verdict}`,
  tooFew: "少なすぎて判断できません",
  verdicts: { win: "勝ち", loss: "負け", "no evidence": "証拠なし" },
  ofPublic: "公開",
  ofHeldOut: "非公開",

  // グループ
  yardsticks: "比較用: 偶然、人間、その他の基準",
  bestRank: (rank: number) => `最高 ${grouped(rank)} 位`,
  groupSize: (shown: number, size: number) =>
    shown === size ? entries(size) : `${grouped(size)} 件中 ${entries(shown)}`,
  groupedBy: (isName: boolean, isHighest: boolean) =>
    `ベンダーは${isName ? "名前" : isHighest ? "最も高い値" : "最も低い値"}の順、その中は標準構成の後にこの順で並びます`,

  // 並べ替え
  sortBy: "並べ替え",
  ascending: (label: string) => `${label}(昇順)`,
  descending: (label: string) => `${label}(降順)`,
  sorted: (label: string, isDown: boolean) => `${label}の${isDown ? "降順" : "昇順"}に並べ替えました`,

  // 絞り込み
  filters: "絞り込み",
  filtersOf: (n: number) => (n === 0 ? "絞り込み" : `絞り込み (${grouped(n)})`),
  orderOfRows: "行の並び",
  ranking: "順位順",
  byVendor: "ベンダー別",
  search: "名前、モデル、組織、投稿者を検索",
  kind: "種類",
  allKinds: "すべての種類",
  vendor: "ベンダー",
  allVendors: "すべてのベンダー",
  track: "トラック",
  allTracks: "すべてのトラック",
  anySlice: (facet: string) => `${facet}: すべて`,
  winsOn: "優位な領域",
  anyWins: "指定なし",
  winsSomewhere: "どこかで標準構成を上回る",
  madeFor: "対象",
  anyTarget: "指定なし",
  known: "公開の点数の確かさ",
  anyAssurance: "指定なし",
  dates: "日付",
  anyDate: "指定なし",
  lastDays: (n: number) => `過去 ${grouped(n)} 日`,
  ownDates: "期間を指定…",
  from: "開始日",
  to: "終了日",
  byClock: (day: string) => `この端末の時計で ${day} 以降。`,
  clear: "絞り込みを解除",
  shown: (shown: number, all: number) => (shown === all ? entries(all) : `${grouped(all)} 件中 ${entries(shown)}`),
  columns: "列",
  columnsReset: "ボードの標準に戻す",

  // ピン留め
  pin: (name: string) => `${name} を比較用にピン留め`,
  pinHead: "比較用にピン留め",
  pinned: (n: number, most: number) => `${grouped(most)} 件中 ${grouped(n)} 件をピン留め`,
  pins: "比較するエントリー",
  pinAnother: "もう 1 件ピン留めしてください:",
  compare: (n: number) => `${grouped(n)} 件を比較`,
  unpin: "解除",

  // 重み
  weights: {
    title: "自分の重み",
    open: "自分の重み",
    lead: "重視する指標に重みを付けてください。順位は、公表された公開の点数の加重平均で、同じトラックのエントリーの間で決まります。",
    weightOf: (title: string) => `${title} の重み`,
    none: "重みなし",
    reset: "ボードの順位に戻す",
    rank: "自分の順位",
    rankNote: "各重みが 2 割まで変わっても取りうる順位の範囲つき",
    score: "自分の点数",
    holds: "順序が保たれる範囲",
    holdsNote: "他のエントリーとの順序が変わらないまま、各重みを変えられる割合",
    always: "常に",
    steady: (within: number, all: number) =>
      `上位 ${grouped(all)} 件のうち ${grouped(within)} 件は、各重みが 20 % まで変わっても順位が変わりません。`,
    lowerIsBetter: "低いほど良い",
    command: "正確な点数で同じ計算をするには:",
    copy: "同じ重み付けのコマンドをコピー",
    rounded: "点数は公表値(小数 6 桁まで)です。",
  },

  // 凡例
  legend: {
    ranks: "順位と、データから否定できない順位の範囲",
    letters: "同じ文字のエントリーは区別できません",
    lettersTrack: "同じトラックで同じ文字のエントリーは区別できません",
    slice: "領域",
    wins: "そこではベンダーの標準構成より少なくともこれだけ良い。チェック印は後の問題でも成り立ったもの",
    score: "順位を決める点数と 95 % 区間",
    public: "公開の点数",
    chance: "偶然の水準",
    human: "最も良い人間",
    axis: (from: string, to: string, unit: string) => `軸は ${from} から ${to}${unit}`,
  },

  // 読み方
  reading: {
    title: "このボードの読み方",
    winRegion: "優位な領域",
    winRegionMeaning:
      "ベンダーの標準構成を偶然を超えて上回る領域と、その差の下限です。" +
      "エントリーより後に加わった問題だけでも成り立つまでは候補で、成り立てば確認済みになります。",
    beyond: "偶然を超える差",
    beyondMeaning: "同じ問題での他のエントリーの差より大きいことを表します。理由は分かりません。",
  },

  // 別掲
  apart: {
    title: (n: number, skipped: number) =>
      [n > 0 && `別のプロトコルのエントリー ${entries(n)}`, skipped > 0 && `ボードにないもの ${entries(skipped)}`]
        .filter(Boolean)
        .join("、"),
    protocol: (version: string) => `プロトコル版 ${version}`,
    rankedApart: (isHeldOut: boolean) =>
      `規則が異なるため、${isHeldOut ? "非公開" : "公開"}の問題でこの中だけで順位付けし、上のボードとは比べません。`,
    skipped: "一覧にあり、ボードにはないもの",
  },

  // 更新
  live: {
    updated: (added: number, moved: number) =>
      `ボードが更新されました: 新しいエントリー ${entries(added)}、順位の変動 ${entries(moved)}`,
    failed: "新しいボードが公開されましたが、まだ取得できません。",
    dismiss: "このお知らせを閉じる",
  },
} satisfies typeof en;
