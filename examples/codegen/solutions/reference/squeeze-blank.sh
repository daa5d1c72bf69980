#!/usr/bin/bash
set -u

blank=""
begun=""
while IFS= read -r line || [[ -n $line ]]; do
  line=${line%"${line##*[! $'\t']}"}
  if [[ -z $line ]]; then
    blank=yes
    continue
  fi
  if [[ -n $begun && -n $blank ]]; then
    printf '\n'
  fi
  printf '%s\n' "$line"
  begun=yes
  blank=""
done
