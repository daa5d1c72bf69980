import type en from "../en/rerun";

export default {
  title: "もう一度実行する",
  live: "公開された解答をワーカーが取り出し、新しいプロセスで採点し直します。結果はすべて公開されます。",
  button: "検証を予約",
  busy: "予約中…",
  signIn: "先にサインインしてください。このボードではメンバーだけが予約できます。",
  queued: "予約しました。",
  states: { waiting: "待機中", running: "実行中", done: "完了", failed: "失敗" },
  verdicts: {
    matched: "すべてのスコアが一致しました",
    differs: "スコアが一致しませんでした",
    not_possible: "採点し直せませんでした",
  },
  stateMeanings: {
    waiting: "空いたワーカーがすぐに引き受けます。このページを離れても、下の一覧に残ります。",
    running: "ワーカーが公開された解答を採点し直しています。",
    done: "",
    failed: "システム側の理由で中止しました。エントリーの良し悪しとは関係なく、1 日の回数にも数えません。",
  },
  verdictMeanings: {
    matched:
      "どのスコアも公開値と同じか、採点器の許容差に収まりました。公開スコアは「再計算可能」のままです。だれかがこの設定に解答し直させて結果に署名すると「再実行済み」になります。",
    differs: "このエントリーの公開内容は、公開された解答から導かれません。",
    not_possible: "スコアの正否については何も言えません。",
  },
  why: "理由：",
  reason: "理由",
  attested: (metrics: string) => `公開値をそのまま使った指標: ${metrics}`,
  scores: (n: string) => `問題ごとのスコア ${n} 件`,
  by: "依頼者",
  earlier: "これまでの実行",
  none: "ここではまだ実行されていません。",
  started: "予約日時",
  state: "状態",
  verdict: "結果",
  refused: "予約できませんでした",
  static: "このボードはファイルだけで公開されており、背後で動くものはありません。",
  workflow: "リポジトリに検証を依頼",
  workflowLead: (repository: string) => `${repository} に、エントリーとダイジェストを記入した依頼を開きます。`,
  command: "次のコマンドで、だれでももう一度実行できます:",
} satisfies typeof en;
