#!/usr/bin/bash
set -u

keys=()
values=()
while IFS= read -r row && [[ $row != -- ]]; do
  keys+=("${row%% *}")
  values+=("${row#* }")
done

declare -A partners=()
while IFS= read -r row || [[ -n $row ]]; do
  partners[${row%% *}]=${row#* }
done

for place in "${!keys[@]}"; do
  key=${keys[place]}
  if [[ -v "partners[$key]" ]]; then
    printf '%s %s %s\n' "$key" "${values[place]}" "${partners[$key]}"
  fi
done
