#!/usr/bin/bash
set -u

stack=()
number=0

# Ends the run; what was printed before stays.
fail() {
  printf 'error in line %d\n' "$number"
  exit 0
}

# Fails unless so many integers are on the stack.
need() {
  ((${#stack[@]} >= $1)) || fail
}

# Takes two integers and puts one on the stack.
combine() {
  need 2
  local upper=${stack[-1]} lower=${stack[-2]}
  unset 'stack[-1]'
  case $1 in
    add) stack[-1]=$((lower + upper)) ;;
    sub) stack[-1]=$((lower - upper)) ;;
    mul) stack[-1]=$((lower * upper)) ;;
    swap)
      stack[-1]=$upper
      stack+=("$lower")
      ;;
  esac
}

push() {
  if [[ $1 == -* ]]; then
    stack+=("$((-10#${1#-}))")
  else
    stack+=("$((10#$1))")
  fi
}

while IFS= read -r line || [[ -n $line ]]; do
  number=$((number + 1))
  case $line in
    add | sub | mul | swap) combine "$line" ;;
    dup)
      need 1
      stack+=("${stack[-1]}")
      ;;
    drop)
      need 1
      unset 'stack[-1]'
      ;;
    print)
      need 1
      printf '%d\n' "${stack[-1]}"
      ;;
    *)
      [[ $line =~ ^push\ -?[0-9]+$ ]] || fail
      push "${line#push }"
      ;;
  esac
done
