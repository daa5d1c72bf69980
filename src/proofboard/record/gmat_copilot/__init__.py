"""The importer of gmat-copilot boards."""
