"""WHAT THE WORLD SEES: `assemble(inputs) → {path: bytes}`, pure; writing and exporting it."""
