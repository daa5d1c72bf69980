"""The problems: what is asked, how cases are drawn, and, for those in Bash, what is expected."""
