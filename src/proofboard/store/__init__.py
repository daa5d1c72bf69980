"""Where things are kept: SQLAlchemy tables, sessions, blobs by digest, migrations."""
