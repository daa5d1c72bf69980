import sys
from collections import defaultdict
from fractions import Fraction


def mixed(value):
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value.numerator), value.denominator)
    parts = [str(whole)] if whole or not rest else []
    if rest:
        parts.append(f"{rest}/{value.denominator}")
    return sign + " ".join(parts)


def main():
    # Adding up numerators of the same denominator first keeps the numbers small.
    numerators = defaultdict(int)
    for word in sys.stdin.read().split():
        numerator, _, denominator = word.partition("/")
        numerators[int(denominator or "1")] += int(numerator)
    print(mixed(sum((Fraction(top, bottom) for bottom, top in numerators.items()), Fraction(0))))


main()
