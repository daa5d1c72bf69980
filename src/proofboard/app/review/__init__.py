"""What owners decide: publish, withdraw, supersede, errata, appeals, audits."""
