"""Let a model answer now: what is asked, at whose cost, and what becomes of it."""
