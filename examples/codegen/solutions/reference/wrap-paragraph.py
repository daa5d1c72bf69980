import sys


def wrap(words, width):
    lines, current = [], ""
    for word in words:
        if current and len(current) + 1 + len(word) > width:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    if current:
        lines.append(current)
    return lines


def main():
    first, _, text = sys.stdin.read().partition("\n")
    for line in wrap(text.split(), int(first)):
        print(line)


main()
