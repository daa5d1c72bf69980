"""Problems of the category `arithmetic`."""

import re

from inputs import Chance

from problems.problem import Drawn, Problem, lines, times

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _coins(group: str, chance: Chance) -> Drawn:
    euro = "1 2 5 10 20 50 100 200"
    if group == "basic":
        yield "fewest coins", lines(euro, *(f"{chance.number(0, 40)}.{chance.number(10, 99)}" for _ in range(5)))
        yield "amounts in short form", lines(euro, chance.number(1, 99), f"{chance.number(1, 99)}.5", "0.9")
    elif group == "edge":
        yield "the largest coin first may be wrong", lines("1 10 25", "0.30", "0.40", f"{chance.number(1, 9)}.32")
        yield (
            "some amounts cannot be paid",
            lines("4 6", "0.02", "0.07", f"{chance.number(1, 9)}.{chance.number(10, 99)}"),
        )
        yield "amounts are exact", lines(euro, "0.29", "0.57", "1.15", "4.35", "8.20", f"{chance.number(60, 90)}.99")
        yield "nothing needs no coin", lines(chance.number(2, 90), "0", "0.00")
    else:
        yield (
            "many amounts",
            ["1 7 30 90 ", f"{chance.number(91, 120)}\n", times(5000, "<int 0 199>.<int 10 99>\n", chance)],
        )
        yield "many amounts", ["6 10 15\n", times(chance.number(3000, 4000), "<int 0 150>.<int 0 9>\n", chance)]


def _fractions(group: str, chance: Chance) -> Drawn:
    def fraction() -> str:
        return f"{chance.number(-9, 30)}/{chance.number(2, 12)}"

    if group == "basic":
        yield "lowest terms", lines(*(f"{chance.number(1, 9)}/{chance.number(2, 12)}" for _ in range(3)))
        yield "whole numbers are fractions too", lines(chance.number(1, 9), "1/2", chance.number(1, 9))
    elif group == "edge":
        yield "below zero", lines("-1/2", f"-{chance.number(2, 9)}/3", "-1")
        yield "zero is 0", lines("1/3", "1/6", "-1/2")
        yield "between -1 and 1 there is no whole part", lines("-3/4", f"1/{chance.number(5, 9)}")
        yield "no line is zero", ""
        yield "lowest terms", lines(*(fraction() for _ in range(9)), "+6/4")
    else:
        yield "large numbers", [times(chance.number(300, 400), "<int -99 99>/<int 1 60>\n", chance)]
        yield "large numbers", [times(4000, "<int -99999 999999>/<pick 3|8|125|7|1024>\n", chance)]


def _roman(group: str, chance: Chance) -> Drawn:
    if group == "basic":
        yield "numbers to numerals", lines(*(chance.number(1, 3999) for _ in range(6)))
        yield "numerals to numbers", lines("XIV", "MMXXVI", "CDXLIV", chance.pick(["DCCC", "XC", "MCM"]))
    elif group == "edge":
        yield "one spelling only", lines("IIII", "VX", "IM", "XXC", "LL", "MMMM", "IIX", chance.pick(["VIV", "CMC"]))
        yield "1 to 3999", lines("0", "1", "3999", "4000", "MMMCMXCIX", chance.number(4001, 9999))
        yield "what is neither is invalid", lines("xiv", "X I", "12a", "-5", "", "M4", "+7")
        yield "1 to 3999", lines("007", "0010", "00000", "I", chance.number(3900, 3998))
    else:
        yield "many lines", [times(chance.number(8000, 9000), "<int 0 4100>\n", chance)]
        yield (
            "many lines",
            [times(9000, "<pick |M|MM|MMM><pick |CM|DC|CCCC><pick |XC|L><pick |IX|IV|III|VX>\n", chance)],
        )


def _sums(group: str, chance: Chance) -> Drawn:
    def some(count: int) -> list[int]:
        return [chance.number(-500, 900) for _ in range(count)]

    if group == "basic":
        yield "count, sum, smallest, largest", lines(*some(6))
        yield "comments are left out", lines("# all", *(f"{n} # {chance.word(2, 5)}" for n in some(3)), "   #7")
    elif group == "edge":
        yield "leading zeros mean nothing", lines("010", "-08", f"00{chance.number(80, 99)}", "+009")
        yield "none where there is no number", lines("", "# 1", "   ", "\t# 2")
        yield "one number", lines(chance.number(-99, -1))
        yield "white space does not matter", lines(f"\t{chance.number(1, 99)}  ", "  -3\t# x # 9", "   ", "+4")
    else:
        yield "many numbers", [times(chance.number(4000, 5000), "<int -900000 900000><pick | # x>\n", chance)]
        yield "large numbers", [times(1500, "<pick |-><int 100000000 999999999><int 10000 99999>\n", chance)]


def _summed(text: str) -> str:
    found = [int(row.partition("#")[0]) for row in text.splitlines() if row.partition("#")[0].strip()]
    return lines(f"{len(found)} {sum(found)} {min(found)} {max(found)}" if found else "none")


def _bases(group: str, chance: Chance) -> Drawn:
    if group == "basic":
        yield (
            "from one base to another",
            lines(f"{chance.number(100, 999)} 10 2", f"{chance.number(10, 77)}7 8 10", "ff 16 8"),
        )
        yield "letters are digits", lines(f"{chance.number(1, 9)}z 36 16", f"{chance.number(1000, 9999)} 10 36")
    elif group == "edge":
        yield "upper case is accepted", lines("FF 16 10", "Zz 36 10", f"{chance.pick('ABCDEF')}0 16 2")
        yield "zero is 0", lines("0 10 2", "000 7 36")
        yield "wrong digits", lines("12 2 10", "8 8 10", "g 16 10", "-1 10 2", "1.5 10 2", f"{chance.word(4, 5)}! 36 2")
        yield "bases from 2 to 36", lines("1 1 10", "1 10 37", "11 0 10", f"10 {chance.number(38, 99)} 10", "z 36 2")
    else:
        yield (
            "large numbers",
            lines("3fffffffffffffff 16 2", "4611686018427387904 10 36", "1" * 62 + " 2 3", "0" * 90 + "1 2 3"),
        )
        yield "many lines", [times(chance.number(900, 1200), "<int 0 2000000000> 10 <int 2 36>\n", chance)]


def _converted(row: str) -> str:
    text, source, target = row.split()
    bases = (int(source), int(target))
    if not all(2 <= base <= 36 for base in bases) or not set(text.lower()) <= set(DIGITS[: bases[0]]):
        return "invalid"
    rest, out = int(text, bases[0]), ""
    while rest:
        rest, digit = divmod(rest, bases[1])
        out = DIGITS[digit] + out
    return out or "0"


def _networks(group: str, chance: Chance) -> Drawn:
    def address() -> str:
        return ".".join(str(chance.number(0, 255)) for _ in range(4))

    if group == "basic":
        yield "first, last, count", lines("10.0.0.0/8", "192.168.4.0/24", f"172.16.{chance.number(0, 31) * 8}.0/21")
        yield "the address is masked", lines(*(f"{address()}/{chance.number(9, 30)}" for _ in range(4)))
    elif group == "edge":
        yield (
            "the whole range of lengths",
            lines(f"{address()}/32", f"{address()}/31", f"{address()}/0", "255.255.255.255/1"),
        )
        yield "octets", lines("256.0.0.1/8", "1.2.3/8", "1.2.3.4.5/8", "1..2.3/8", "a.b.c.d/8", "1.2.3.1000/9")
        yield "no leading zeros", lines("01.2.3.4/8", "1.2.3.00/8", "0.0.0.0/08", f"0.{chance.number(0, 255)}.0.0/9")
        yield "lengths", lines("1.2.3.4", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/8/8", "", " 1.2.3.4/8")
    else:
        yield (
            "many lines",
            [times(chance.number(500, 600), "<int 0 255>.<int 0 260>.<int 0 255>.<int 0 255>/<int 0 33>\n", chance)],
        )
        yield "many lines", [times(500, "<int 1 223>.<int 0 255>.<int 0 255>.<int 0 255>/<int 8 30>\n", chance)]


def _range(row: str) -> str:
    number = "(0|[1-9][0-9]{0,2})"
    found = re.fullmatch(rf"{number}\.{number}\.{number}\.{number}/{number}", row)
    if not found or any(int(octet) > 255 for octet in found.groups()[:4]) or int(found[5]) > 32:
        return "invalid"
    value = int.from_bytes(bytes(map(int, found.groups()[:4])), "big")
    size = 2 ** (32 - int(found[5]))
    first = value - value % size
    ends = (".".join(map(str, end.to_bytes(4, "big"))) for end in (first, first + size - 1))
    return f"{' '.join(ends)} {size}"


PROBLEMS = [
    Problem(
        "coin-change",
        "The fewest coins",
        "arithmetic",
        "python",
        "medium",
        """The first line holds the values of coins in cents: up to ten different integers from 1 to 500, parted
by spaces. There are as many coins of each value as one likes. Every other line holds an amount of euros, from 0
to 200, such as `12`, `12.3` or `12.34`; a euro has 100 cents. For each amount print the smallest number of coins
that make exactly this amount, or `impossible`.""",
        [("1 5 10 25\n0.41\n2\n", "4\n8\n"), ("3 5\n0.04\n0.11\n", "impossible\n3\n")],
        _coins,
    ),
    Problem(
        "mixed-fractions",
        "Add up fractions",
        "arithmetic",
        "python",
        "medium",
        """Every line holds an integer or a fraction `a/b` of integers; a may have a sign, b is above 0. Print
the sum of all lines as a mixed number in lowest terms: `3`, `2/3`, `1 1/2`. A sum below zero has one minus sign,
in front of everything: `-1 1/2` is minus one and a half. The whole part is left out where it is 0, and the
fraction where it is 0; zero is `0`. The sum of no lines is 0.""",
        [("1/2\n3/4\n1/4\n", "1 1/2\n"), ("-1/2\n-1\n", "-1 1/2\n")],
        _fractions,
    ),
    Problem(
        "roman-numerals",
        "Roman numerals, both ways",
        "arithmetic",
        "python",
        "hard",
        """For each line print one line. A line of the digits 0 to 9 only is a number: print it as a Roman
numeral in upper case if it is from 1 to 3999 (leading zeros mean nothing). A numeral in upper case is printed as
a number, but only if it is spelled as this program would spell that number: `IV` is 4, `IIII` is nothing. For
every other line, the empty one too, print `invalid`.""",
        [("1994\nMCMXCIV\nIIII\n", "MCMXCIV\n1994\ninvalid\n")],
        _roman,
    ),
    Problem(
        "sum-numbers",
        "Count, sum, smallest, largest",
        "arithmetic",
        "bash",
        "easy",
        """Every line holds at most one integer. `#` begins a comment, which ends with the line. Spaces and tabs
around the integer do not matter, and lines without an integer are left out. An integer may have a sign, `+` or
`-`, and leading zeros, which mean nothing: `010` is ten. Sums stay below 2^62. Print one line with the count of
the integers, their sum, the smallest and the largest, parted by spaces, or `none` where there is no integer.""",
        [("3\n-4 # cold\n\n010\n", "3 9 -4 10\n")],
        _sums,
        _summed,
    ),
    Problem(
        "base-convert",
        "From base to base",
        "arithmetic",
        "bash",
        "medium",
        """Every line holds three words, parted by one space: the digits of a number, the base that they are
written in, and a base to write it in. Digits above 9 are the letters from a, upper or lower case. Both bases are
decimal integers without leading zeros and must be from 2 to 36. Numbers stay at or below 2^62, and may have
leading zeros. Print the number in the other base, without leading zeros and in lower case, or `invalid` where a
base is out of its bounds or a character is no digit of its base.""",
        [("255 10 16\n102 2 10\n", "ff\ninvalid\n")],
        _bases,
        lambda text: lines(*map(_converted, text.splitlines())),
    ),
    Problem(
        "network-range",
        "The range of a network",
        "arithmetic",
        "bash",
        "hard",
        """Every line should hold an IPv4 network: four octets from 0 to 255 parted by dots, a slash, and a
length from 0 to 32, with nothing in front, between or behind, and no number with a leading zero (0 itself is one
digit). For each line print the first address of the network, its last address and the number of its addresses,
parted by spaces. The first address has the leading bits of the given one, as many as the length says, and zeros
behind; the last one has ones behind. Print `invalid` for every other line.""",
        [("192.168.1.77/26\n10.0.0.256/8\n", "192.168.1.64 192.168.1.127 64\ninvalid\n")],
        _networks,
        lambda text: lines(*map(_range, text.splitlines())),
    ),
]
