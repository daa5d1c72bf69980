"""Addresses and references to code in texts that reach a machine: what a configuration may not name.

What is meant to be hidden can always be said in other words; this stops the forms that software follows by itself.
"""

import re
import unicodedata
from typing import Final

from proofboard.core.rules.patterns import TextPattern, occurrences


def addresses_in(text: str, *, prose: bool = False) -> list[tuple[str, int]]:
    """Return the kind and the line (from 1) of every address, in the order of the text.

    In prose, such as a prompt, `error:8080` and `/api/v1` are words about addresses; anywhere else they are addresses.
    """
    return _lines(PROSE_ADDRESSES if prose else ADDRESSES, text.translate(_STOPS))


def hosts_in(text: str) -> list[tuple[str, int]]:
    """Return the line of every name of a host that stands alone: people write them too (`Booking.com`)."""
    return _lines((_HOST,), text.translate(_STOPS))


def code_in(text: str) -> list[tuple[str, int]]:
    """Return the kind and the line of every reference to code: a program's file, a module's attribute."""
    return _lines(CODE, text)


def asks_for_code(key: str) -> str | None:
    """Say what a key of the settings asks for, if that is an address or something to be run."""
    plain = unicodedata.normalize("NFKC", key)
    words = "_".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", plain)).lower()
    if words in _RUNS or re.search(_RUN_WORDS, f"_{words}_"):
        return "something to be run"
    if words in _CALLS or re.search(_CALL_WORDS, f"_{words}_"):
        return "an address"
    return None


def _lines(patterns: tuple[TextPattern, ...], text: str) -> list[tuple[str, int]]:
    if not text.isascii():
        # Full-width letters and dots are read as plain ones by what resolves names, and unseen ones are dropped.
        text = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return [(kind, text.count("\n", 0, start) + 1) for kind, start in occurrences(patterns, text)]


def _is_ipv6(text: str) -> bool:
    """Say whether groups of hexadecimal digits are an address, and not `a::b` of a program or a ratio of eight."""
    groups = [group for group in text.split(":") if group]
    if "::" not in text:
        return len(groups) == 8 and any(len(group) > 2 for group in groups)  # noqa: PLR2004 - 128 bits; 10:20:30…
    if text.count("::") > 1 or ":::" in text or len(groups) > 7:  # noqa: PLR2004 - one group at least is left out
        return False
    known = bool(groups) and len(groups[0]) > 2 and any(digit.isdigit() for digit in groups[0])  # noqa: PLR2004
    return text == "::1" or len(groups) > 2 or known  # noqa: PLR2004 - `a::b` is a name in a program


_STOPS: Final = {0x3002: ".", 0xFF61: "."}
"""Ideographic full stops: between the labels of a host they are dots (RFC 3490, section 3.1), to no normal form."""
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Endings that also end files and sentences (.py, .sh, .so, .is) or names of models (.ai) are left out.
_ENDING: Final = (
    r"(?i:com|net|org|edu|gov|mil|info|biz|io|co|me|dev|app|xyz|site|online|cloud|page|tech|store|link|click|live|top"
    r"|club|host|space|website|ly|gg|tv|cc|uk|eu|de|fr|nl|ch|ru|cn|jp|br|onion|internal|local|lan)"
)
_HOST_NAME: Final = rf"(?<![\w.@-])(?:{_LABEL}\.){{1,8}}{_ENDING}(?![\w-])"
_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PORT: Final = r":[0-9]{2,5}(?!\w|[:.]\w)"
_USUAL_PORTS: Final = (
    r":(?:80|443|3000|3306|5000|5432|6379|7860|8000|8001|8080|8081|8443|8888|9000|9200|11434|27017)(?!\w|[:.]\w)"
)
_BEFORE_A_PATH: Final = r"(?:(?<=[\s\"'`=(\[,;|:])|\A)"
_ROOTS: Final = (
    r"/(?:app|bin|boot|content|data|dev|etc|home|lib|media|mnt|nix|opt|proc|root|run|sbin|srv|sys|tmp|usr|var"
    r"|workspace|Applications|Library|System|Users|Volumes)"
)

_URL: Final = TextPattern("a URL", ("://",), r"(?:\w[\w+.-]{0,30}|(?<![\w:])(?=://\w))://\S{0,2000}")
_ALWAYS: Final = (
    _URL,
    TextPattern(
        "a URL",
        ("file:", "data:", "javascript:", "vbscript:", "mailto:", "http:", "https:"),
        r"(?i:(?<![\w-])(?:file:[/\\]|https?:[/\\]|(?:java|vb)script:\S|mailto:\S"
        r"|data:(?:[\w.+-]{1,60}/[\w.+-]{1,60})?(?:;[^\s,;]{1,80}){0,8},)\S{0,2000})",
    ),
    TextPattern("a URL", ("%3a%2f%2f",), r"(?i:[\w+.-]{1,30}%3a%2f%2f\S{0,2000})"),
    TextPattern("an internet address", ("xn--",), r"(?i:(?<![\w-])xn--[a-z0-9][a-z0-9-]{0,58})"),
    TextPattern("an internet address", ("www",), r"(?i:(?<![\w.-])www[0-9]?\.[\w-])"),
    TextPattern("an internet address", (".",), rf"{_HOST_NAME}\.?(?:{_PORT})?(?:/[^\s/]|\?[\w%.-]{{1,60}}=)"),
    TextPattern("an internet address", (".",), rf"{_HOST_NAME}{_PORT}"),
    TextPattern("an internet address", ("//",), rf"(?<![\w/:])//{_LABEL}(?:\.{_LABEL}){{0,8}}\.{_ENDING}(?![\w-])"),
    TextPattern("an internet address", ("localhost",), r"(?i:(?<![\w-])localhost)[:/][\w]"),
    TextPattern("the address of an account", ("@",), r"(?<![\w.@-])[\w.-]{1,64}@[\w-][\w.-]{0,100}:[\w~/]"),
    TextPattern(
        "an IP address",
        (".",),
        # A numbered heading or a version of four parts is told by the word before it.
        rf"(?i:version|section|chapter|clause|release|build|§)[ ]?[0-9.]{{7,15}}"
        rf"|(?<![\w.])({_OCTET}(?:\.{_OCTET}){{3}})(?!\.?\w)",
    ),
    TextPattern("an IP address", (":",), r"(?<![\w:.])([0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8})(?![\w:])", _is_ipv6),
    TextPattern("a path on a network", ("\\\\",), r"(?<![\w\\])\\\\[\w.?-]{1,80}\\[\w.$-]"),
    TextPattern("a path out of its folder", ("../", "..\\"), r"(?<![\w.])\.\.[/\\]"),
    TextPattern("a path of a home folder", ("~/",), r"(?<![\w~])~/[\w.]"),
    TextPattern("an absolute path", ("/",), rf"{_BEFORE_A_PATH}{_ROOTS}/[\w.]"),
    TextPattern(
        "an absolute path",
        (":\\", ":/"),
        r"(?i:(?<![\w])[a-z]:[\\/](?:users|windows|winnt|program files|programdata|temp|inetpub)(?![\w]))",
    ),
)
_HOST: Final = TextPattern(
    "a host", (".",), rf"(?<![\w.@/-])(?:{_LABEL}\.){{1,8}}(?i:com|net|org|edu|gov|io|onion)(?![\w/.-]|:[0-9])"
)
"""Endings that are words of their own are left out: `logger.info` is no host."""

PROSE_ADDRESSES: Final = _ALWAYS
ADDRESSES: Final = (
    *_ALWAYS,
    TextPattern("an internet address", (":",), rf"(?<![\w.@-])(?:{_LABEL}\.){{1,8}}[A-Za-z]{{2,24}}{_PORT}"),
    TextPattern("an internet address", (":",), rf"(?<![\w.@/-])[A-Za-z][A-Za-z0-9-]{{0,62}}{_USUAL_PORTS}"),
    TextPattern("an absolute path", ("/",), rf"{_BEFORE_A_PATH}(?:{_ROOTS}(?![\w-])|/[\w.-]{{1,255}}/[\w.])"),
    TextPattern("an absolute path", (":\\", ":/"), r"(?<![\w])[A-Za-z]:(?:\\|/(?=\w))"),
)

_FILES: Final = (
    *("bash", "bat", "cjs", "class", "cmd", "dll", "dylib", "exe", "jar", "joblib", "js", "lua", "mjs", "msi", "php"),
    *("pickle", "pkl", "ps1", "pth", "py", "pyc", "pyd", "pyw", "pyz", "rb", "sh", "so", "vbs", "wasm", "whl", "zsh"),
)

CODE: Final = (
    TextPattern(
        "a program's file",
        tuple(f".{ending}" for ending in _FILES),
        rf"(?i:[\w)\]}}-]\.(?:{'|'.join(_FILES)})(?![\w-]|\.\w))",
    ),
    TextPattern(
        "an attribute of a module",
        (":",),
        r"(?<![\w.:/@-])[A-Za-z_]\w{0,80}(?:\.[A-Za-z_]\w{0,80}){1,8}:[A-Za-z_]\w{0,80}(?:\.[A-Za-z_]\w{0,80}){0,8}"
        r"(?:\(\))?(?![\w:.-])",
    ),
    TextPattern(
        "a call of code",
        ("(",),
        r"(?<![\w.])(?:eval|exec|compile|(?:__import__|os\.(?:system|popen|exec\w{1,3}|spawn\w{1,3})|subprocess\.\w{1,20}"
        r"|importlib\.\w{1,20}|pickle\.loads?)[ ]?)\(|\$\([A-Za-z./]",
    ),
)

_RUNS: Final = frozenset(
    ("cmd", "command", "commands", "eval", "exec", "executable", "hook", "hooks", "import", "imports")
) | {"module", "script", "shell"}
_RUN_WORDS: Final = (
    "_(?:callbacks?|entry_?points?|subprocess|exec|cmd|custom_code|remote_code|(?:pre|post|on)_hooks?"
    "|hook_(?:path|fn|function|command)|(?:shell|bash|python|run|start|startup)_(?:command|script|code)"
    "|(?:import|module|script|plugin|function)_(?:path|name|file))_"
)
_CALLS: Final = frozenset(["host", "hosts"])
_CALL_WORDS: Final = (
    "_(?:urls?|uris?|endpoints?|webhooks?|proxy|proxies|hostnames?|api_base|ip_address|server_(?:address|host)"
    "|(?:api|server|db|database|remote|target|redis|ollama|openai|vllm)_(?:host|server|address|port))_"
)
