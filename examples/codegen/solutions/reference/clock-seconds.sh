#!/usr/bin/bash
set -u

while read -r text; do
  seconds=$((10#$text))
  days=$((seconds / 86400))
  if ((days > 0)); then
    printf '%dd ' "$days"
  fi
  printf '%02d:%02d:%02d\n' "$((seconds / 3600 % 24))" "$((seconds / 60 % 60))" "$((seconds % 60))"
done
