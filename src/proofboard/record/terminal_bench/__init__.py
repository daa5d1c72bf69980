"""The importer of Terminal-Bench results."""
