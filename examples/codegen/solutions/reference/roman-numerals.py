import sys

SIGNS = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]
LARGEST = 3999
DIGITS = set("0123456789")


def numeral(number):
    out = ""
    for value, sign in SIGNS:
        count, number = divmod(number, value)
        out += sign * count
    return out


def answer(line, numbers):
    if line and set(line) <= DIGITS:
        number = int(line)
        return numeral(number) if 1 <= number <= LARGEST else "invalid"
    return numbers.get(line, "invalid")


def main():
    numbers = {numeral(number): str(number) for number in range(1, LARGEST + 1)}
    for line in sys.stdin.read().split("\n")[:-1]:
        print(answer(line, numbers))


main()
