"""The log of a board that is a folder: add to it, sign it, read it, check what it proves."""
