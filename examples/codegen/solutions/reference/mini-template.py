import re
import sys

TAG = re.compile(r"\{\{([#^/]?)([a-z][a-z0-9_]*)\}\}")


def filled(template, values):
    """Return the template with its tags replaced, or None where sections are closed wrongly."""
    out, opened, at = [], [], 0
    for tag in TAG.finditer(template):
        shown = all(own for _, own in opened)
        if shown:
            out.append(template[at : tag.start()])
        at = tag.end()
        kind, name = tag.groups()
        if kind == "/":
            if not opened or opened.pop()[0] != name:
                return None
        elif kind:
            opened.append((name, bool(values.get(name)) == (kind == "#")))
        elif shown:
            out.append(values.get(name, ""))
    return None if opened else "".join(out) + template[at:]


def main():
    lines = sys.stdin.read().split("\n")
    end = lines.index("---")
    pairs = (line.partition("=") for line in lines[:end])
    text = filled("\n".join(lines[end + 1 :]), {name: value for name, _, value in pairs})
    sys.stdout.write("error\n" if text is None else text)


main()
