#!/usr/bin/bash
set -u

IFS= read -r wanted
# A single newline for each run of other characters leaves one word on each line.
tr 'A-Z' 'a-z' |
  tr -cs 'a-z' '\n' |
  sed '/^$/d' |
  sort |
  uniq -c |
  sort -k1,1nr -k2,2 |
  sed -n "1,${wanted}s/^ *//p"
