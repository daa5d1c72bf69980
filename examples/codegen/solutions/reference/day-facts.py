import re
import sys
from datetime import date

FORM = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def answer(line):
    found = FORM.fullmatch(line)
    if not found:
        return "invalid"
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return "invalid"
    weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]
    return f"{weekday} {day.timetuple().tm_yday}"


def main():
    for line in sys.stdin.read().split("\n")[:-1]:
        print(answer(line))


main()
