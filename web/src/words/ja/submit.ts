import { grouped } from "../../numbers";
import type en from "../en/submit";

const amount = (bytes: number): string =>
  bytes < 1e6
    ? `${Math.max(1, Math.round(bytes / 1000)).toLocaleString("en")} kB`
    : `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;

export default {
  title: (board: string) => `${board} に投稿する`,
  lead: "設定ファイルとその解答を提出します。すべての検査をここでもう一度行い、スコアもここで計算し、経過をすべて記録します。",
  retired: "このボードは終了しました。閲覧はできますが、新しい投稿は受け付けていません。",
  steps: {
    title: "必要なもの",
    protocol: "プロトコル",
    protocolText: (items: string, metric: string) =>
      `${items}への解答が必要です。主指標は ${metric} です。未解答の問題は不正解として数えます。`,
    allItems: "すべての公開問題",
    reported: "このボードには自己申告のスコアがあります。メタデータと結果 (JSON) でも投稿できます。",
    version: "プロトコルの版",
    limits: "制限",
    perModel: (n: number) => `1 モデルにつき 1 日 ${n} 件 (UTC)`,
    perDay: (n: number) => `全モデル合計で 1 日 ${n} 件`,
    noLimit: "回数の制限はありません",
    scorings: (n: number) => `非公開問題の採点は、入れ替えまでに ${n} 回`,
    largest: (megabytes: number) => `アップロードは最大 ${grouped(megabytes)} MB`,
    review: "個人情報と思われる内容があると、確認待ちになります。",
    approval: "公開の前に、運営者が 1 件ずつ承認します。",
    unknownLimits: "制限は、投稿への応答で示されます。",
    licence: "ライセンス",
    anyLicence: "設定ファイルにライセンスを書いてください。種類は問いません。",
    licences: "設定ファイルにライセンスを書いてください。受け付けるもの:",
    boardLicence: (licence: string) => `ボード自体は ${licence} で公開されています。`,
    documentation: "設定ファイルの要件は、このボードの文書にすべて書かれています。",
  },
  make: {
    title: "提出物の作り方",
    text: "ボードの写しを使って、手元のコンピューターで作ります。ここで行う検査は、すべて手元でも行われます。",
    copyBoard: "ボードを複製する",
    freeze: "解答をバンドルに固定する",
    pack: "検査してまとめる",
    orSend: "または、API キーを PROOFBOARD_KEY に設定し、コマンドラインから提出する",
    copy: (what: string) => `コマンドをコピー: ${what}`,
  },
  static: {
    title: (board: string) => `${board} への投稿方法`,
    text: "このボードはファイルだけで公開されているため、このページからは投稿できません。次のコマンドで提出物を作り、ボードの運営者に渡してください。運営者はコマンド 1 つで取り込みます。",
    owner: "運営者が実行するコマンド",
    where: "問題の出典 (ボードの記載)",
    noContact: "ボードには連絡先がありません。このボードを見つけた場所で尋ねてください。",
  },
  form: {
    title: "提出",
    drop: "ここに提出物をドロップ",
    or: "または",
    choose: "ファイルを選ぶ",
    chooseOther: "別のファイルを選ぶ",
    kinds: "proofboard submit で作った提出物 (.zip、または .tar。圧縮も可)。",
    kindsResults: "または、メタデータと結果の JSON (1 つのファイル、または 2 つのファイル)。",
    looking: "ファイルを確認しています…",
    ready: "提出できます",
    size: amount,
    holds: "内容",
    entry: "ボードでの名前",
    entryHint: "小文字で vendor/config_name の形。省くと、モデルと作成者の名前から決まります",
    entryShape: "vendor/config_name の形で書いてください (小文字の英字・数字・ピリオド・下線・ハイフン)",
    more: "二重に送っても 1 件になります",
    key: "冪等キー",
    keyHint: "同じキーで送った同じファイルは、何度送っても 1 件の投稿です。このファイル用に自動で作られています。",
    keyShape: "1〜200 文字の ASCII 文字で書いてください",
    send: "提出する",
    sending: (percent: number) => `${percent} % 送信済み`,
    arrived: "送信が終わりました。サービスが確認しています…",
    stop: "中止",
    stopped: "中止しました。選んだファイルはそのままです。いつでも提出し直せます。",
    failed: "受け付けられませんでした",
    kept: "選んだファイルはそのままです。直してから選び直すか、もう一度提出してください。",
    found: (n: number) => `提出できない理由が ${n} 件あります`,
    waitFor: (seconds: number) =>
      seconds < 120
        ? `${seconds} 秒後にもう一度お試しください。`
        : `${Math.ceil(seconds / 60).toLocaleString("en")} 分後にもう一度お試しください。`,
    noOrganisation: "まだ組織に所属していません。投稿は組織として行います。",
    toAccount: "組織を作る、または参加する",
    otherBoards: (boards: string) => `このキーは次のボード専用です: ${boards}。ここには提出できません。`,
  },
  problems: {
    empty: () => "ファイルが空です",
    large: (bytes: number, most: number) => `${amount(bytes)} あります。上限は ${amount(most)} です`,
    kind: () => "アーカイブでも JSON でもありません。proofboard submit で作ったファイルを選んでください",
    folder: () => "フォルダーです。proofboard submit でまとめたファイルを選んでください",
    many: (n: number) =>
      `${n} 個のファイルが選ばれました。アーカイブ 1 つ、またはメタデータと結果の JSON を選んでください`,
    cut: () => "アーカイブが途中で切れているか、壊れています。作り直すか、コピーし直してください",
    lacks: (names: string) => `アーカイブに ${names} がありません。proofboard submit で作ったファイルを選んでください`,
    benchmark: (found: string, expected: string) =>
      `別のボード ${found} 用に作られています。このボードは ${expected} です`,
    protocol: (found: string, expected: string) =>
      `プロトコル ${found} 用に作られています。現在は ${expected} です。ボードを複製し直し、もう一度まとめてください`,
    json: (reason: string) => `JSON として読めません: ${reason}`,
    results: () => "メタデータと結果がありません。1 つのファイルに両方、または 2 つのファイルで選んでください",
    noResults: () => "結果の JSON です。このボードはすべてのスコアを自ら計算するため、アーカイブを提出してください",
  },
  accepted: {
    title: "受け付けました",
    text: "このページを閉じても処理は続きます。経過は「自分の投稿」で確認できます。",
    another: "続けて提出する",
  },
} satisfies typeof en;
