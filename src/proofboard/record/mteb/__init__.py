"""The importer of MTEB results."""
