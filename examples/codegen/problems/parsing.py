"""Problems of the category `parsing`."""

import json

from inputs import Chance

from problems.problem import Drawn, Problem, lines, times


def _sum_of(chance: Chance, depth: int) -> str:
    if depth == 0:
        return str(chance.number(0, 40))
    one, other = _sum_of(chance, depth - 1), _sum_of(chance, chance.number(0, depth - 1))
    text = f"{one} {chance.pick('+-*')} {other}"
    return f"({text})" if chance.below(2) else text


def _calculator(group: str, chance: Chance) -> Drawn:
    if group == "basic":
        yield "precedence and parentheses", lines(*(_sum_of(chance, 3) for _ in range(4)))
        yield "from left to right", lines("9 - 4 - 3", "48 / 4 / 3", f"{chance.number(50, 99)} - 2 * 3 + 4 / 2")
    elif group == "edge":
        yield (
            "division cuts towards zero",
            lines("7 / 2", "-7 / 2", "7 / -2", f"(0-{chance.number(5, 99)}) / 4", "-7 / -2"),
        )
        yield "minus signs", lines("-3", "--3", "2 - -3", f"-(4 - {chance.number(5, 20)})", "2*-3", "- - -1", "-2*-2")
        yield "errors", lines("1 / 0", "", "2 +", "(1", "1)", "1 2", "a", "+1", "()", "3 % 2", "1 / (2 - 2)", "2 ** 3")
        yield "white space", lines("  1+1  ", "1 +( 2*3 )", f"\t{chance.number(1, 9)} *\t2", "12 3", "1_000")
    else:
        yield (
            "long expressions",
            ["1", times(chance.number(9000, 12000), " <pick +|-> <int 1 99> * <int 1 9>", chance), "\n"],
        )
        yield (
            "deep expressions",
            [
                "(" * 60 + "1",
                times(60, " - <int 1 9>)", chance),
                "\n",
                times(500, "(<int 1 9> + <int 1 9>) * -<int 1 9>\n", chance),
            ],
        )


def _flatten(group: str, chance: Chance) -> Drawn:
    word = chance.word(2, 6)
    if group == "basic":
        yield "objects", json.dumps({word: {"b": chance.number(1, 99), "c": "text"}, "d": True}) + "\n"
        yield "arrays", json.dumps({"list": [1, [2, 3.5], {"x": None}], "n": chance.number(-99, 99)}) + "\n"
    elif group == "edge":
        yield "empty ones are printed", json.dumps({"a": {}, "b": [], word: [[], {}]}) + "\n"
        yield (
            "keys that are no names",
            json.dumps({"a b": 1, "": 2, 'q"': {"ü": 3}, "1st": [4], "_ok9": 5, word: {"-": 0}}) + "\n",
        )
        yield "a value alone", chance.pick(['"just text"\n', "12\n", "null\n", "[]\n"])
        yield "what is no JSON", chance.pick(["{'a': 1}\n", '{"a": 1,}\n', "\n", '{"a": 1} 2\n', "[1, 2\n"])
        yield (
            "text stays JSON",
            json.dumps({"t": 'a "quote"\n\\ é', "u": "\t", "n": [1.5, -0.25, 10**20]}, ensure_ascii=False) + "\n",
        )
        yield "keys that are no names", '{"z": 1, "a": {"x.y": 2, "m[0]": ' + str(chance.number(1, 9)) + "}}\n"
    else:
        yield (
            "large documents",
            [
                "[0",
                times(chance.number(4000, 5000), ', {"<word 1 5>": [<int 0 9>, {"k": "<word 1 9>"}]}', chance),
                "]\n",
            ],
        )
        yield "deep documents", ['{"a": [' * 60 + str(chance.number(1, 99)) + "]}" * 60 + "\n"]


def _template(group: str, chance: Chance) -> Drawn:
    one, other = chance.word(3, 6), chance.word(3, 6) + "_2"
    if group == "basic":
        yield (
            "values",
            lines(f"{one}=Ann", "n=3", "---", f"Dear {{{{{one}}}}}, you have {{{{n}}}} of {{{{n}}}}.", "{{unset}}!"),
        )
        yield (
            "sections",
            lines(
                f"{one}=1",
                "---",
                f"a{{{{#{one}}}}} yes{{{{/{one}}}}} b{{{{#no}}}} never{{{{/no}}}}",
                f"{{{{^no}}}}{other}{{{{/no}}}}",
            ),
        )
    elif group == "edge":
        yield (
            "sections within sections",
            lines(
                "a=1",
                f"b={one}",
                "---",
                "{{#a}}[{{#b}}{{b}}{{^c}}-{{/c}}{{/b}}{{#c}}x{{#a}}y{{/a}}{{/c}}]{{/a}}{{#a}}{{#a}}2{{/a}}{{/a}}",
            ),
        )
        yield (
            "what is open must be closed",
            lines("a=1", "---", chance.pick(["{{#a}}x", "x{{/a}}", "{{#a}}{{#b}}{{/a}}{{/b}}", "{{^a}}{{/b}}"])),
        )
        yield (
            "errors in what is not shown",
            lines("a=", "---", chance.pick(["{{#a}}{{#b}}{{/a}}", "{{#a}}{{/b}}{{/a}}"])),
        )
        yield (
            "other braces are text",
            lines(
                f"{one}=1",
                "---",
                f"{{{{ {one} }}}} {{{one}}} {{{{}}}} {{{{1x}}}} {{{{#}}}} }}}} {{{{{one}",
                "{{{" + one + "}}}",
            ),
        )
        yield (
            "values are not read again",
            lines(f"{one}={{{{{other}}}}}=x", f"{other}=", f"{other}= 7", "---", f"{{{{{one}}}}}{{{{{other}}}}}"),
        )
        yield "line ends stay", lines("x=1", "---", "{{#x}}", one, "{{/x}}", "", "---", "end{{^x}}", "", "{{/x}}")
    else:
        rows = times(
            chance.number(4000, 5000), "<word 1 5> {{v<int 0 30>}}{{#v<n>}}<word 1 3>{{/v<n>}}{{^w}}.{{/w}}\n", chance
        )
        yield "long templates", [times(25, "v<n>=<word 0 8>\n", chance), "---\n", rows]
        yield "deep templates", ["a=1\n---\n" + "{{#a}}(" * 90 + "x", times(90, "<int 0 9>){{/a}}", chance), "\n"]


def _ini(group: str, chance: Chance) -> Drawn:
    value = f"{chance.word(2, 7)} {chance.number(1, 99)}"
    if group == "basic":
        yield (
            "a key of a section",
            lines("net.host", "[disk]", "host = a", "[net]", "port=1", f"host = {value}", "[x]", "host = b"),
        )
        yield "not found", lines(f"net.{chance.word(3, 5)}9", "[net]", "host = x", "[other]", "y = 1")
    elif group == "edge":
        yield "the last one counts", lines("a.k", "[a]", "k = 1", "[b]", "k = 2", "[a]", f"k = {value}", "[c]", "k=4")
        yield "comments", lines("a.k", "; [a]", "#k = 0", "[a]", f"k = {value} ; kept # too", "  ; k = 5", "\t#k = 6")
        yield "white space around", lines("a.long key", "  [ a ]  ", f" \tlong key\t=\t  {value} \t", "long  key = no")
        yield (
            "values may be empty or hold signs",
            lines("a.b.c", "[a]", "b.c = = x = [y] *", "b = 1", "[a.b]", f"c = {value}"),
        )
        yield "values may be empty or hold signs", lines("a.k", "[a]", f"k = {value}", "k =", "k", "[b", "k = 3")
        yield "keys before any section", lines("a.k", f"k = {value}", "[b]", "k = 1")
    else:
        yield (
            "long files",
            [
                "s77.k5\n",
                times(chance.number(800, 900), "[s<int 1 90>]\nk<int 1 9> = <word 1 9>\n", chance),
                "[s77]\nk5 = end\n[s1]\n",
                times(900, "k5 = <n>\n", chance),
            ],
        )
        yield "long files", ["a.k\n[a]\n", times(2000, "<pick k|kk|; k|#> = <word 1 6> <int 0 99>\n", chance)]


def _looked_up(text: str) -> str:
    wanted, *rows = text.split("\n")
    own, _, name = wanted.partition(".")
    section, found = None, "not found"
    for row in (row.strip(" \t") for row in rows):
        if row.startswith("[") and row.endswith("]"):
            section = row[1:-1].strip(" \t")
        elif row[:1] not in (";", "#", "") and "=" in row:
            key, _, value = row.partition("=")
            if section == own and key.strip(" \t") == name:
                found = value.strip(" \t")
    return lines(found)


def _versions(group: str, chance: Chance) -> Drawn:
    def version(most: int = 12) -> str:
        return ".".join(str(chance.number(0, most)) for _ in range(3))

    if group == "basic":
        yield "by number", lines(*(version() for _ in range(8)))
        yield (
            "a release follows its candidates",
            lines("1.0.0", "1.0.0-rc1", f"1.0.{chance.number(1, 9)}", "1.0.0-beta", "0.9.9"),
        )
    elif group == "edge":
        yield "numbers are no texts", lines("1.10.0", "1.9.0", "10.0.0", "9.99.99", "1.0.10", "1.0.9", version(200))
        yield (
            "candidates by the alphabet",
            lines("2.0.0-rc10", "2.0.0-rc2", "2.0.0-a", "2.0.0-1", "2.0.0", f"2.0.0-{chance.word(2, 5)}", "2.0.0-rc"),
        )
        yield "equal ones all stay", lines("1.2.3", "1.2.3-a", "1.2.3", "0.0.0", "1.2.3-a", version(3), version(3))
        yield (
            "large numbers",
            lines("2026112100.0.0", f"999999999.{chance.number(0, 9)}.0", "1000000000.0.0", "2026112100.0.0-x"),
        )
    else:
        yield (
            "many versions",
            [times(chance.number(4000, 5000), "<int 0 30>.<int 0 30>.<int 0 30><pick |-rc1|-a|-rc12|-b2>\n", chance)],
        )
        yield "many versions", [times(4000, "<int 0 3>.<int 0 12>.0-<pick alpha|beta|rc><int 1 20>\n", chance)]


def _version_key(version: str) -> tuple[list[int], bool, str]:
    numbers, dash, candidate = version.partition("-")
    return [int(part) for part in numbers.split(".")], not dash, candidate


def _brackets(group: str, chance: Chance) -> Drawn:
    def balanced(length: int) -> str:
        text = ""
        for _ in range(length):
            pair = chance.pick(["()", "[]", "{}"])
            text = chance.pick([f"{text}{pair}", f"{pair[0]}{text}{pair[1]}", f"x{pair[0]}{text} {pair[1]}"])
        return text

    if group == "basic":
        yield "balanced", lines(*(balanced(chance.number(2, 6)) for _ in range(3)), "no brackets")
        yield "a wrong one", lines("(]", "a)b", f"{balanced(4)}}}", "([)]")
    elif group == "edge":
        yield "open at the end", lines("(", "(()", f"{balanced(3)}[ (x", "[[]", "{ a ( b")
        yield "empty lines are balanced", lines("", " ", balanced(1), "")
        yield (
            "positions count all characters",
            lines(r"\* $( `x`) ]", f"{chance.word(3, 9)}  )", "'(\"", "  (\t[ ]  ", "%s(-n"),
        )
        yield "only the first fault", lines("())(", "(}[", "]]]", f"({balanced(2)}]" + ")" * chance.number(1, 5))
    else:
        yield (
            "long lines",
            [times(chance.number(250, 300), "([{<word 0 2>}])", chance), "\n", "(" * 400 + ")" * 399 + "\n"],
        )
        yield "many lines", [times(250, "<pick (|[|{>a<pick )|]|}><pick (|[|><pick )|>\n", chance)]


def _checked(row: str) -> str:
    waiting: list[tuple[str, int]] = []
    for place, letter in enumerate(row, start=1):
        if letter in "([{":
            waiting.append((")]}"["([{".index(letter)], place))
        elif letter in ")]}" and (not waiting or waiting.pop()[0] != letter):
            return f"bad {place}"
    return f"open {waiting[-1][1]}" if waiting else "ok"


PROBLEMS = [
    Problem(
        "calculator",
        "A calculator of integers",
        "parsing",
        "python",
        "hard",
        """Every line is an expression of integers without sign (digits), `+`, `-`, `*`, `/` and parentheses;
spaces and tabs may stand between these. A minus in front of a number, a parenthesis or another such minus turns
the sign, and binds closer than all else; there is no plus of this kind. `*` and `/` bind closer than `+` and `-`,
and signs that bind alike work from left to right. Integers have no bounds, and division cuts the fraction off: 7
/ 2 is 3 and -7 / 2 is -3. For each line print its value, or `error` where it is no expression or divides by 0.
Parentheses may be a hundred deep.""",
        [("2 * (3 + 4)\n-7 / 2\n2 +\n", "14\n-3\nerror\n")],
        _calculator,
    ),
    Problem(
        "flatten-json",
        "Flatten a JSON document",
        "parsing",
        "python",
        "hard",
        """The input is one JSON document. Print one line for each value that is no object and no array, and for
each empty object or array, in the order of the document: its path, ` = `, and the value as JSON (text as Python's
`json.dumps` writes it by default; empty ones as `{}` and `[]`). The path begins with `$`. A member of an object
adds `.name` if its key consists of letters a to z or A to Z, digits and underscores and does not begin with a
digit, otherwise `["key"]` with the key as JSON; an element of an array adds `[i]`, counted from 0. Where the
input is no JSON document, print only `invalid`. Documents may be 150 deep.""",
        [('{"a": {"b c": [true, "x"]}, "d": {}}\n', '$.a["b c"][0] = true\n$.a["b c"][1] = "x"\n$.d = {}\n')],
        _flatten,
    ),
    Problem(
        "mini-template",
        "A small template language",
        "parsing",
        "python",
        "expert",
        """Up to the first line that is just `---`, every line is `name=value`: a name begins with a letter a to
z and goes on with letters a to z, digits and underscores; the value is all behind the first `=` and may be empty;
the last line of a name counts. The rest is a template, which is printed with its tags replaced. `{{name}}` is the
value, or nothing where the name has none. What stands between `{{#name}}` and its `{{/name}}` is printed only if
the name has a value that is not empty; between `{{^name}}` and its `{{/name}}`, only if not. Sections may lie in
each other, 100 deep, also of one name, and must be closed in the opposite order of their opening, whether they
are printed or not. Otherwise print only `error`. What is no such tag is text: there are no spaces in tags, values
are not searched for tags, and tags are read from left to right, each beginning at the first place where one can.""",
        [("who=Ann\nn=\n---\nHi {{who}}{{#n}}, {{n}} new{{/n}}{{^n}}, nothing new{{/n}}.\n", "Hi Ann, nothing new.\n")],
        _template,
    ),
    Problem(
        "ini-lookup",
        "Look up a setting",
        "parsing",
        "bash",
        "medium",
        """The first line is `SECTION.KEY`: the section is what stands before the first dot. The rest is a file
of settings. Spaces and tabs at both ends of a line mean nothing. A line that then begins with `[` and ends with
`]` begins a section; its name is what stands between, without spaces and tabs at its ends. A line that begins
with `;` or `#` is a comment. In any other line with a `=`, the key stands before the first `=` and the value
behind it, both without spaces and tabs at their ends. Remaining lines mean nothing. Print the value that the key
has in the section: the last one, if there are several; `not found`, if there is none.""",
        [("net.port\n[net]\n; old\nport = 80\n port=8080 \n[disk]\nport = 1\n", "8080\n")],
        _ini,
        _looked_up,
    ),
    Problem(
        "version-sort",
        "Sort versions",
        "parsing",
        "bash",
        "medium",
        """Every line is a version, `MAJOR.MINOR.PATCH` or `MAJOR.MINOR.PATCH-CANDIDATE`: three integers below
2^40 without leading zeros, and for candidates one or more letters a to z or digits. Print them in rising order:
by the three numbers, first MAJOR, then MINOR, then PATCH; the candidates of a version come before the version
itself, in the order of their texts by code point, so that `rc10` comes before `rc2`. Equal lines are all printed.""",
        [("1.10.0\n1.9.2\n1.10.0-rc1\n", "1.9.2\n1.10.0-rc1\n1.10.0\n")],
        _versions,
        lambda text: lines(*sorted(text.splitlines(), key=_version_key)),
    ),
    Problem(
        "bracket-check",
        "Check brackets",
        "parsing",
        "bash",
        "hard",
        """Brackets are `()`, `[]` and `{}`; all other characters only count for positions, which begin with 1.
Read each line from left to right: a closing bracket must belong to the last opening one that is not closed yet.
For each line print `bad` and the position of the first closing bracket that does not; if there is none, `open`
and the position of the last opening bracket that is not closed at the end; if there is none either, `ok`.""",
        [("(a[1]){}\n(]\n((x)\n", "ok\nbad 2\nopen 1\n")],
        _brackets,
        lambda text: lines(*map(_checked, text.split("\n")[:-1])),
    ),
]
