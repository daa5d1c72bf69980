"""Licences as SPDX expressions, such as `MIT OR Apache-2.0`."""

import re
from collections.abc import Collection
from typing import Final

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

MARK: Final = "SPDX-License-Identifier"
_DECLARED: Final = re.compile(r"SPDX-License-Identifier:[ \t]{0,8}([A-Za-z0-9 ().+:-]{1,200})")
_TOKEN: Final = re.compile(r"[()]|[^\s()]+")


def is_licence(expression: str) -> bool:
    """Say whether a text is an SPDX expression of known licences, or of `LicenseRef-…` for those of one's own."""
    return _canonical(expression) is not None


def is_accepted(expression: str, accepted: Collection[str]) -> bool:
    """Say whether whoever takes a work under an expression can choose accepted licences only.

    `MIT OR GPL-3.0-only` is accepted where MIT is, `MIT AND GPL-3.0-only` only where both are; a licence with an
    exception is accepted where the licence is. An expression that is none is not accepted.
    """
    plain = _canonical(expression)
    if plain is None:
        return False
    known = {own.casefold() for own in accepted}
    stack: list[list[list[bool]]] = [[[]]]
    # Each level is a list of alternatives (OR), each a list of conditions (AND), as AND binds more closely.
    words = iter(_TOKEN.findall(plain))
    for word in words:
        match word:
            case "(":
                stack.append([[]])
            case ")":
                inner = stack.pop()
                stack[-1][-1].append(any(all(part) for part in inner))
            case "OR":
                stack[-1].append([])
            case "AND":
                pass
            case "WITH":
                next(words)
            case _:
                stack[-1][-1].append(word.casefold() in known)
    return any(all(part) for part in stack[0])


def declared_licences(text: str) -> list[tuple[str, int]]:
    """Return the licences that a text declares for itself and where (`SPDX-License-Identifier: …`), in its order."""
    if MARK not in text:
        return []
    return [(found[1].strip(), found.start()) for found in _DECLARED.finditer(text)]


def _canonical(expression: str) -> str | None:
    try:
        return canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return None
