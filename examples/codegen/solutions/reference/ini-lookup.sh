#!/usr/bin/bash
set -u

# Sets `trimmed` to a text without white space at its ends.
trim() {
  trimmed=${1#"${1%%[! $'\t']*}"}
  trimmed=${trimmed%"${trimmed##*[! $'\t']}"}
}

IFS= read -r wanted
section=""
found="not found"
inside=""
while IFS= read -r line || [[ -n $line ]]; do
  trim "$line"
  line=$trimmed
  if [[ $line == \[*\] ]]; then
    trim "${line:1:-1}"
    section=$trimmed
    inside=yes
  elif [[ -n $inside && $line == [!\;\#]*=* && $section == "${wanted%%.*}" ]]; then
    trim "${line%%=*}"
    if [[ $trimmed == "${wanted#*.}" ]]; then
      trim "${line#*=}"
      found=$trimmed
    fi
  fi
done
printf '%s\n' "$found"
