import sys
from collections import defaultdict


def merged(bookings):
    spans = []
    for start, end in sorted(bookings):
        if spans and start <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], end)
        else:
            spans.append([start, end])
    return spans


def main():
    rooms = defaultdict(list)
    for line in sys.stdin:
        room, start, end = line.split()
        rooms[room].append((int(start), int(end)))
    for room in sorted(rooms):
        spans = ",".join(f"{start}..{end}" for start, end in merged(rooms[room]))
        print(room, spans)


main()
