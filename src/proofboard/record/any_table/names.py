"""What columns are called: the names under which each role is found, and columns that are no scores.

Names are compared without case, blanks and marks: `Model Name`, `model_name` and `modelName` are one name.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, Literal

Tiers = Sequence[frozenset[str]]
"""Names of a role, the strongest first: a weaker name counts only where no stronger one is there."""

IDENTITY: Final = ("entry", "config_name", "model")
"""Roles that name an entry, the strongest first."""
USAGE: Final = ("prompt_tokens", "completion_tokens", "seconds", "cost")
ANSWERS: Final = ("output", *USAGE)
"""Roles that say something of one answer."""
OF_ITEMS: Final = ("prompt", "reference", "weight", "cluster")
"""Roles that say something of one item."""
ROLES: Final = (
    *IDENTITY, "vendor", "provider", "item", "score", "metric", "trial", "date", *OF_ITEMS, *ANSWERS
)  # fmt: skip


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


SYNONYMS: Final[Mapping[str, Tiers]] = {
    "entry": (
        _names("entry entryid entryname"),
        _names("configname"),
        _names(
            "model modelname modelid modeladapter llm system systemname systemid agent agentname submission"
            " submissionname participant competitor solver method algorithm approach team configuration config"
        ),
        _names("name"),
    ),
    "model": (_names("model modelname modelid"),),
    "vendor": (
        _names("vendor vendorname"),
        _names("organization organisation org developer creator company maker lab"),
    ),
    "provider": (_names("provider apiprovider"),),
    "item": (
        _names("item itemid itemname"),
        _names("questionid promptid sampleid exampleid instanceid problemid documentid docid caseid testid taskid qid"),
        _names(
            "task taskname subtask question problem sample example instance case testcase test exercise puzzle"
            " document doc dataset benchmark eval evaluation"
        ),
        _names("id prompt input instruction query"),
    ),
    "score": (
        _names("score"),
        _names(
            "accuracy acc correct iscorrect passed ispassed pass resolved isresolved success issuccess solved issolved"
            " value result outcome verdict grade rating points mark reward f1 f1score em exactmatch passrate pass1"
            " winrate mainscore metricvalue scorevalue"
        ),
    ),
    "metric": (_names("metric metricname"), _names("measure scorer")),
    "trial": (
        _names("trial trialid trialnumber"),
        _names("run runid epoch attempt seed repeat repetition replicate iteration rep"),
    ),
    "prompt": (_names("prompt"), _names("question input instruction query problem prompttext questiontext")),
    "reference": (
        _names("reference"),
        _names(
            "target gold goldanswer expected expectedoutput expectedanswer groundtruth correctanswer referenceanswer"
            " label solution"
        ),
    ),
    "output": (
        _names("output"),
        _names("response completion prediction predicted modeloutput modelresponse modelanswer generation generated"),
    ),
    "weight": (_names("weight itemweight"),),
    "cluster": (_names("cluster clusterid passageid"),),
    "prompt_tokens": (_names("prompttokens inputtokens tokensin ninputtokens"),),
    "completion_tokens": (_names("completiontokens outputtokens tokensout noutputtokens"),),
    "seconds": (_names("seconds latencys latencyseconds durations durationseconds times timeseconds elapseds"),),
    "cost": (_names("cost costusd"),),
    "date": (_names("date recorded"), _names("timestamp createdat rundate evaluatedat")),
}

FACETS: Final = _names(
    "category subcategory subject domain topic area field skill difficulty level tier language lang type tasktype"
    " questiontype subset split dataset benchmark task group section source"
)
"""Columns that may be facets of the items."""
FACET_ROLES: Final = frozenset({"tier", "category", "language"})
"""Facets of these names play the role of that name."""

LOWER: Final = _names(
    "error errors err errorrate loss wer cer perplexity ppl mse rmse mae mape latency seconds time duration cost"
    " distance fid regret brier brierscore ece violations toxicity hallucinationrate"
)
"""Scores of which lower ones are usually better."""

_NO_SCORE: Final = _names(
    "size sizeb sizegb modelsize modelsizeb modelsizegb memory dim dims dimension dimensions embeddingdim"
    " embeddingdimensions maxtokens contextlength contextwindow context year date votes nvotes n count nitems"
    " nsamples samples tokens id index idx zeroshot hub likes downloads rank latency time seconds duration version"
)
_NO_SCORE_BEGINS: Final = (
    "param",
    "nparam",
    "numparam",
    "numberofparam",
    "memoryusage",
    "price",
    "cost",
    "co2",
    "unnamed",
)
_MEANS: Final = re.compile(
    r"(macro|overall|global)?(average|averaged|avg|mean|overall)(score|acc|accuracy|performance|points|result)?"
)
_OTHER_SUMS: Final = re.compile(
    r"(micro|weighted)(average|avg|mean)(score|acc|accuracy)?|(mean|average|avg)winrate|total(score|points)?|sum|rank.*"
)
_RANKS: Final = _names("rank ranking")
_OF_TASKS: Final = frozenset({"", "task", "tasks", "all", "overall"})
_BRACKETS: Final = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")

Aggregate = Literal["mean", "rank", "other"]


def normal(name: str) -> str:
    """Return the letters and digits of a name, in lower case."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())


def names_of(column: str) -> list[str]:
    """Return the names under which a column may be found: its own, then the last part of a dotted one."""
    last = normal(column.rpartition(".")[2])
    return [normal(column), *([last] if "." in column and last else [])]


def aggregate_of(name: str) -> Aggregate | None:
    """Say what a column or item sums up: the mean of the others, the rank by it, another sum; None of single scores."""
    plain = normal(_BRACKETS.sub("", name))
    within = normal("".join("".join(parts) for parts in _BRACKETS.findall(name)))
    if _MEANS.fullmatch(plain):
        return "mean" if within in _OF_TASKS else "other"
    if plain in _RANKS and within in _OF_TASKS:
        return "rank"
    return "other" if _OTHER_SUMS.fullmatch(plain) else None


def is_no_score(column: str) -> bool:
    """Say whether a column of numbers describes an entry and scores nothing: its size, price or date."""
    plain = normal(column)
    return plain in _NO_SCORE or plain.startswith(_NO_SCORE_BEGINS)
