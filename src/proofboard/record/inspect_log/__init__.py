"""The importer of Inspect logs."""
