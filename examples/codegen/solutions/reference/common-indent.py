import sys


def indent_of(line):
    return len(line) - len(line.lstrip(" "))


def main():
    lines = sys.stdin.read().splitlines()
    filled = [line for line in lines if line.strip(" ")]
    common = min(map(indent_of, filled), default=0)
    for line in lines:
        print(line[common:] if line.strip(" ") else "")


main()
