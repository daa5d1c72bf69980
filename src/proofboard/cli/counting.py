"""Counts as people say them."""


def counted(count: int, one: str, several: str) -> str:
    """Say how many there are: `1 entry`, `2 entries`."""
    return f"{count} {one if count == 1 else several}"
