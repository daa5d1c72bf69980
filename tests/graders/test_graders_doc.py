"""The page about graders."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from grading_cases import grade
from proofboard.core.graders.registry import kinds

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "graders.md").read_text(encoding="utf-8")


def test_the_generated_table_is_current() -> None:
    found = subprocess.run([sys.executable, ROOT / "tools" / "graders_doc.py", "--check"], check=False)
    assert found.returncode == 0, "run python tools/graders_doc.py"


def test_every_built_in_grader_stands_in_a_heading() -> None:
    headings = " ".join(re.findall(r"^## .*$", PAGE, re.MULTILINE))
    assert [kind.name for kind in kinds() if f"`{kind.name}`" not in headings] == []


def test_the_example_of_a_grader_runs() -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    for block in code:
        exec(block, names)  # noqa: S102 - the documentation's own example
    assert grade(names["shouting"]({}), None, "YES") is True
    assert grade(names["shouting"]({}), None, "yes") is False
