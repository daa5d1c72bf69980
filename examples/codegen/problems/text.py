"""Problems of the category `text`."""

import re
from collections import Counter

from inputs import Chance

from problems.problem import Drawn, Problem, lines, times


def _words(chance: Chance, low: int, high: int, longest: int = 9) -> list[str]:
    return [chance.word(1, longest) for _ in range(chance.number(low, high))]


def _wrap(group: str, chance: Chance) -> Drawn:
    if group == "basic":
        yield "fills greedily", lines(chance.number(12, 30), " ".join(_words(chance, 12, 20)))
        yield "any white space parts words", lines(20, "  ".join(_words(chance, 5, 9)), "\t".join(_words(chance, 4, 8)))
    elif group == "edge":
        width = chance.number(4, 9)
        exact = "a" * (width - 2)
        yield "a line may be exactly full", lines(width, f"{exact} b {chance.word(width, width)} {exact} c d")
        yield "a long word stands alone", lines(width, f"ab {chance.word(width + 1, 30)} cd e")
        yield "no words, no lines", lines(width, "", "   ", "")
        yield "a line may be exactly full", lines(1, " ".join(chance.word(1, 2) for _ in range(6)))
    else:
        yield "long texts", ["60\n", times(chance.number(15000, 20000), "<word 1 11> ", chance)]
        yield "long texts", ["7\n", times(9000, "<word 1 9>\n", chance)]


def _indented(chance: Chance, least: int) -> list[str]:
    return [" " * chance.number(least, least + 5) + " ".join(_words(chance, 1, 4)) for _ in range(6)]


def _dedent(group: str, chance: Chance) -> Drawn:
    least = chance.number(2, 6)
    rows = [*_indented(chance, least), " " * least + "x"]
    if group == "basic":
        yield "removes the common indent", lines(*rows)
        yield "text that is not indented stays", lines(*rows, "end")
    elif group == "edge":
        yield "blank lines become empty", lines(rows[0], " " * (least + 9), rows[1], rows[-1])
        yield "blank lines do not count", lines(rows[0], "", " ", *rows[2:])
        yield "a tab is no space", lines("  \tx", "    y  ", f"  {chance.word(2, 5)}")
        yield "blank lines become empty", lines("   ", "", " ")
    else:
        yield "long texts", [times(chance.number(20000, 25000), "    <pick |  |    ><word 2 20>\n", chance), "   x\n"]
        yield "long texts", [times(chance.number(9000, 15000), "<pick   |      ><word 1 3> <int 0 99>\n", chance)]


def _squeeze(group: str, chance: Chance) -> Drawn:
    if group == "basic":
        yield "one blank line of many", lines("one", "", "", "", chance.word(3, 6), "", "two")
        yield "no blank at line ends", lines(f"{chance.word(2, 5)}   ", "  kept in front\t ", "end \t\t")
    elif group == "edge":
        yield "no blank lines at the ends", lines("", " ", *_words(chance, 2, 4), "", "", "\t")
        yield "white space alone is blank", lines("a", "  \t", " ", chance.word(1, 3), "\t", "b")
        yield "nothing special about signs", lines("* \\n %s $HOME `x` ", "", " ", "-n", "-e \\t", "!", "  ~ ")
        yield "no blank lines at the ends", lines("", "  ", "\t\t")
    else:
        yield "long texts", [times(chance.number(2500, 3000), "<pick ||  |\t|<word 2 8>  >\n", chance)]
        yield (
            "long texts",
            [times(chance.number(1500, 2000), "<word 2 8> <pick |  > <int 0 9><pick |  |\t>\n\n", chance)],
        )


def _squeezed(text: str) -> str:
    rows = [row.rstrip(" \t") for row in text.split("\n")]
    kept = re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip("\n")
    return lines(kept) if kept else ""


def _frequency(group: str, chance: Chance) -> Drawn:
    pool = _words(chance, 5, 8, 4)
    text = " ".join(chance.pick(pool) for _ in range(40))
    if group == "basic":
        yield "most frequent first", lines(chance.number(2, 3), text)
        yield "case does not matter", lines(9, text.title(), text.upper(), pool[0])
    elif group == "edge":
        yield "ties by the alphabet", lines(6, "pear fig kiwi Fig PEAR kiwi zoo ant", " ".join(pool))
        yield "other signs part words", lines(5, "it's 3x4 e-mail; MAIL it_e", f"({pool[0]})...{pool[0]}!")
        yield "fewer words than asked", lines(50, *pool)
        yield "no words at all", lines(3, "1 2 3", "...")
    else:
        yield "long texts", ["12\n", times(chance.number(8000, 9000), "<word 1 2> <pick the|of|And>, ", chance)]
        yield "long texts", ["25\n", times(4000, "<pick a|b|c|d|e><pick x|y|Z>\n", chance)]


def _most_frequent(text: str) -> str:
    first, _, rest = text.partition("\n")
    counted = Counter(re.findall("[a-z]+", rest.lower()))
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return lines(*(f"{count} {word}" for word, count in ranked[: int(first)]))


def _glob(group: str, chance: Chance) -> Drawn:
    words = _words(chance, 8, 12, 5)
    if group == "basic":
        one = chance.pick(words)
        yield "a star is any text", lines(f"{one[0]}*", *words, one)
        yield "a question mark is one character", lines("?" * len(one), *words, one)
    elif group == "edge":
        yield "sets and ranges", lines("[a-f][!0-9]*", *words, "a", "a1", "ax", "g!", "f-")
        yield "the whole line must match", lines("b?n", "ban", "bn", "a ban", "bans", "", "b*n")
        yield "a backslash takes a sign as it is", lines(r"\*[?]\\*", "*?\\", "*?", "*?\\x*", "x?\\", r"\*[?]\\*")
        yield "a star may be nothing", lines("**", "", "a", "  ", *words[:3])
    else:
        yield (
            "many stars stay fast",
            ["*a*a*a*a*a*a*a*b\n", times(60, "aaaaaaaaaaaaaaaaaaaaaaaa<word 8 20>\n", chance), "a" * 90 + "\n"],
        )
        yield "many lines", ["*[aeiou]?[!x-z]*\n", times(chance.number(1500, 2500), "<word 1 14>\n", chance)]


def _number(group: str, chance: Chance) -> Drawn:
    words = _words(chance, 4, 7)
    if group == "basic":
        yield "numbers from 1", lines(*words)
        yield "empty lines have no number", lines(words[0], "", *words[1:], "", "z")
    elif group == "edge":
        yield "white space is text", lines(words[0], " ", "\t", words[1])
        yield "text stays as it is", lines(r"  two  spaces \n", "%d %s", "* ?", "-e x", chance.word(3, 6) + "  ")
        yield "four places and more", lines(*(["x"] * chance.number(10, 12)))
        yield "empty lines have no number", "\n\n\n"
    else:
        yield "four places and more", [times(chance.number(2000, 2600), "<pick |a|b cd|x><pick | 7>\n", chance)]
        yield "four places and more", [times(chance.number(10100, 10300), "q\n", chance)]


def _numbered(text: str) -> str:
    number, out = 0, []
    for row in text.split("\n")[:-1]:
        number += bool(row)
        out.append(f"{number:4d} {row}" if row else "")
    return lines(*out)


PROBLEMS = [
    Problem(
        "wrap-paragraph",
        "Wrap a paragraph",
        "text",
        "python",
        "easy",
        """The first line holds a width W, from 1 to 200. The rest is a text. Its words are what stands between
white space (spaces, tabs, line ends). Print the words in their order, in as few lines as possible, filled from
the first one on: words of a line are joined by one space, and no line is longer than W characters. A word longer
than W stands alone on its line. Where there are no words, print nothing.""",
        [("10\nthe quick  brown fox\njumps\n", "the quick\nbrown fox\njumps\n")],
        _wrap,
    ),
    Problem(
        "common-indent",
        "Remove the common indent",
        "text",
        "python",
        "easy",
        """Some lines of text are indented by spaces. A line of spaces only, or of nothing, is blank. Take the
same number of leading spaces from every line that is not blank, as many as all of these have. Blank lines are
printed as empty lines. A tab is no space: it ends the indent of its line.""",
        [("    if x:\n      y\n\n    z\n", "if x:\n  y\n\nz\n")],
        _dedent,
    ),
    Problem(
        "squeeze-blank",
        "Squeeze blank lines",
        "text",
        "bash",
        "easy",
        """Tidy a text. Remove spaces and tabs at the end of every line. A line without anything left is blank:
print one empty line for each run of blank lines, and none before the first or after the last line that is not
blank. What stands in front of a line stays.""",
        [("\na  \n \n\t\nb\n\n", "a\n\nb\n")],
        _squeeze,
        _squeezed,
    ),
    Problem(
        "word-frequency",
        "The most frequent words",
        "text",
        "bash",
        "medium",
        """The first line holds a number N, from 1 to 100. The rest is a text. A word is a run of letters from A
to Z in upper or lower case, as long as possible; all other characters part words. Case does not matter. Print the
N most frequent words, or all if there are fewer, in lower case: each line holds the count, a space and the word.
The most frequent comes first, and words of one count come in the order of the alphabet.""",
        [("2\nThe cat, the dog; a cat. THE end\n", "3 the\n2 cat\n")],
        _frequency,
        _most_frequent,
    ),
    Problem(
        "glob-filter",
        "Filter lines by a pattern",
        "text",
        "python",
        "hard",
        r"""The first line is a pattern, and every other line is a text. Print the texts that match the pattern
from their first to their last character, in their order. In the pattern `*` stands for any text, also none, and
`?` for any one character. `[` begins a set, which ends at the next `]`: it stands for one of the characters in
it, and `a-z` in it for all from a to z. With `!` as its first character a set stands for one character that is
not in it. A set is never empty, and holds no backslash and no `]`. Outside of sets a backslash is always followed
by a character, and stands for just that character. Everything else stands for itself.""",
        [("c[aou]*t?\ncats\ncots!\ncut\ncats and dogs\n", "cats\n")],
        _glob,
    ),
    Problem(
        "number-lines",
        "Number the lines",
        "text",
        "bash",
        "easy",
        """Print each line with its number in front: the number is padded with spaces on the left to four places
(longer ones stay as they are), then comes a space, then the line as it is. Empty lines get no number and do not
count: they are printed empty. A line of white space is not empty.""",
        [("one\n\ntwo\n", "   1 one\n\n   2 two\n")],
        _number,
        _numbered,
    ),
]
