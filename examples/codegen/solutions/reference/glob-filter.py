import sys


def members(text):
    found, at = set(), 0
    while at < len(text):
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            found.update(map(chr, range(ord(text[at]), ord(text[at + 2]) + 1)))
            at += 3
        else:
            found.add(text[at])
            at += 1
    return found


def single(pattern, at):
    """Return a test for one character, and the place behind what describes it."""
    sign = pattern[at]
    if sign == "?":
        return (lambda letter: True), at + 1
    if sign == "\\":
        return (lambda letter: letter == pattern[at + 1]), at + 2
    if sign != "[":
        return (lambda letter: letter == sign), at + 1
    end = pattern.index("]", at)
    inside = pattern[at + 1 : end]
    if inside.startswith("!"):
        unwanted = members(inside[1:])
        return (lambda letter: letter not in unwanted), end + 1
    wanted = members(inside)
    return (lambda letter: letter in wanted), end + 1


def parsed(pattern):
    """Return the steps of a pattern; None stands for a star."""
    steps, at = [], 0
    while at < len(pattern):
        if pattern[at] == "*":
            steps.append(None)
            at += 1
        else:
            step, at = single(pattern, at)
            steps.append(step)
    return steps


def matches(steps, text):
    """Go on greedily, and come back to the last star only: earlier ones need not take more."""
    at = step = 0
    star = mark = None
    while at < len(text):
        if step < len(steps) and steps[step] is None:
            star, mark = step, at
            step += 1
        elif step < len(steps) and steps[step](text[at]):
            step, at = step + 1, at + 1
        elif star is not None:
            mark += 1
            step, at = star + 1, mark
        else:
            return False
    return all(rest is None for rest in steps[step:])


def main():
    pattern, *texts = sys.stdin.read().splitlines()
    steps = parsed(pattern)
    for text in texts:
        if matches(steps, text):
            print(text)


main()
