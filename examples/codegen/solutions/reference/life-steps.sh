#!/usr/bin/bash
set -u

read -r steps
mapfile -t rows
width=${#rows[0]}

# The field lies in one array, with a dead border, so that every cell has eight neighbours.
across=$((width + 2))
cells=()
for ((place = 0; place < across * (${#rows[@]} + 2); place++)); do
  cells[place]=0
done
for y in "${!rows[@]}"; do
  for ((x = 0; x < width; x++)); do
    if [[ ${rows[y]:x:1} == '#' ]]; then
      cells[(y + 1) * across + x + 1]=1
    fi
  done
done

step() {
  local -a next=("${cells[@]}")
  local x y at above below count
  for ((y = 1; y <= ${#rows[@]}; y++)); do
    for ((x = 1; x <= width; x++)); do
      at=$((y * across + x))
      above=$((at - across))
      below=$((at + across))
      count=$((cells[above - 1] + cells[above] + cells[above + 1] + cells[at - 1]))
      count=$((count + cells[at + 1] + cells[below - 1] + cells[below] + cells[below + 1]))
      next[at]=$((count == 3 || (count == 2 && cells[at])))
    done
  done
  cells=("${next[@]}")
}

for ((done_steps = 0; done_steps < steps; done_steps++)); do
  step
done

for y in "${!rows[@]}"; do
  line=${cells[*]:(y + 1) * across + 1:width}
  line=${line// /}
  line=${line//0/.}
  printf '%s\n' "${line//1/#}"
done
