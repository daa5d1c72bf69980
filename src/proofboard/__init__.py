"""Leaderboards that cannot be overfitted unnoticed and that any stranger can check."""

__version__ = "0.1.0"
