"""What stands where in a Bash script: expansions with their quotes, and the text without strings and comments.

It reads enough of the grammar for the rules of this benchmark, and not all of it: where it errs, on unusual syntax, it
errs for the script.
"""

from __future__ import annotations

import re

ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(\[[^\]]*\])?\+?=(?!\()")
SUBSCRIPT = re.compile(r"[A-Za-z_]\w*\[[^\]]*$")
NAME = re.compile(r"\$(\w+|[@*#?$!-])")
HERE_DOCUMENT = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
ENDS_WORD = " \t\n;|&()<>"
KEEPS_ONE_WORD = frozenset("#?$!")


class Script:
    """A script as the rules see it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.bare: list[str] = []
        self.unquoted: list[str] = []
        """Expansions that Bash would split into words and match against file names."""
        self._word = ""
        self._previous = ""
        self._here: str | None = None
        self._commands(0, None)
        self.text = "".join(self.bare)
        """The script without strings and comments."""

    def _commands(self, at: int, end: str | None) -> int:
        """Read commands up to `end`, a closing sign; returns the place behind it."""
        source = self.source
        while at < len(source):
            letter = source[at]
            if end and source.startswith(end, at) and not (letter == ")" and self._previous == "case-pattern"):
                self._end_word()
                return at + len(end)
            if letter == "#" and not self._word:
                at = _line_end(source, at)
            elif letter == "\\":
                at, self._word = at + 2, self._word + "x"
            elif letter in "'\"" or source.startswith("$'", at):
                at = self._string(at)
            elif source.startswith("((", at) and not self._word:
                at = self._arithmetic(at + 2)
            elif source.startswith("[[ ", at) and not self._word:
                at = self._until(at + 3, " ]]")
            elif letter == "$":
                at = self._expansion(at, quoted=self._keeps_one_word())
            else:
                at = self._here_document(at) or self._letter(at)
        self._end_word()
        return at

    def _letter(self, at: int) -> int:
        letter = self.source[at]
        self.bare.append(letter)
        if letter not in ENDS_WORD:
            self._word += letter
            return at + 1
        self._end_word()
        if letter == "\n" and self._here:
            end = re.compile(rf"^\t*{self._here}$", re.MULTILINE).search(self.source, at)
            at, self._here = (end.end() if end else len(self.source)) - 1, None
        if self.source.startswith("<<<", at):
            self.bare.append("<<")
            self._previous = "<<<"
            at += 2
            while self.source[at + 1 : at + 2] == " ":
                at += 1
        elif letter in "\n;|&":
            self._previous = ""
        return at + 1

    def _end_word(self) -> None:
        if self._word:
            self._previous = self._word
        self._word = ""

    def _keeps_one_word(self) -> bool:
        """Say whether the shell leaves an expansion here whole without quotes."""
        return bool(ASSIGNMENT.match(self._word) or SUBSCRIPT.match(self._word)) or (
            not self._word and self._previous in ("case", "<<<")
        )

    def _string(self, at: int) -> int:
        source = self.source
        self._word += "x"
        if source[at] == '"':
            return self._double(at + 1)
        start = at + (2 if source[at] == "$" else 1)
        closing = re.compile(r"(?:\\.|[^\\'])*'" if source[at] == "$" else r"[^']*'", re.DOTALL).match(source, start)
        self.bare.append("''")
        return closing.end() if closing else len(source)

    def _double(self, at: int) -> int:
        source = self.source
        self.bare.append('"')
        while at < len(source) and source[at] != '"':
            if source[at] == "\\":
                at += 2
            elif source[at] == "$":
                at = self._expansion(at, quoted=True)
            elif source[at] == "`":
                self.bare.append("`")
                at += 1
            else:
                at += 1
        self.bare.append('"')
        return at + 1

    def _expansion(self, at: int, *, quoted: bool) -> int:
        """Read what a dollar begins; returns the place behind it."""
        source = self.source
        if source.startswith("$((", at):
            return self._arithmetic(at + 3)
        name = NAME.match(source, at)
        if source.startswith("$(", at):
            found, word, previous = "$(…)", self._word, self._previous
            self.bare.append("$(")
            self._word = self._previous = ""
            at = self._commands(at + 2, ")")
            self.bare.append(")")
            self._word, self._previous = word, previous
        elif source.startswith("${", at):
            found, start = source[at : at + 3], at
            at = self._braces(at + 2)
            found = source[start:at]
        elif name:
            found, at = name[0], name.end()
        else:
            self._word += "$"
            return at + 1
        if not found.startswith("$("):
            self.bare.append(found)
        if not quoted and not (found.startswith("${#") or found[1:] in KEEPS_ONE_WORD):
            self.unquoted.append(found)
        self._word += "x"
        return at

    def _braces(self, at: int) -> int:
        source, depth = self.source, 1
        while at < len(source) and depth:
            if source[at] == "\\":
                at += 1
            depth += (source[at : at + 1] == "{") - (source[at : at + 1] == "}")
            at += 1
        return at

    def _arithmetic(self, at: int) -> int:
        return self._until(at, "))")

    def _until(self, at: int, end: str) -> int:
        """Pass over arithmetic or a test, in which nothing is split into words."""
        found = self.source.find(end, at)
        stop = len(self.source) if found < 0 else found + len(end)
        self.bare.append(" " + re.sub(r"'[^']*'|[\"&]", " ", self.source[at:stop]) + " ")
        self._word += "x"
        return stop

    def _here_document(self, at: int) -> int | None:
        """Note which line ends the text that begins with the next one; returns the place behind the sign."""
        found = None if self.source.startswith("<<<", at) else HERE_DOCUMENT.match(self.source, at)
        if found is None:
            return None
        self._here = found[2]
        return found.end()


def _line_end(source: str, at: int) -> int:
    end = source.find("\n", at)
    return len(source) if end < 0 else end
