import json
import re
import sys

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def step(key):
    return f".{key}" if NAME.fullmatch(key) else f"[{json.dumps(key)}]"


def show(value, path, out):
    if isinstance(value, dict) and value:
        for key, part in value.items():
            show(part, path + step(key), out)
    elif isinstance(value, list) and value:
        for place, part in enumerate(value):
            show(part, f"{path}[{place}]", out)
    else:
        out.append(f"{path} = {json.dumps(value)}")


def main():
    try:
        document = json.loads(sys.stdin.read())
    except ValueError:
        print("invalid")
        return
    out = []
    show(document, "$", out)
    print("\n".join(out))


main()
