"""The page on untrusted code, with the commands that only run where bubblewrap is."""

from collections.abc import Iterator
from pathlib import Path

from sandbox_cases import needs_bubblewrap
from test_docs import Command, blocks, commands, run

PAGE = "docs/untrusted-code.md"
NEEDED = "not executed: needs bubblewrap"


def steps() -> Iterator[tuple[Path, str] | Command]:
    """Yield every file and every command of the page, those that need bubblewrap too."""
    for note, language, text in blocks(PAGE):
        kind, _, said = note.partition(": ")
        if kind == "file":
            yield Path(said), text
        elif language == "console":
            found = list(commands(text))
            found[-1].status = int(said) if kind == "exit status" else 0
            yield from found


@needs_bubblewrap
def test_every_command_of_the_page_runs_and_prints_what_it_shows(tmp_path: Path) -> None:
    for step in steps():
        if isinstance(step, Command):
            run(step, tmp_path)
        else:
            path, text = step
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")


def test_only_commands_that_need_bubblewrap_are_left_to_this_test() -> None:
    left = [(note, text) for note, language, text in blocks(PAGE) if note.startswith("not executed")]
    assert [note for note, _ in left] == [NEEDED]
    assert all("proofboard grade" in text for _, text in left)
