"""Start, show, compare and adopt configurations."""
