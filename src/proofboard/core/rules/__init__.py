"""RULES AT THE DOOR: what a benchmark, a bundle and a configuration must satisfy beyond their shapes."""
