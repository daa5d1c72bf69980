"""Problems of the category `records`."""

import re
from collections import Counter

from inputs import Chance

from problems.problem import Drawn, Problem, lines, times


def _csv(group: str, chance: Chance) -> Drawn:
    rows = [f"{chance.pick(['oslo', 'bern', 'rome'])},{chance.number(1, 99)},{chance.number(0, 9)}.5" for _ in range(7)]
    if group == "basic":
        yield "sums for each group", lines("city", "paid", "city,age,paid", *rows)
        yield "columns in any order", lines("city", "age", "paid,city,age", "1,bern,3", f"2,oslo,{chance.number(1, 9)}")
    elif group == "edge":
        yield (
            "quoted fields",
            lines("name", "sum", "sum,name", f'{chance.number(1, 9)}.25,"Ng, Li"', '2,"a ""b"""', '"3","Ng, Li"'),
        )
        yield (
            "a field may hold line ends",
            lines("k", "v", "k,v", '"two', f'lines",{chance.number(1, 9)}', '"two', 'lines",1'),
        )
        yield (
            "exact to the cent",
            lines("k", "v", "k,v", *["x,0.1"] * 3, f"y,{chance.number(-9, -1)}.07", "y,1.10", "z,-0.3"),
        )
        yield (
            "groups in order",
            lines("k", "v", "v,k", "1,b", "1,B", "1,a1", "1,a 1", "1,a", "1,", f"1,{chance.word(2, 4)}"),
        )
    else:
        yield (
            "many rows",
            ["k\nv\nid,k,v\n", times(chance.number(9000, 12000), "<n>,<word 1 2>,<int -99 999>.<int 10 99>\n", chance)],
        )
        yield "many rows", ["k\nv\nk,v\n", times(8000, '"<pick a|b|c>, <pick x|y>",<int 0 99>\n', chance)]


def _bookings(group: str, chance: Chance) -> Drawn:
    def booking(longest: int = 6) -> str:
        start = chance.number(0, 60)
        return f"{chance.pick(['red', 'blue'])} {start} {start + chance.number(1, longest)}"

    if group == "basic":
        yield "overlapping ones become one", lines(*(booking(20) for _ in range(5)))
        yield "rooms in order", lines("c 1 2", "a 5 7", f"{chance.word(2, 4)} 3 9", "b 1 4", "a 1 2")
    elif group == "edge":
        yield "touching ones become one", lines("x 1 3", "x 3 5", "x 6 7", f"x 7 {chance.number(8, 20)}")
        yield (
            "one may lie within another",
            lines("x 1 50", "x 2 3", f"x 10 {chance.number(11, 50)}", "x 49 52", "x 4 5"),
        )
        yield "in any order", lines(*(booking() for _ in range(12)))
        yield "below zero", lines("x -5 -3", f"x -3 {chance.number(-2, 4)}", "y -100 -99", "x -20 -10")
    else:
        starts = times(chance.number(9000, 11000), "<pick a|b|c|d> <int 0 900000>0 <int 900001 999999>0\n", chance)
        yield "many bookings", [starts]
        yield "many bookings", [times(12000, "r<int 1 20> <n>5 <n>6\n", chance)]


def _column(group: str, chance: Chance) -> Drawn:
    names = chance.shuffled(["id", "name", "town", "zip"])
    rows = [";".join(chance.word(1, 6) for _ in range(4)) for _ in range(5)]
    if group == "basic":
        yield "the named column", lines(chance.pick(names), ";".join(names), *rows)
        yield "the first and the last column", lines(names[3], ";".join(names), *rows)
    elif group == "edge":
        yield "rows that are too short", lines("c", "a;b;c", "1;2;3", "only", "1;2", ";", f";;{chance.word(2, 4)}", "")
        yield "no such column", lines("nam", ";".join(names), *rows)
        yield "the name must be the same", lines("b c", "b;c;b c;B c;b  c", *(f"{row};x" for row in rows))
        yield (
            "fields are kept as they are",
            lines("t", "s;t;u", r"1; *\t;3", f"1;  {chance.word(1, 4)}  ;2", "1;$HOME;", "1;-n;2"),
        )
    else:
        yield "many rows", ["v\nk;v;w\n", times(chance.number(2000, 2500), "<n>;<word 0 9>;<int 1 9>\n", chance)]
        yield "many rows", ["h\na;b;c;d;e;f;g;h\n", times(1500, "1;2;3;4;5;6<pick |;7|;7;><word 1 5>\n", chance)]


def _in_column(text: str) -> str:
    wanted, header, *rows = text.split("\n")[:-1]
    if wanted not in (names := header.split(";")):
        return lines("no such column")
    place = names.index(wanted)
    return lines(*((row.split(";") + [""] * place)[place] for row in rows))


def _join(group: str, chance: Chance) -> Drawn:
    keys = [chance.word(2, 4) + str(number) for number in range(6)]
    left = [f"{key} {chance.word(2, 6)}" for key in chance.shuffled(keys)[:5]]
    right = [f"{key} {chance.number(1, 99)}" for key in chance.shuffled(keys)[:4]]
    if group == "basic":
        yield "rows with a partner", lines(*left, "--", *right)
        yield (
            "in the order of the first table",
            lines("b 1", "c 2", "a 3", "--", "a x", "b y", f"c {chance.word(1, 5)}"),
        )
    elif group == "edge":
        yield "the last one counts", lines(*left[:2], "k one", "--", "k old", *right, "k new")
        yield "repeated keys on the left", lines("k 1", "k 2", f"j {chance.number(3, 9)}", "k 4", "--", "k x")
        yield (
            "values may hold spaces",
            lines("k  a  b ", "j -- x", "--", r"k c\n *", "j $HOME  y", f"z {chance.word(1, 3)}"),
        )
        yield "a table may be empty", lines("--", *right)
    else:
        yield (
            "many rows",
            [
                times(chance.number(1200, 1500), "k<int 1 900> <word 1 5>\n", chance),
                "--\n",
                times(1200, "k<int 1 900> <int 1 9>\n", chance),
            ],
        )
        yield (
            "many rows",
            [times(900, "<word 1 2> <n>\n", chance), "--\n", times(1500, "<word 1 2> <word 3 4> <n>\n", chance)],
        )


def _joined(text: str) -> str:
    rows = text.split("\n")
    left, right = rows[: rows.index("--")], rows[rows.index("--") + 1 :]
    partners = dict(row.split(" ", 1) for row in right if row)
    pairs = (row.split(" ", 1) for row in left if row)
    return lines(*(f"{key} {value} {partners[key]}" for key, value in pairs if key in partners))


def _stock(group: str, chance: Chance) -> Drawn:
    def trade(kind: str, most: int = 9) -> str:
        return f"{kind} {chance.pick(['nut', 'bolt'])} {chance.number(1, most)} {chance.number(5, 300)}"

    opening = ["buy nut 10 100", "buy bolt 5 40", "buy nut 10 130"]
    if group == "basic":
        yield "profit of a sale", lines(*opening, f"sell nut {chance.number(3, 9)} 150", "sell bolt 2 45")
        yield "what is left", lines(*opening, trade("buy"), trade("buy"))
    elif group == "edge":
        yield "the oldest goes first", lines(*opening, f"sell nut {chance.number(11, 19)} 120", "sell nut 1 120")
        yield (
            "too little is refused",
            lines(*opening, "sell nut 21 999", "sell gear 1 1", f"sell bolt {chance.number(1, 5)} 9"),
        )
        yield "sold out is not listed", lines(*opening, "sell bolt 5 30", "sell nut 20 90", "buy gear 1 1")
        yield "the oldest goes first", lines(*opening, *(trade(kind, 4) for kind in ["sell", "buy", "sell"] * 3))
    else:
        buys = times(chance.number(12000, 15000), "buy <pick a|b|c> <int 1 9> <int 1 500>\n", chance)
        yield "many trades", [buys, times(12000, "sell <pick a|b|c> <int 1 9> <int 1 600>\n", chance)]
        yield "many trades", [times(9000, "buy x 1 <int 1 900>\n", chance), f"sell x {chance.number(8000, 8999)} 500\n"]


def _logs(group: str, chance: Chance) -> Drawn:
    def row() -> str:
        level = chance.pick(["INFO", "WARN", "ERROR"])
        hour = f"2026-03-{chance.number(10, 12)}T{chance.number(10, 12)}"
        return f"{hour}:{chance.number(10, 59)}:07 {level} {chance.word(2, 9)}"

    if group == "basic":
        yield "counts for hour and level", lines(*(row() for _ in range(8)))
        yield (
            "sorted",
            lines("2026-03-02T09:00:00 WARN b", "2025-12-31T23:59:59 INFO a", row(), "2026-03-02T08:00:00 WARN c"),
        )
    elif group == "edge":
        yield (
            "lines of another form are left out",
            lines(row(), f" {row()}", "2026-3-1T09:00:00 INFO x", "2026-03-01 09:00:00 INFO x", "", "x"),
        )
        yield (
            "levels are capital letters",
            lines(row(), "2026-03-01T09:00:00 info x", "2026-03-01T09:00:00 E2 x", "2026-03-01T09:00:00 A x"),
        )
        yield (
            "a message is needed and may be anything",
            lines(
                "2026-03-01T09:00:00 INFO",
                "2026-03-01T09:00:00 INFO ",
                f"{row()} * $X  \\",
                "2026-03-01T09:00:00 INFO  ",
            ),
        )
        yield "nothing to count", lines("x", "")
    else:
        yield (
            "many lines",
            [
                times(
                    chance.number(1800, 2200),
                    "2026-0<int 1 9>-1<int 0 9>T<int 10 23>:00:00 <pick INFO|WARN|DEBUG> m\n",
                    chance,
                )
            ],
        )
        yield (
            "many lines",
            [times(2000, "2026-01-0<int 1 2>T0<int 1 3>:<int 10 99>:00 <pick INFO|warn|ERROR> <word 0 5>\n", chance)],
        )


def _counted(text: str) -> str:
    found = re.findall(r"^(\d{4}-\d\d-\d\dT\d\d):\d\d:\d\d ([A-Z]+) .+$", text, re.MULTILINE)
    return lines(*(f"{hour} {level} {count}" for (hour, level), count in sorted(Counter(found).items())))


PROBLEMS = [
    Problem(
        "csv-totals",
        "Totals of a CSV file",
        "records",
        "python",
        "medium",
        """The first line names a column of groups, the second a column of amounts; the rest is a CSV file with a
header line that has both names. Fields are parted by commas. A field may stand in double quotes: then it may hold
commas and line ends, and two double quotes in it mean one. Every row has as many fields as the header. Amounts
are decimals with at most two places, and may be negative. For each group print its name, a colon, a space and its
exact total with two places, in the order of the names by code point.""",
        [('who\nsum\nwho,sum\nann,1.5\n"Bo, jr",2\nann,0.25\n', "Bo, jr: 2.00\nann: 1.75\n")],
        _csv,
    ),
    Problem(
        "room-bookings",
        "Merge bookings",
        "records",
        "python",
        "hard",
        """Every line is a booking: a room, which is a word, and two integers, start and end, with start below
end. It takes the room from start on and up to end. Merge bookings of one room that overlap or touch (one ends
where another starts). For each room print a line: the room, a space, and its merged bookings as `start..end` in
the order of their starts, parted by commas. Rooms come in the order of their names by code point.""",
        [("red 5 8\nblue 1 2\nred 1 3\nred 7 9\n", "blue 1..2\nred 1..3,5..9\n")],
        _bookings,
    ),
    Problem(
        "table-column",
        "One column of a table",
        "records",
        "bash",
        "easy",
        """The first line is the name of a column. The rest is a table: its first line names the columns, every
other line is a row. Names and fields are parted by semicolons, there are no quotes, and no name stands twice.
Print the fields of the named column, one line for each row, as they are; a row that is too short has an empty
field there. Where no column has exactly this name, print only `no such column`.""",
        [("town\nid;town\n1;Ulm\n2\n3;Bad Tölz;x\n", "Ulm\n\nBad Tölz\n")],
        _column,
        _in_column,
    ),
    Problem(
        "join-tables",
        "Join two tables",
        "records",
        "bash",
        "medium",
        """Two tables are parted by the first line that is just `--`. Every row is a key, one space, and a value;
a key holds no white space, a value is the rest of the line and may hold any. For each row of the first table, in
its order, whose key is in the second table, print the key, the value and the value of the second table, parted by
one space each. Where a key stands more than once in the second table, its last row counts. Values are printed as
they are.""",
        [("x 1\ny two  words\n--\ny B\nx A\ny C\n", "x 1 A\ny two  words C\n")],
        _join,
        _joined,
    ),
    Problem(
        "stock-profit",
        "Profit, first in first out",
        "records",
        "python",
        "expert",
        """Every line is `buy ITEM COUNT PRICE` or `sell ITEM COUNT PRICE`: an item is a word, counts and prices
for one piece are positive integers. What was bought first is sold first. For each sale print a line with the
profit: COUNT times PRICE, less what these pieces had cost. Where less than COUNT is in stock, print `refused`,
and nothing is sold. At the end print for each item that is in stock, in the order of their names by code point,
the item, how many there are, and what they had cost together, parted by spaces.""",
        [("buy nut 10 5\nbuy nut 5 8\nsell nut 12 9\nsell nut 4 9\n", "42\nrefused\nnut 3 24\n")],
        _stock,
    ),
    Problem(
        "log-hours",
        "Count log lines by hour",
        "records",
        "bash",
        "medium",
        """A log line has the form `YYYY-MM-DDTHH:MM:SS LEVEL MESSAGE`: digits in the places of Y, M, D, H, M and
S (any digits), one space, a level of one or more capital letters A to Z, one space, and a message of at least one
character. Leave out all lines of another form. Print one line for each hour and level that occurs: the date and
hour as `YYYY-MM-DDTHH`, the level and the number of lines, parted by one space each, in the order of the hours
and, within an hour, of the levels by the alphabet.""",
        [("2026-01-02T03:04:05 INFO up\n2026-01-02T03:59:00 INFO x y\nnoise\n", "2026-01-02T03 INFO 2\n")],
        _logs,
        _counted,
    ),
]
