"""The importer of Berkeley Function-Calling Leaderboard results."""
