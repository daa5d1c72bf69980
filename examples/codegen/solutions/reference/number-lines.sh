#!/usr/bin/bash
set -u

number=0
while IFS= read -r line || [[ -n $line ]]; do
  if [[ -n $line ]]; then
    number=$((number + 1))
    printf '%4d %s\n' "$number" "$line"
  else
    printf '\n'
  fi
done
