"""Graders from outside: third-party packages that offer their own. `verify` never imports this."""
