import re
import sys

PARTS = re.compile(r"(?:([0-9]+)h)?(?: ?\b([0-9]+)m)?(?: ?\b([0-9]+)s)?")
CLOCK = re.compile(r"(?:([0-9]+):([0-5][0-9])|([0-9]+)):([0-5][0-9])")


def seconds_of(line):
    """Return the seconds of a duration, or None where the line is none."""
    clock = CLOCK.fullmatch(line)
    if clock:
        hours, minutes, only_minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + (minutes + only_minutes) * 60 + seconds
    parts = PARTS.fullmatch(line)
    if parts and line and not line.startswith(" "):
        hours, minutes, seconds = (int(part or 0) for part in parts.groups())
        return hours * 3600 + minutes * 60 + seconds
    return None


def main():
    found = [seconds_of(line) for line in sys.stdin.read().split("\n")[:-1]]
    total = sum(seconds for seconds in found if seconds is not None)
    minutes, seconds = divmod(total, 60)
    print(f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}")
    print("skipped", found.count(None))


main()
