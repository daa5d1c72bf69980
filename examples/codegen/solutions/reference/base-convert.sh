#!/usr/bin/bash
set -u

digits=0123456789abcdefghijklmnopqrstuvwxyz

# Sets `written` to a number in a base.
write_in() {
  local rest=$1 base=$2
  written=""
  while ((rest > 0)); do
    written=${digits:rest % base:1}$written
    rest=$((rest / base))
  done
  written=${written:-0}
}

while read -r text from to; do
  text=${text,,}
  if ! [[ $from =~ ^[0-9]+$ && $to =~ ^[0-9]+$ ]] ||
    ((from < 2 || from > 36 || to < 2 || to > 36)) ||
    [[ $text =~ [^${digits:0:from}] ]]; then
    printf 'invalid\n'
    continue
  fi
  write_in "$(($from#$text))" "$to"
  printf '%s\n' "$written"
done
