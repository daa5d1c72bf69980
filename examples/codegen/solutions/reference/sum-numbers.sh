#!/usr/bin/bash
set -u

count=0
sum=0
while IFS= read -r line || [[ -n $line ]]; do
  number=${line%%#*}
  number=${number//[[:space:]]/}
  if [[ -z $number ]]; then
    continue
  fi
  digits=${number#[+-]}
  value=$((10#$digits))
  if [[ $number == -* ]]; then
    value=$((-value))
  fi
  if ((count == 0 || value < smallest)); then
    smallest=$value
  fi
  if ((count == 0 || value > largest)); then
    largest=$value
  fi
  count=$((count + 1))
  sum=$((sum + value))
done

if ((count == 0)); then
  printf 'none\n'
else
  printf '%d %d %d %d\n' "$count" "$sum" "$smallest" "$largest"
fi
