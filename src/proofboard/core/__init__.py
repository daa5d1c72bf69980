"""WHAT THE NUMBERS MEAN: pure functions from item scores to boards, exact until one rounding at the end."""
