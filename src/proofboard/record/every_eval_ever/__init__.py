"""The importer of Every Eval Ever records."""
