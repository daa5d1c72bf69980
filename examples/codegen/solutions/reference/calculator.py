import re
import sys

TOKENS = re.compile(r"[ \t]*(?:([0-9]+)|([-+*/()]))")


class Fault(Exception):
    """The line is no expression, or divides by 0."""


class Expression:
    def __init__(self, line):
        self.tokens, self.at = [], 0
        line, at = line.rstrip(" \t"), 0
        while at < len(line):
            found = TOKENS.match(line, at)
            if not found:
                raise Fault
            self.tokens.append(int(found[1]) if found[1] else found[2])
            at = found.end()

    def next_is(self, *signs):
        return self.at < len(self.tokens) and self.tokens[self.at] in signs

    def take(self):
        if self.at == len(self.tokens):
            raise Fault
        self.at += 1
        return self.tokens[self.at - 1]

    def sum(self):
        value = self.product()
        while self.next_is("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self):
        value = self.signed()
        while self.next_is("*", "/"):
            value = value * self.signed() if self.take() == "*" else divided(value, self.signed())
        return value

    def signed(self):
        negative = False
        while self.next_is("-"):
            self.take()
            negative = not negative
        value = self.single()
        return -value if negative else value

    def single(self):
        token = self.take()
        if token == "(":
            value = self.sum()
            if not self.next_is(")"):
                raise Fault
            self.take()
            return value
        if isinstance(token, int):
            return token
        raise Fault


def divided(one, other):
    if other == 0:
        raise Fault
    quotient = abs(one) // abs(other)
    return quotient if (one < 0) == (other < 0) else -quotient


def answer(line):
    try:
        expression = Expression(line)
        value = expression.sum()
    except Fault:
        return "error"
    return value if expression.at == len(expression.tokens) else "error"


def main():
    for line in sys.stdin.read().split("\n")[:-1]:
        print(answer(line))


main()
