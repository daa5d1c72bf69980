"""Built-in graders: each pure, documented, versioned, and with the tolerance within which it can be repeated."""
