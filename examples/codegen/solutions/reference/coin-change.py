import sys


def cents(amount):
    euros, _, rest = amount.partition(".")
    return int(euros) * 100 + int(rest.ljust(2, "0") or "0")


def fewest(coins, most):
    """Return how many coins each amount takes; None where it cannot be paid."""
    counts = [0] + [None] * most
    for amount in range(1, most + 1):
        before = (counts[amount - coin] for coin in coins if coin <= amount)
        best = min((count for count in before if count is not None), default=None)
        counts[amount] = None if best is None else best + 1
    return counts


def main():
    first, *rest = sys.stdin.read().splitlines()
    amounts = [cents(line.strip()) for line in rest if line.strip()]
    counts = fewest([int(coin) for coin in first.split()], max(amounts, default=0))
    for amount in amounts:
        print("impossible" if counts[amount] is None else counts[amount])


main()
