"""Grade and answer a published entry again."""
