"""Serve a built publication, read-only."""
