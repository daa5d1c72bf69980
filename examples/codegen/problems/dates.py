"""Problems of the category `dates`."""

from inputs import Chance

from problems.problem import Drawn, Problem, lines, times


def _days(group: str, chance: Chance) -> Drawn:
    def day() -> str:
        return f"{chance.number(1800, 2200)}-{chance.number(1, 12):02d}-{chance.number(1, 28):02d}"

    if group == "basic":
        yield "weekday and number", lines(*(day() for _ in range(5)))
        yield "leap years", lines("2024-12-31", "2023-12-31", f"{chance.number(500, 505) * 4}-03-01", "2026-03-01")
    elif group == "edge":
        yield (
            "days that are not",
            lines("2023-02-29", "2024-02-29", "2024-04-31", "2024-00-10", "2024-13-01", "2024-01-00"),
        )
        yield "full centuries", lines("1900-02-29", "2000-02-29", "2100-03-01", f"{chance.number(5, 6) * 400}-02-29")
        yield (
            "one form only",
            lines("2024-1-05", "2024-01-5", "24-01-05", " 2024-01-05", "2024/01/05", "", "20240105", "2024-01-05x"),
        )
        yield "years 1 to 9999", lines("0001-01-01", "9999-12-31", "0000-01-01", f"0{chance.number(100, 999)}-06-30")
    else:
        yield "many lines", [times(chance.number(7000, 8000), "<int 1000 3000>-<int 10 13>-<int 10 32>\n", chance)]
        yield "many lines", [times(7000, "<int 1990 2030>-0<int 0 9>-<int 10 31>\n", chance)]


def _durations(group: str, chance: Chance) -> Drawn:
    def some() -> str:
        return f"{chance.number(0, 30)}h {chance.number(0, 90)}m {chance.number(0, 90)}s"

    if group == "basic":
        yield "hours, minutes, seconds", lines(*(some() for _ in range(3)))
        yield "clock times", lines("1:02:03", f"{chance.number(1, 9)}:30", "0:05:00")
    elif group == "edge":
        yield "parts may be absent", lines(f"{chance.number(1, 99)}m", "2h 5s", "90s", "1h", "7m 7s")
        yield "one order, each once", lines("5s 1h", "1h 1h", "1h, 2m", "h 2m", "", "1 h", "-1h", some())
        yield (
            "minutes and seconds of a clock",
            lines("1:60", "1:60:00", "59:59", "100:00:59", "1:5", "1:2:03", ":30", "0:00"),
        )
        yield "parts may be large", lines(f"{chance.number(5000, 9999)}m 100000s", "1000h")
    else:
        yield "many lines", [times(chance.number(6000, 8000), "<int 0 9>h <int 0 99>m<pick | 7s| s>\n", chance)]
        yield "many lines", [times(6000, "<int 0 99>:<int 10 70>\n", chance)]


def _next(group: str, chance: Chance) -> Drawn:
    now = f"2026-{chance.number(1, 9):02d}-{chance.number(10, 28)} {chance.number(10, 22)}:{chance.number(10, 58)}"
    if group == "basic":
        yield "single values", lines(now, f"{chance.number(0, 59)} {chance.number(0, 23)}", "0 12", "30 6")
        yield "stars", lines(now, "* *", f"{chance.number(0, 59)} *", "* 3")
    elif group == "edge":
        yield (
            "strictly later",
            lines("2026-05-05 10:30", "30 10", "30 *", "* 10", f"{chance.number(31, 59)} 10", "29 10"),
        )
        yield (
            "the end of the month and year",
            lines("2026-12-31 23:59", "* *", "0 0", "59 23", f"{chance.number(0, 58)} 23"),
        )
        yield "lists and ranges", lines(now, "0,15,45 8-10", "5-7,50 *", f"{chance.number(1, 5)}-59 0,23", "3 22-23,1")
        yield "steps", lines(now, "*/15 *", "*/7 */5", f"*/{chance.number(40, 59)} *", "*/1 */23", "10,*/25 *")
        yield "the end of the month and year", lines("2024-02-28 23:30", "0 1", "29 23", "2 0-3")
    else:
        rows = times(chance.number(1500, 1800), "<int 0 59>,<int 0 59> <int 0 23>\n", chance)
        yield "many lines", [lines(now), rows]
        yield "many lines", [lines(now), times(1500, "*/<int 1 59> <int 0 9>-<int 10 23>\n", chance)]


def _clock(group: str, chance: Chance) -> Drawn:
    if group == "basic":
        yield "hours, minutes, seconds", lines(*(chance.number(0, 86399) for _ in range(5)))
        yield "days", lines(*(chance.number(86401, 9000000) for _ in range(4)))
    elif group == "edge":
        yield (
            "full days and hours",
            lines("0", "86399", "86400", "172800", "3600", "59", chance.number(2, 90) * 86400 - 1),
        )
        yield "leading zeros mean nothing", lines("0090", "08", f"000{chance.number(1000, 9999)}", "00")
        yield "days", lines("1000000000000", chance.number(10**9, 10**10))
    else:
        yield "many lines", [times(chance.number(2500, 3000), "<int 0 900000>\n", chance)]
        yield "many lines", [times(2500, "0<int 0 99999999>\n", chance)]


def _clocked(row: str) -> str:
    minutes, seconds = divmod(int(row), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return (f"{days}d " if days else "") + f"{hours:02d}:{minutes:02d}:{seconds:02d}"


def _shifts(group: str, chance: Chance) -> Drawn:
    def clock() -> str:
        return f"{chance.number(0, 23):02d}:{chance.number(0, 59):02d}"

    if group == "basic":
        yield (
            "later on the same day",
            lines(f"08:15 +{chance.number(1, 500)}", "00:00 +90", f"12:30 +{chance.number(1, 99)}"),
        )
        yield "into the next day", lines(f"23:{chance.number(10, 59)} +{chance.number(60, 700)}", "22:00 +120")
    elif group == "edge":
        yield (
            "back into the day before",
            lines("00:00 -1", f"{clock()} -1440", "08:09 -600", f"01:00 -{chance.number(61, 999)}"),
        )
        yield (
            "several days",
            lines(f"{clock()} +{chance.number(3000, 9999)}", f"{clock()} -{chance.number(3000, 9999)}", "00:00 -4320"),
        )
        yield "no change", lines(f"{clock()} +0", "09:08 -0", "00:00 +1440")
        yield "leading zeros mean nothing", lines("08:09 +08", f"09:0{chance.number(0, 9)} -0010", "07:08 +0099")
    else:
        yield "many lines", [times(chance.number(900, 1200), "1<int 0 9>:<int 10 59> <pick +|-><int 0 9999>\n", chance)]
        yield "many lines", [times(1200, "0<int 0 9>:0<int 0 9> <pick +|-><int 0 300>\n", chance)]


def _shifted(row: str) -> str:
    clock, change = row.split()
    days, minutes = divmod(int(clock[:2]) * 60 + int(clock[3:]) + int(change), 1440)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f" ({days:+d}d)" if days else "")


PROBLEMS = [
    Problem(
        "day-facts",
        "Weekday and day of the year",
        "dates",
        "python",
        "easy",
        """Every line should be a date of the form `YYYY-MM-DD`, with four, two and two digits and nothing in
front or behind, of the Gregorian calendar, which is taken to hold from year 1 to year 9999. For each line print
the weekday (`Mon`, `Tue`, `Wed`, `Thu`, `Fri`, `Sat`, `Sun`), a space, and the number of the day in its year,
beginning with 1. For a line of another form, and for a day that is not in the calendar, print `invalid`.""",
        [("2026-02-01\n2026-02-30\n", "Sun 32\ninvalid\n")],
        _days,
    ),
    Problem(
        "sum-durations",
        "Add up durations",
        "dates",
        "python",
        "medium",
        """A duration is written in one of two forms. Either as one to three parts in this order, each at most
once and parted by one space: hours such as `2h`, minutes such as `90m`, seconds such as `5s`, with any number of
digits. Or as on a clock, `H:MM:SS` or `M:SS`, where MM and SS are two digits from 00 to 59 and the first number
has any number of digits. Nothing stands in front or behind. Print the sum of all lines that are durations as
`H:MM:SS`, H without leading zeros, and then, on a second line, `skipped` and the number of the other lines.""",
        [("1h 30m\n45s\n2:05\nsoon\n", "1:32:50\nskipped 1\n")],
        _durations,
    ),
    Problem(
        "next-run",
        "The next run of a schedule",
        "dates",
        "python",
        "hard",
        """The first line is a time, `YYYY-MM-DD HH:MM`. Every other line is a schedule: a field for minutes (0
to 59), a space, and a field for hours (0 to 23). A field is a list of one or more parts, parted by commas: `*` is
every value, `*/N` every value that N divides (N is above 0), `A` one value and `A-B` all values from A to B. A
schedule runs, every day, at the times whose minute and hour both are in its fields. For each schedule print the
first time at which it runs that is later than the given one, in the same form.""",
        [("2026-01-31 22:15\n*/20 *\n15 22\n", "2026-01-31 22:20\n2026-02-01 22:15\n")],
        _next,
    ),
    Problem(
        "clock-seconds",
        "Seconds as a clock shows them",
        "dates",
        "bash",
        "easy",
        """Every line holds a number of seconds: an integer from 0 to 10^12, maybe with leading zeros, which mean
nothing. For each line print hours, minutes and seconds as `HH:MM:SS`, with two digits each. From a full day on,
print the number of days, `d` and a space in front, and the rest behind it.""",
        [("3661\n90061\n", "01:01:01\n1d 01:01:01\n")],
        _clock,
        lambda text: lines(*map(_clocked, text.splitlines())),
    ),
    Problem(
        "shift-times",
        "Shift times of the day",
        "dates",
        "bash",
        "medium",
        """Every line holds a time of the day, `HH:MM`, a space, and a number of minutes with its sign, `+` or
`-`, and up to four digits, maybe with leading zeros, which mean nothing. For each line print the time so many
minutes later or earlier, as `HH:MM`. If it lies on another day, print behind it a space and, in parentheses, by
how many days it lies later or earlier, with a sign and `d`.""",
        [("23:50 +15\n00:10 -20\n08:00 +5\n", "00:05 (+1d)\n23:50 (-1d)\n08:05\n")],
        _shifts,
        lambda text: lines(*map(_shifted, text.splitlines())),
    ),
]
