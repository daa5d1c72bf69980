import heapq
import sys
from collections import defaultdict


def ordered(needs):
    """Return the tasks in their order; fewer than all where they go round in a circle."""
    followers = defaultdict(list)
    for task, own in needs.items():
        for need in own:
            followers[need].append(task)
    left = {task: len(own) for task, own in needs.items()}
    free = [task for task, count in left.items() if count == 0]
    heapq.heapify(free)
    order = []
    while free:
        task = heapq.heappop(free)
        order.append(task)
        for follower in followers[task]:
            left[follower] -= 1
            if left[follower] == 0:
                heapq.heappush(free, follower)
    return order


def main():
    needs = defaultdict(set)
    for line in sys.stdin:
        task, _, rest = line.strip().partition(":")
        needs[task].update(rest.split())
    for need in [need for own in needs.values() for need in own]:
        needs.setdefault(need, set())
    order = ordered(needs)
    print("\n".join(order) if len(order) == len(needs) else "circle")


main()
