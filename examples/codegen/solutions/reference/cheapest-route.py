import heapq
import sys
from collections import defaultdict


def costs_to(end, roads):
    costs, waiting = {}, [(0, end)]
    while waiting:
        cost, place = heapq.heappop(waiting)
        if place in costs:
            continue
        costs[place] = cost
        for other, own in roads[place].items():
            if other not in costs:
                heapq.heappush(waiting, (cost + own, other))
    return costs


def route(start, end, roads):
    """Follow, from the start on, the first neighbour by name that lies on a cheapest way."""
    costs = costs_to(end, roads)
    if start not in costs:
        return None
    way = [start]
    while way[-1] != end:
        left = costs[way[-1]]
        near = roads[way[-1]].items()
        way.append(min(other for other, own in near if costs[other] + own == left))
    return costs[start], way


def main():
    first, *rest = sys.stdin.read().splitlines()
    roads = defaultdict(dict)
    for line in rest:
        one, other, cost = line.split()
        cheapest = min(int(cost), roads[one].get(other, int(cost)))
        roads[one][other] = roads[other][one] = cheapest
    found = route(*first.split(), roads)
    print("none" if found is None else f"{found[0]} {' '.join(found[1])}")


main()
