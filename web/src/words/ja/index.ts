import { grouped } from "../../numbers";
import type en from "../en/index";

export default {
  title: "ボード一覧",
  lead: (n: number) => `このサーバーには ${grouped(n)} 件のボードがあります`,
  search: "ボードを検索",
  none: "該当するボードはありません。",
  entries: "エントリー数",
  best: "首位のエントリー",
  updated: "最終公開",
  noEntries: "まだありません",
  unpublished: "まだ公開されていません。最初のボードはまもなく公開されます。",
  stale: "次の更新を待つ変更があります",
  retired: "終了",
  by: (organisation: string) => `運営: ${organisation}`,
  open: (title: string) => `${title} を開く`,
  untold: "読み込めませんでした",
  empty: {
    title: "このサーバーにはまだボードがありません",
    text: "最初のボードは、サーバーのオーナーがそのコンピューター上のベンチマークのフォルダーから追加します。オーナーのキーは、初回起動時に一度だけ表示されました。",
    try: "例を試す",
    add: "ベンチマークのフォルダーを追加する",
    lost: "最初のキーを失くした場合は、サーバー上で新しいオーナーのキーを作る",
    copy: (what: string) => `コマンドをコピー: ${what}`,
    key: "オーナーのキーは、アカウントのページで使えます。",
    account: "アカウント",
  },
  static: {
    text: "このフォルダーにはボードが 1 つあります。",
    open: "ボードを開く",
  },
} satisfies typeof en;
