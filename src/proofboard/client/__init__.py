"""A small typed client of the API; used by the command line."""
