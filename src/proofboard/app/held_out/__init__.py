"""The held-out store: what may enter it, and the little that leaves."""
