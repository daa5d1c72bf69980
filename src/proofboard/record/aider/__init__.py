"""The importer of aider's leaderboards."""
