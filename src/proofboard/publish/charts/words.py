"""The words of charts, in English and Japanese; `{name}` stands for a parameter of the chart."""

from collections.abc import Mapping
from typing import Final

EN: Final[Mapping[str, str]] = {
    "title.radar": "Scores by {facet}",
    "title.trend": "Score over time",
    "title.pareto": "Score against {against}",
    "title.distribution": "Distribution of scores",
    "title.intervals": "Scores with 95 % intervals",
    "title.coverage": "Configurations by vendor and {facet}",
    "title.movers": "New and revised since {since}",
    "title.slices": "{entry} against {default}",
    "title.gap": "Public against held-out scores",
    "description.radar": (
        "Radar of {n_values} values of {facet}: {headline} on the public items. Outer is better; absent scores have no "
        "point."
    ),
    "description.trend": (
        "Every entry on the day of its recording, by {headline}. The solid line is the best score so far; dashed lines "
        "are the best human, the best baseline and chance."
    ),
    "description.pareto": (
        "What each entry used on the public items against {headline}. Entries with a filled centre and a number are "
        "on the Pareto front: no other is better in one without being worse in the other."
    ),
    "description.distribution": (
        "How many entries have which score ({headline}), each one a mark below the bars. Dashed lines are the best "
        "human, the best baseline and chance."
    ),
    "description.intervals": (
        "The first entries of the board by {headline}, each with its 95 % interval. A bar on the right joins entries "
        "of one tied group, which cannot be told apart."
    ),
    "description.coverage": (
        "The best configuration of each vendor against the vendor's default, by {facet}, in {headline}; above 0 is "
        "better. ▲: beyond chance. ●: a configuration is made for this value. Dashed cells: no difference is known, "
        "with the number of configurations, – where there is none."
    ),
    "description.movers": (
        "Entries recorded in the {days} days before the newest one, by {headline} on the public items; revised "
        "entries from what they had before to what they have."
    ),
    "description.slices": (
        "{headline} of {entry} on each slice, from what its vendor's default, {default}, has there. Tested "
        "slices and large differences come first. Shapes say how the published test ended."
    ),
    "description.gap": (
        "Public against released held-out {headline}. On the diagonal both are equal; below it the public score is "
        "the higher one. Names are shown where the gap is beyond chance."
    ),
    "left_out": "Not shown: {left_out}.",
    "axis.score.public": "{headline}, public items{unit}",
    "axis.score.held_out": "{headline}, held-out items{unit}",
    "axis.date": "Recorded",
    "axis.cost": "Cost (US dollars)",
    "axis.tokens": "Tokens",
    "axis.seconds": "Seconds for an answer (mean)",
    "axis.entries": "Entries",
    "axis.difference": "Difference to the default",
    "against.cost": "cost",
    "against.tokens": "tokens",
    "against.seconds": "time",
    "others": "other vendors",
    "kind.default": "Vendor default",
    "kind.community": "Community",
    "kind.seed": "Seed",
    "kind.human": "Human",
    "kind.baseline": "Baseline",
    "kind.chance": "Chance",
    "change.new": "New",
    "change.revised": "Revised",
    "verdict.win": "Better beyond chance",
    "verdict.no evidence": "No evidence",
    "verdict.loss": "Worse beyond chance",
    "verdict.untested": "Not tested",
    "page.table": "Show as a table",
    "page.chart": "Show as a chart",
    "page.loading": "The chart is being loaded…",
    "page.failed": "The chart could not be drawn. The table has its numbers.",
    "legend.front": "Pareto front",
    "column.entry": "Entry",
    "column.label": "Entry",
    "column.vendor": "Vendor",
    "column.kind": "Kind",
    "column.date": "Recorded",
    "column.score": "Score",
    "column.value": "Value",
    "column.used": "Used",
    "column.on_front": "On the front",
    "column.rank": "Rank",
    "column.low": "Low",
    "column.high": "High",
    "column.group": "Tied group",
    "column.first": "From",
    "column.last": "To",
    "column.n_configurations": "Configurations",
    "column.n_targeting": "Made for it",
    "column.default_score": "Default",
    "column.difference": "Difference",
    "column.won": "Beyond chance",
    "column.change": "Change",
    "column.before": "Before",
    "column.after": "After",
    "column.slice": "Slice",
    "column.n_items": "Items",
    "column.lower_bound": "At least",
    "column.verdict": "Verdict",
    "column.public": "Public",
    "column.held_out": "Held-out",
    "column.gap": "Gap",
    "column.overfit_test": "Overfit test",
    "nothing.choice": "a radar shows two to four entries of the board; choose them",
    "nothing.facet": "the board has no such facet",
    "nothing.values": "a radar needs scores on 3 to 60 values of a facet; choose another facet",
    "nothing.dates": "no entry has both a score and the day of its recording",
    "nothing.usage.cost": "no entry has both a score and a recorded cost",
    "nothing.usage.tokens": "no entry has both a score and recorded tokens",
    "nothing.usage.seconds": "no entry has both a score and recorded seconds",
    "nothing.scores": "no entry has a score to show",
    "nothing.moves": "no entry has a day of recording and a public score",
    "nothing.one": "shows one entry of the board against its vendor's default; choose one",
    "nothing.default": "the vendor has no other entry that is its default, so there is nothing to compare with",
    "nothing.slices": "the entry and its vendor's default share no slice with scores",
    "nothing.released": "no held-out score has been released",
}

JA: Final[Mapping[str, str]] = {
    "title.radar": "{facet}別スコア",
    "title.trend": "スコアの推移",
    "title.pareto": "スコアと{against}",
    "title.distribution": "スコアの分布",
    "title.intervals": "スコアと95 %区間",
    "title.coverage": "ベンダーと{facet}ごとの設定",
    "title.movers": "{since}以降の新規・改訂",
    "title.slices": "{entry} と {default}",
    "title.gap": "公開スコアと非公開スコア",
    "description.radar": (
        "{facet}の{n_values}個の値についてのレーダー図。公開項目での{headline}。"
        "外側ほど良く、スコアのない値には点がありません。"
    ),
    "description.trend": (
        "各エントリーの記録日と{headline}。実線はその時点までの最高スコア、破線は人間の最高、ベースラインの最高、偶然の水準です。"
    ),
    "description.pareto": (
        "公開項目で使った量と{headline}。中心が塗られ番号のあるエントリーはパレート前線上にあり、"
        "一方で勝り他方で劣らないエントリーはほかにありません。"
    ),
    "description.distribution": (
        "スコア({headline})ごとのエントリー数。棒の下の印が各エントリーです。破線は人間の最高、ベースラインの最高、偶然の水準です。"
    ),
    "description.intervals": (
        "{headline}による上位エントリーと95 %区間。右側の棒は、互いに区別できない同順グループのエントリーを結びます。"
    ),
    "description.coverage": (
        "{facet}の値ごとの、各ベンダーの最良の設定と既定の設定との{headline}の差。0より大きければ既定より良い設定があります。"
        "▲は偶然を超える差、●はその値のために作られた設定があることを示します。"
        "破線のマスは差が不明で、設定の数を示し、– は設定がないことを示します。"
    ),
    "description.movers": (
        "最新の記録日までの{days}日間に記録されたエントリー。公開項目での{headline}。改訂されたものは以前のスコアから現在のスコアまで。"
    ),
    "description.slices": (
        "スライスごとの{entry}の{headline}と、ベンダーの既定である{default}のスコア。検定されたものと差の大きいものを優先します。形は公表された検定の結果です。"
    ),
    "description.gap": (
        "公開スコアと公表された非公開スコア({headline})。対角線上では両者が等しく、下側では公開スコアのほうが高くなります。"
        "差が偶然を超えるものに名前を付けています。"
    ),
    "left_out": "表示していないエントリー: {left_out}。",
    "axis.score.public": "{headline}(公開項目){unit}",
    "axis.score.held_out": "{headline}(非公開項目){unit}",
    "axis.date": "記録日",
    "axis.cost": "費用(米ドル)",
    "axis.tokens": "トークン数",
    "axis.seconds": "回答あたりの秒数(平均)",
    "axis.entries": "エントリー数",
    "axis.difference": "既定との差",
    "against.cost": "費用",
    "against.tokens": "トークン数",
    "against.seconds": "時間",
    "others": "その他のベンダー",
    "kind.default": "ベンダー既定",
    "kind.community": "コミュニティ",
    "kind.seed": "シード",
    "kind.human": "人間",
    "kind.baseline": "ベースライン",
    "kind.chance": "偶然",
    "change.new": "新規",
    "change.revised": "改訂",
    "verdict.win": "偶然を超えて良い",
    "verdict.no evidence": "証拠なし",
    "verdict.loss": "偶然を超えて悪い",
    "verdict.untested": "検定なし",
    "page.table": "表で表示",
    "page.chart": "グラフで表示",
    "page.loading": "グラフを読み込んでいます…",
    "page.failed": "グラフを描けませんでした。数値は表にあります。",
    "legend.front": "パレート前線",
    "column.entry": "エントリー",
    "column.label": "エントリー",
    "column.vendor": "ベンダー",
    "column.kind": "種類",
    "column.date": "記録日",
    "column.score": "スコア",
    "column.value": "値",
    "column.used": "使用量",
    "column.on_front": "前線上",
    "column.rank": "順位",
    "column.low": "下限",
    "column.high": "上限",
    "column.group": "同順グループ",
    "column.first": "最初",
    "column.last": "最後",
    "column.n_configurations": "設定の数",
    "column.n_targeting": "専用の設定",
    "column.default_score": "既定",
    "column.difference": "差",
    "column.won": "偶然を超える",
    "column.change": "変更",
    "column.before": "以前",
    "column.after": "現在",
    "column.slice": "スライス",
    "column.n_items": "項目数",
    "column.lower_bound": "差の下限",
    "column.verdict": "判定",
    "column.public": "公開",
    "column.held_out": "非公開",
    "column.gap": "差",
    "column.overfit_test": "過学習の検定",
    "nothing.choice": "レーダー図には2〜4個のエントリーを選んでください",
    "nothing.facet": "このボードにそのファセットはありません",
    "nothing.values": "レーダー図には、スコアのある値が3〜60個必要です。別のファセットを選んでください",
    "nothing.dates": "スコアと記録日の両方があるエントリーがありません",
    "nothing.usage.cost": "スコアと費用の両方があるエントリーがありません",
    "nothing.usage.tokens": "スコアとトークン数の両方があるエントリーがありません",
    "nothing.usage.seconds": "スコアと秒数の両方があるエントリーがありません",
    "nothing.scores": "表示できるスコアがありません",
    "nothing.moves": "記録日と公開スコアのあるエントリーがありません",
    "nothing.one": "ベンダーの既定と比べるエントリーを1つ選んでください",
    "nothing.default": "このベンダーには比較する既定のエントリーがありません",
    "nothing.slices": "このエントリーと既定に共通するスコアがありません",
    "nothing.released": "非公開スコアはまだ公表されていません",
}

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {"en": EN, "ja": JA}
