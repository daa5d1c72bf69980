"""Licences as other tools write them, as SPDX expressions."""

import re
from typing import Final

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

_NOT_IN_A_REFERENCE: Final = re.compile(r"[^A-Za-z0-9.]+")


def spdx(stated: str | None) -> str | None:
    """Write a licence as an SPDX expression; one that SPDX does not list becomes a reference to its name."""
    words = (stated or "").strip()
    hyphenated = _NOT_IN_A_REFERENCE.sub("-", words).strip("-")
    return _canonical(words) or _canonical(hyphenated) or (f"LicenseRef-{hyphenated}" if hyphenated else None)


def _canonical(words: str) -> str | None:
    try:
        return canonicalize_license_expression(words) if words else None
    except InvalidLicenseExpression:
        return None
