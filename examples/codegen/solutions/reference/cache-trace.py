import sys
from collections import OrderedDict


def main():
    first, *steps = sys.stdin.read().splitlines()
    room, kept = int(first), OrderedDict()
    counts = {"hits": 0, "misses": 0}
    for step in steps:
        command, key, *rest = step.split()
        if command == "put":
            kept[key] = rest[0]
            kept.move_to_end(key)
            if len(kept) > room:
                kept.popitem(last=False)
        elif key in kept:
            kept.move_to_end(key)
            counts["hits"] += 1
            print(kept[key])
        else:
            counts["misses"] += 1
            print("miss")
    print(f"hits {counts['hits']} misses {counts['misses']}")


main()
