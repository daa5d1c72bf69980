"""Write what the page shares with charts on the command line, `web/src/charts/specifications.json`.

These are the specifications without data, their words and their looks. Prints the document; `--write` writes it.
"""

import json
import sys
from pathlib import Path

from proofboard.publish.charts.filling import shared

WRITTEN = Path(__file__).parents[1] / "web" / "src" / "charts" / "specifications.json"


def document() -> str:
    """Return the document as it is committed: one key on a line, so that changes can be read."""
    return json.dumps(shared(), ensure_ascii=False, indent=1, default=list) + "\n"


def main() -> None:
    """Print the document, or write it."""
    if "--write" in sys.argv[1:]:
        WRITTEN.parent.mkdir(parents=True, exist_ok=True)
        WRITTEN.write_text(document(), encoding="utf-8")
    else:
        print(document(), end="")


if __name__ == "__main__":
    main()
