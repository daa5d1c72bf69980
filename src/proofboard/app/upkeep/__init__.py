"""What comes back by the clock: continuous evaluation, retention, audits."""
