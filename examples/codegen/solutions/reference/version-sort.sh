#!/usr/bin/bash
set -u

# A version itself gets a last field that comes after all candidates.
sed -E 's/^([^-]*)$/\1-~/; s/-/./' |
  sort -t . -k 1,1n -k 2,2n -k 3,3n -k 4,4 |
  sed -E 's/\.~$//; s/^([^.]*\.[^.]*\.[^.]*)\./\1-/'
