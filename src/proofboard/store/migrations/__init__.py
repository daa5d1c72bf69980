"""Every step from an empty database to the tables of this version; `tools/migration.py` writes the next."""
