"""Answers on which two implementations of the graders could differ: drawn, by fixed chance, from what trips them up."""

# ruff: noqa: RUF001 - letters that look alike and are not are what is tried

import random
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec


class Case(msgspec.Struct, frozen=True):
    """One answer to be graded by both implementations."""

    kind: str
    options: dict[str, Any]
    item: dict[str, Any]
    output: Any
    denominator: int = 1
    votes: list[bool | None] = []


WORDS: Final = (
    "", " ", "a", "The", "an apple", "Straße", "STRASSE", "ﬁne", "fine", "İstanbul", "istanbul", "ıI", "ς",
    "σΣ", "ſ", "Ǆ", "ẞ", "ß", "ꭰꭱ", "Ꭰ", "ᏸ", "é", "e\u0301", "Å", "日本語", "２３", "½", "①", "x\u00a0y",
    "x\u2028y", "\u1680", "a\x1cb", "\x85", "\ufeffa", "a\u200bb", "(B)", "b", "B.", "**B**", "Answer: B",
    "the answer is (C)", "Answer is option D", "\\boxed{A}", "\\boxed{\\text{E}}", "Option B", "optİon c",
    "anſwer: a", "A or B", "(A) (B)", "> C) yes", "-\tA.", "B:\nC", "answer = ‘B", "ANSWER** : B", "k",
    "\u212a", "red", "dark red", "red, or dark red", "well-known", "“quoted”", "don’t", "naïve", "$5", "5%",
    "1,234.5", "1,23", "10-12", "x=-5", "1e-3", "-.5", "−7", "1/2", "0.1", "1e999", "1e1000", "42!",
    "3.14159", "3.1416", "x42", "12344.5", "12345.5", "0.000123455", "-0", "0", "00012", "9" * 30, "NaN",
    "Infinity", "nan", "true", "false", "null", "4", "4.0", "4.50", "1e16", "1e22", "０", "٣", "a_b", "\\$5",
    "5.", ".", "...", "!!", "\U0001f600", "\U0001d400bc", "x\U0001f600y", "line\nred\nline", "A\r\nB.",
    "\u2029C)",
)  # fmt: skip
NUMBERS: Final = (
    0, 1, -1, 4, 4.0, 0.1, 1e16, 1e22, 1e-5, 1e-6, 1.5e-10, -0.0, 12345678.9, 2**53, -(2**53), 3.14159,
    0.30000000000000004, True, False,
)  # fmt: skip
SHAPES: Final[Sequence[Any]] = (
    None,
    [],
    {},
    [1, "a"],
    {"a": 1},
    {"distribution": 3},
    {"distribution": {"a": -1}},
    [[]],
    "x",
)


def a_text(chance: random.Random) -> str:
    joined = chance.choice(["", " ", " ", "\n", ". ", "\t", "\u3000"])
    return joined.join(chance.choices(WORDS, k=chance.randint(1, 5)))


def a_value(chance: random.Random) -> Any:
    drawn = chance.random()
    if drawn < 0.7:
        return a_text(chance) if drawn < 0.55 else chance.choice(WORDS)
    return chance.choice(NUMBERS) if drawn < 0.9 else chance.choice(SHAPES)


def a_reference(chance: random.Random) -> Any:
    one = chance.choice(WORDS) if chance.random() < 0.7 else a_value(chance)
    return [one, chance.choice(WORDS)] if chance.random() < 0.2 else one


def an_output(chance: random.Random, reference: Any) -> Any:
    accepted = reference[0] if isinstance(reference, list) and reference else reference
    if isinstance(accepted, str) and chance.random() < 0.5:
        around = [chance.choice(WORDS), "", " ", "(", "."]
        return (
            f"{chance.choice(around)}{accepted.upper() if chance.random() < 0.3 else accepted}{chance.choice(around)}"
        )
    return accepted if chance.random() < 0.2 else a_value(chance)


def shares(chance: random.Random) -> Any:
    drawn: list[Any] = [0, 1, 3, 0.25, 0.1, 1e-9, 5e-324, 2**53, 17, 0.3333333333333333]
    if chance.random() < 0.1:
        return chance.choice([None, 3, {"a": -1}, {"a": "1"}, {"a": True}, {"a": 2**53 + 2.0}, {}, {"a": 0, "b": 0}])
    return {option: chance.choice(drawn) for option in chance.sample("abcdeé", chance.randint(1, 5))}


def a_distribution(chance: random.Random) -> Any:
    rates: list[Any] = [0, 1, 0.1, 0.25, 1e-30, 5e-324, 0.3333333333333333, None, 1.5, True, 0.1000000000000000055]
    made: dict[str, Any] = {"distribution": shares(chance), "refusal_rate": chance.choice(rates)}
    if chance.random() < 0.2:
        made["options"] = chance.choice([["z", 1, 4.0, True], "a", [None]])
    return made if chance.random() < 0.95 else chance.choice(SHAPES)


TEXT_KINDS: Final[Sequence[tuple[str, dict[str, Any]]]] = (
    ("exact", {}),
    ("normalised_exact", {}),
    ("normalised_exact", {"ignore_case": False, "ignore_articles": True}),
    ("normalised_exact", {"ignore_punctuation": True, "ignore_articles": True}),
    ("includes", {}),
    ("includes", {"ignore_case": True, "whole_words": True}),
    *(
        ("match", {"location": place, "numeric": n})
        for place in ("end", "begin", "any", "exact")
        for n in (False, True)
    ),
    ("match", {"ignore_case": False}),
    ("numeric", {}),
    ("numeric", {"absolute": "0.5", "relative": "0.01"}),
    ("token_f1", {}),
    ("token_f1", {"drop_articles": False}),
    ("regex", {"pattern": "(?i)answer: *([A-Z]+)"}),
    ("regex", {"pattern": r"(?s).*\b(\w+)\W*$", "fold_answer": True}),
)


def text_cases(chance: random.Random, each: int) -> Iterator[Case]:
    for kind, options in TEXT_KINDS:
        for _ in range(each):
            reference = a_reference(chance)
            yield Case(kind, options, {"reference": reference}, an_output(chance, reference), chance.choice([1, 10**6]))


def choice_cases(chance: random.Random, count: int) -> Iterator[Case]:
    for _ in range(count):
        choices = chance.choice(
            [None, ["red", "dark red", "Straße"], ["B", "A", "C"], ["(x)", "", "x"], list(WORDS[:20])]
        )
        right = chance.choice([*"ABCDEFGHIJ", "a", 0, 1, 4, True, "red", "ﬆ", "ſ", ["A", "B"], *(choices or ())])
        output = chance.choice([a_value(chance), a_text(chance), chance.choice(choices or ["A"])])
        yield Case(
            "choice", {} if chance.random() < 0.8 else {"letters": 26}, {"reference": right, "choices": choices}, output
        )


def distribution_cases(chance: random.Random, count: int) -> Iterator[Case]:
    blends: list[dict[str, Any]] = [
        {},
        {"absent": "present"},
        {"weights": {"kendall_tau": 3, "refusal_gap": 2}, "absent": "present"},
    ]
    for _ in range(count):
        kind = chance.choice(["jensen_shannon", "kendall_tau", "refusal_gap", "distribution_blend"])
        options = chance.choice(blends) if kind == "distribution_blend" else {}
        denominator = chance.choice([10**6, 10**9, 1000])
        yield Case(kind, options, {"reference": a_distribution(chance)}, a_distribution(chance), denominator)


def vote_cases(chance: random.Random, count: int) -> Iterator[Case]:
    for _ in range(count):
        yield Case(
            "votes", {}, {"reference": None}, "x", votes=chance.choices([True, False, None], k=chance.randint(0, 5))
        )


ATOMS: Final = (
    "a", "b", "K", "s", "é", "ß", "Σ", "日", ".", r"\d", r"\w", r"\W", r"\s", r"\S", "[a-c]", "[^a]",
    "[[:alpha:]]", r"[\d_]", r"\b", r"\B", "^", "$", r"\A", r"\z", r"\.", r"\x41", r"\x{212A}", r"\n",
    "(?i:k)", "[^k]", "(a|b)", "(?:ab|a)", "(?P<n>a+)", "(a*)", "(b?)", "[a-]", "[]a]", r"\Qa.b\E",
    "(?s:.)", "(?m:^a)", "(?m:a$)", "x{2}", "-", r"[^\W]", r"[\s\S]", "(?U:a*)", "[k-s]",
)  # fmt: skip


def a_pattern(chance: random.Random) -> str:
    parts = [
        chance.choice(ATOMS) + chance.choice(["", "", "", "*", "+", "?", "{1,2}", "*?", "+?", "{2,}"])
        for _ in range(chance.randint(1, 5))
    ]
    if chance.random() < 0.3:
        parts.insert(chance.randrange(len(parts) + 1), "|")
    return "".join(parts)


def pattern_cases(chance: random.Random, count: int) -> Iterator[Case]:
    letters = "abkKsSſ\u212aßẞéÉΣσς日A1_ .-\nx"
    for _ in range(count):
        options: dict[str, Any] = {
            name: True for name in ("ignore_case", "whole", "fold_answer") if chance.random() < 0.3
        }
        pattern, own = a_pattern(chance), chance.random() < 0.3
        output = "".join(chance.choices(letters, k=chance.randint(0, 8)))
        reference: Any = pattern if own else [*"abk", output[:1] or "a", "ab", "aa", output]
        yield Case("regex", options if own else {**options, "pattern": pattern}, {"reference": reference}, output)
