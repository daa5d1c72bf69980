"""Ask models now: requests, an engine that makes them, votes of judges, and a journal of what was answered."""
