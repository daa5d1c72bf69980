import csv
import io
import sys
from collections import defaultdict
from decimal import Decimal


def main():
    group, amount, text = sys.stdin.read().split("\n", 2)
    totals = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(text, newline="")):
        totals[row[group]] += Decimal(row[amount])
    for name in sorted(totals):
        total = totals[name]
        print(f"{name}: {total if total else Decimal(0):.2f}")


main()
