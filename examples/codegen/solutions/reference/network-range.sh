#!/usr/bin/bash
set -u

number='(0|[1-9][0-9]{0,2})'
network="^$number\.$number\.$number\.$number/$number\$"

# Sets `dotted` to an address.
dot() {
  dotted="$(($1 >> 24)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"
}

while IFS= read -r line || [[ -n $line ]]; do
  if ! [[ $line =~ $network ]]; then
    printf 'invalid\n'
    continue
  fi
  length=${BASH_REMATCH[5]}
  address=0
  for octet in "${BASH_REMATCH[@]:1:4}"; do
    address=$((octet > 255 || address < 0 ? -1 : address * 256 + octet))
  done
  if ((address < 0 || length > 32)); then
    printf 'invalid\n'
    continue
  fi
  size=$((1 << (32 - length)))
  first=$((address - address % size))
  dot "$first"
  from=$dotted
  dot "$((first + size - 1))"
  printf '%s %s %d\n' "$from" "$dotted" "$size"
done
