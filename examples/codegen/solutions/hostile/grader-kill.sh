kill -KILL "$PPID"
