import sys
from collections import defaultdict, deque


def taken(lots, count):
    """Take pieces from the oldest lots on; returns what they had cost."""
    cost = 0
    while count:
        lot = lots[0]
        pieces = min(count, lot[0])
        cost += pieces * lot[1]
        count -= pieces
        lot[0] -= pieces
        if not lot[0]:
            lots.popleft()
    return cost


def main():
    stock, counts = defaultdict(deque), defaultdict(int)
    for line in sys.stdin:
        kind, item, count, price = line.split()
        count, price = int(count), int(price)
        if kind == "buy":
            stock[item].append([count, price])
            counts[item] += count
        elif count > counts[item]:
            print("refused")
        else:
            counts[item] -= count
            print(count * price - taken(stock[item], count))
    for item in sorted(stock):
        if counts[item]:
            print(item, counts[item], sum(pieces * price for pieces, price in stock[item]))


main()
