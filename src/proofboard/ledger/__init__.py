"""WHAT CANNOT BE UNDONE: an append-only log of what happened on a board, receipts, signatures; pure."""
