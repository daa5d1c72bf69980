"""Organisations, people, keys, sign-in, and what they are told."""
