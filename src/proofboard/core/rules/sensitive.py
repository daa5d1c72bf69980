"""Secrets and personal data in texts, told by the formats that their issuers give them.

What is found is named by its kind and its place and never repeated. A text without a find may still hold a secret: a
password has no format.
"""

import re
from collections import Counter
from typing import Final

from proofboard.core.rules.patterns import TextPattern, occurrences

_ALONE: Final = r"(?<![A-Za-z0-9])"
_ENDS: Final = r"(?![A-Za-z0-9])"


def secrets_in(text: str) -> list[tuple[str, int]]:
    """Return the kind and the start of every secret that is told by its format, in the order of the text."""
    return occurrences(SECRETS, text)


def personal_data_in(text: str) -> list[tuple[str, int]]:
    """Return the kind and the start of what may belong to a person, in the order of the text."""
    return occurrences(PERSONAL_DATA, text)


def is_varied(text: str) -> bool:
    """Say whether two letters drawn from a text are equal in at most one case of six: random ones are, `xxxxxx` is not.

    The share of equal pairs is the exponent of the Rényi entropy of order two, here in integers.
    """
    pairs = len(text) * (len(text) - 1)
    return pairs > 0 and 6 * sum(count * (count - 1) for count in Counter(text).values()) <= pairs


def is_random_value(text: str) -> bool:
    """Say whether a value looks generated: varied, and of letters and digits at once, which words are not."""
    return is_varied(text) and any(letter.isalpha() for letter in text) and any(letter.isdigit() for letter in text)


def _secret(kind: str, *expressions: str, marks: tuple[str, ...]) -> TextPattern:
    return TextPattern(kind, marks, "|".join(expressions), is_varied)


SECRETS: Final = (
    # The block itself is not read: its first line says enough.
    TextPattern("a private key", ("private key",), r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"),
    _secret("an Anthropic key", r"sk-ant-[A-Za-z0-9_-]{20,200}", marks=("sk-ant-",)),
    _secret("an OpenRouter key", r"sk-or-v[0-9]-[0-9a-f]{32,128}", marks=("sk-or-",)),
    _secret(
        "an OpenAI key",
        rf"{_ALONE}sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{{20,250}}",
        rf"{_ALONE}sk-[A-Za-z0-9]{{32,200}}",
        marks=("sk-",),
    ),
    _secret(
        "a GitHub token",
        r"gh[pousr]_[A-Za-z0-9]{36,255}",
        r"github_pat_[A-Za-z0-9_]{36,255}",
        marks=("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    ),
    _secret(
        "a GitLab token",
        rf"{_ALONE}gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas|ffct)-[A-Za-z0-9_-]{{20,300}}",
        marks=("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "glsoat-", "gloas-"),
    ),
    _secret(
        "an AWS access key",
        rf"{_ALONE}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{{16}}{_ENDS}",
        marks=("akia", "asia", "abia", "acca"),
    ),
    _secret(
        "a Google key",
        rf"{_ALONE}AIza[A-Za-z0-9_-]{{35}}",
        rf"{_ALONE}GOCSPX-[A-Za-z0-9_-]{{28}}",
        rf"{_ALONE}ya29\.[A-Za-z0-9_-]{{20,300}}",
        marks=("aiza", "gocspx-", "ya29."),
    ),
    _secret(
        "a Slack token",
        rf"{_ALONE}xox[abceoprs](?:\.xox[a-z])?-[A-Za-z0-9-]{{10,250}}",
        rf"{_ALONE}xapp-[0-9]-[A-Za-z0-9-]{{20,250}}",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/]{20,200}",
        marks=("xox", "xapp-", "hooks.slack.com"),
    ),
    _secret("a Hugging Face token", rf"{_ALONE}(?:hf_|api_org_)[A-Za-z0-9]{{30,60}}{_ENDS}", marks=("hf_", "api_org_")),
    _secret(
        "a Stripe key",
        rf"{_ALONE}[sr]k_(?:live|test)_[A-Za-z0-9]{{10,250}}",
        rf"{_ALONE}whsec_[A-Za-z0-9+/]{{24,100}}",
        marks=("k_live_", "k_test_", "whsec_"),
    ),
    _secret("a Groq key", rf"{_ALONE}gsk_[A-Za-z0-9]{{40,80}}", marks=("gsk_",)),
    _secret("an xAI key", rf"{_ALONE}xai-[A-Za-z0-9]{{60,120}}", marks=("xai-",)),
    _secret("a Perplexity key", rf"{_ALONE}pplx-[A-Za-z0-9]{{40,80}}", marks=("pplx-",)),
    _secret("a Replicate token", rf"{_ALONE}r8_[A-Za-z0-9]{{30,60}}", marks=("r8_",)),
    _secret("a Tavily key", rf"{_ALONE}tvly-[A-Za-z0-9-]{{20,80}}", marks=("tvly-",)),
    _secret("a LangSmith key", rf"{_ALONE}lsv2_(?:pt|sk)_[0-9a-f]{{32}}_[0-9a-f]{{10}}", marks=("lsv2_",)),
    _secret("a Databricks token", rf"{_ALONE}dapi[0-9a-f]{{32}}", marks=("dapi",)),
    _secret("a DigitalOcean token", rf"{_ALONE}do[opr]_v1_[0-9a-f]{{64}}", marks=("_v1_",)),
    _secret("an npm token", rf"{_ALONE}npm_[A-Za-z0-9]{{36}}", marks=("npm_",)),
    _secret("a PyPI token", rf"{_ALONE}pypi-[A-Za-z0-9_-]{{50,300}}", marks=("pypi-",)),
    _secret("a SendGrid key", rf"{_ALONE}SG\.[A-Za-z0-9_-]{{16,32}}\.[A-Za-z0-9_-]{{32,64}}", marks=("sg.",)),
    _secret("a Shopify token", rf"{_ALONE}shp(?:at|ca|pa|ss)_[0-9a-fA-F]{{32}}", marks=("shp",)),
    _secret("a Telegram token", rf"{_ALONE}[0-9]{{8,10}}:AA[A-Za-z0-9_-]{{33}}", marks=(":aa",)),
    _secret("a Vault token", rf"{_ALONE}hv[sbr]\.[A-Za-z0-9_-]{{24,300}}", marks=("hvs.", "hvb.", "hvr.")),
    _secret(
        "a JSON Web Token",
        r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{0,2000}",
        marks=("eyj",),
    ),
    TextPattern("a password in an address", ("://",), r"://[^\s/:@]{0,100}:([^\s/@{}<>$*]{3,200})@"),
    TextPattern(
        "a bearer token", ("bearer",), rf"(?i:{_ALONE}bearer)[ \t]{{1,3}}([A-Za-z0-9._~+/-]{{20,500}})", is_random_value
    ),
    TextPattern(
        "a password or key",
        ("pass", "pwd", "secret", "token", "key", "credential"),
        rf"(?i:{_ALONE}(?:password|passwd|passphrase|pwd|secret|token|api[ _-]?key|apikey|access[ _-]?key(?:[ _-]?id)?"
        r"|secret[ _-]?key|secret[ _-]?access[ _-]?key|private[ _-]?key|auth[ _-]?key|account[ _-]?key|credentials?)"
        r"[\"'`]?[ \t]{0,3}(?::=|=>|[:=])[ \t]{0,3}[\"'`]?)"
        r"([A-Za-z0-9_+/=.~!@#$%^&*-]{12,200})",
        is_random_value,
    ),
)
"""Formats as their issuers document them; made-up ones in examples, such as `ghp_xxxx…`, are not varied enough."""


UNSURE: Final = frozenset({"a password in an address", "a bearer token", "a password or key"})
"""Kinds that no issuer gave a format: examples in a program look the same, so somebody has to look at them."""


def _is_of_someone(address: str) -> bool:
    # Names reserved for examples and tests (RFC 2606) belong to nobody.
    domain = address.rpartition("@")[2].lower()
    return re.search(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)$", domain) is None


def _digits(text: str) -> list[int]:
    return [int(letter) for letter in text if letter.isdigit()]


def is_card_number(text: str) -> bool:
    """Say whether a number begins and is as long as a payment card's, with its check digit (ISO/IEC 7812, Luhn)."""
    digits = _digits(text)
    number = "".join(map(str, digits))
    if not re.fullmatch(_CARDS, number):
        return False
    doubled = [digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0 and len(set(digits)) > 2  # noqa: PLR2004 - 4000 0000 0000 0000 is a round number


_CARDS: Final = (
    r"4\d{12}|4\d{15}|4\d{18}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}"
)


def is_account_number(text: str) -> bool:
    """Say whether a text is an IBAN: country, check digits, and the remainder 1 of 97 (ISO 13616)."""
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34:  # noqa: PLR2004 - from Norway to the longest that the standard has
        return False
    return int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1


_ALL_DIGITS: Final = tuple("0123456789")

PERSONAL_DATA: Final = (
    TextPattern(
        "an e-mail address",
        ("@",),
        r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])",
        _is_of_someone,
    ),
    TextPattern(
        "a bank account number",
        _ALL_DIGITS,
        rf"{_ALONE}[A-Z]{{2}}[0-9]{{2}}(?: ?[A-Z0-9]{{4}}){{2,7}}(?: ?[A-Z0-9]{{1,3}})?{_ENDS}",
        is_account_number,
    ),
    TextPattern(
        "a payment card number", _ALL_DIGITS, r"(?<![\w.+-])[0-9](?:[ -]?[0-9]){12,18}(?![\w-])", is_card_number
    ),
    TextPattern(
        "a US social security number",
        ("-",),
        r"(?<![\w-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![\w-])",
    ),
    TextPattern(
        "a telephone number",
        ("+",),
        r"(?<![\w+])\+[1-9](?:[ .()/-]{0,2}[0-9]){7,14}(?![0-9])",
    ),
    TextPattern(
        "a telephone number",
        ("-", "."),
        # North American numbers; without separators they are numbers like any other.
        r"(?<![\w.-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.-])[2-9][0-9]{2}[.-][0-9]{4}(?![\w-])",
    ),
)
