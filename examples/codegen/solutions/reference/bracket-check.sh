#!/usr/bin/bash
set -u

declare -A closing=(['(']=')' ['[']=']' ['{']='}')

# Prints what is to be said of one line.
check() {
  local line=$1 waiting="" place
  local -a places=()
  for ((place = 0; place < ${#line}; place++)); do
    case ${line:place:1} in
      '(' | '[' | '{')
        waiting=${closing[${line:place:1}]}$waiting
        places+=("$((place + 1))")
        ;;
      ')' | ']' | '}')
        if [[ ${waiting:0:1} != "${line:place:1}" ]]; then
          printf 'bad %d\n' "$((place + 1))"
          return
        fi
        waiting=${waiting:1}
        unset 'places[-1]'
        ;;
    esac
  done
  if [[ -n $waiting ]]; then
    printf 'open %d\n' "${places[-1]}"
  else
    printf 'ok\n'
  fi
}

while IFS= read -r line || [[ -n $line ]]; do
  check "$line"
done
