import sys
from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

FORM = "%Y-%m-%d %H:%M"


def values(field, count):
    found = set()
    for part in field.split(","):
        if part == "*":
            found.update(range(count))
        elif part.startswith("*/"):
            found.update(range(0, count, int(part[2:])))
        else:
            first, _, last = part.partition("-")
            found.update(range(int(first), int(last or first) + 1))
    return sorted(found)


def next_run(now, minutes, hours):
    later = bisect_right(minutes, now.minute)
    if now.hour in hours and later < len(minutes):
        return now.replace(minute=minutes[later])
    hour = bisect_left(hours, now.hour + 1)
    if hour < len(hours):
        return now.replace(hour=hours[hour], minute=minutes[0])
    return now.replace(hour=hours[0], minute=minutes[0]) + timedelta(days=1)


def main():
    first, *rest = sys.stdin.read().splitlines()
    now = datetime.strptime(first, FORM)
    for line in rest:
        minutes, hours = line.split()
        print(next_run(now, values(minutes, 60), values(hours, 24)).strftime(FORM))


main()
