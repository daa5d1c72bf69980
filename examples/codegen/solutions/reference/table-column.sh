#!/usr/bin/bash
set -u

IFS= read -r wanted
IFS= read -r header

place=""
number=0
rest=$header\;
while [[ -n $rest ]]; do
  if [[ ${rest%%;*} == "$wanted" ]]; then
    place=$number
  fi
  rest=${rest#*;}
  number=$((number + 1))
done

if [[ -z $place ]]; then
  printf 'no such column\n'
  exit 0
fi

while IFS= read -r row || [[ -n $row ]]; do
  row=$row\;
  for ((skipped = 0; skipped < place; skipped++)); do
    row=${row#*;}
  done
  printf '%s\n' "${row%%;*}"
done
