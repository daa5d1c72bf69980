"""A table, and the formats it is exported in: CSV, JSON, LaTeX and Markdown."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import msgspec

Cell = str | int | float | bool | None
Format = Literal["csv", "json", "latex", "md"]
FORMATS: Final[tuple[str, ...]] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, unique in its table, and its title for people."""

    name: str
    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A part of a board, ready to be written; unknown is None."""

    caption: str
    """What is shown, and what its ranks follow."""
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


def render(table: Table, form: Format) -> str:
    """Write a table in one of the formats; equal tables give equal text."""
    return _RENDERERS[form](table)


def printable(text: str) -> str:
    """Replace what would act on a terminal or hide in a text: control characters and changes of direction."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))


def plain(cell: Cell) -> str:
    """Write a cell as it reads in JSON: shortest round-trip decimals, nothing for None, text as it is."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else msgspec.json.encode(cell).decode()


def by_at_least(lower_bound: float) -> str:
    """Say by how much a win is a win; a bound of 0 says that the difference is above 0, and nothing more."""
    return f"by at least {plain(lower_bound)}" if lower_bound else "by more than 0"


_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")


def _csv(table: Table) -> str:
    """Write RFC 4180: CRLF, quotes where needed. Captions have no place in it."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([_csv_text(column.name) for column in table.columns])
    writer.writerows([_csv_text(cell) if isinstance(cell, str) else plain(cell) for cell in row] for row in table.rows)
    return written.getvalue()


def _csv_text(text: str) -> str:
    # A spreadsheet would run such a cell as a formula; numbers are not text and keep their sign.
    return "'" + text if text.lstrip().startswith(("=", "+", "-", "@")) or text.startswith(("\t", "\r", "\n")) else text


def _json(table: Table) -> str:
    """Write a list of objects, one on each line, keys in the order of the columns."""
    names = [column.name for column in table.columns]
    objects = [msgspec.json.encode(dict(zip(names, row, strict=True))).decode() for row in table.rows]
    return "[\n" + ",\n".join(objects) + "\n]\n"


def _latex(table: Table) -> str:
    """Write a booktabs table; every character of a cell stands for itself."""
    alignment = "".join("r" if column.is_number else "l" for column in table.columns)
    lines = [
        "% needs \\usepackage{booktabs}",
        "\\begin{table}",
        "\\centering",
        f"\\caption{{{latex_text(table.caption)}}}",
        f"\\begin{{tabular}}{{{alignment}}}",
        "\\toprule",
        _latex_row([latex_text(column.title) for column in table.columns]),
        "\\midrule",
        *(_latex_row([_latex_cell(cell) for cell in row]) for row in table.rows),
        "\\bottomrule",
        "\\end{tabular}",
        "\\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(cells) + " \\\\"


def _latex_cell(cell: Cell) -> str:
    text = plain(cell)
    if isinstance(cell, str) or not text.startswith("-"):
        return latex_text(text)
    return f"${text}$"


def latex_text(text: str) -> str:
    """Escape text so that LaTeX sets every character as it is, in any language and at any place of a table."""
    escaped = "".join(_LATEX.get(letter, letter) for letter in printable(text))
    return escaped.replace("--", "-{}-").replace("--", "-{}-")


_LATEX: Final[Mapping[str, str]] = {
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    "$": "\\$",
    "&": "\\&",
    "#": "\\#",
    "%": "\\%",
    "_": "\\_",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    "<": "\\textless{}",
    ">": "\\textgreater{}",
    "|": "\\textbar{}",
    '"': "{\\char34}",
    "`": "{\\char96}",
    # After `\\` a bracket or star would be read as its argument.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
}


def _markdown(table: Table) -> str:
    rule = ["---:" if column.is_number else "---" for column in table.columns]
    body = [
        [markdown_text(plain(cell)) if isinstance(cell, str) else plain(cell) for cell in row] for row in table.rows
    ]
    head = [markdown_text(column.title) for column in table.columns]
    return f"{markdown_text(table.caption)}\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *body))


def markdown_text(text: str) -> str:
    """Escape text so that it opens no cell, link, emphasis or element."""
    return _MARKDOWN.sub(r"\\\g<0>", printable(text)).replace("&", "&amp;").replace("<", "&lt;")


_MARKDOWN: Final = re.compile(r"[\\`*_\[\]|~>#]")

_RENDERERS: Final[Mapping[Format, Callable[[Table], str]]] = {
    "csv": _csv,
    "json": _json,
    "latex": _latex,
    "md": _markdown,
}
