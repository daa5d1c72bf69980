import sys
from bisect import bisect_left


def main():
    # ends[n] is the smallest number that a rise of n + 1 numbers can end with.
    ends = []
    for number in map(int, sys.stdin.read().split()):
        place = bisect_left(ends, number)
        ends[place : place + 1] = [number]
    print(len(ends))


main()
