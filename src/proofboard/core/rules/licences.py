"""Licences as SPDX expressions, such as `MIT OR Apache-2.0`."""

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression


def is_licence(expression: str) -> bool:
    """Say whether a text is an SPDX expression of known licences, or of `LicenseRef-…` for those of one's own."""
    try:
        canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return False
    return True
