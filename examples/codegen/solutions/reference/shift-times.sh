#!/usr/bin/bash
set -u

full_day=1440
while read -r clock change; do
  minutes=$((10#${clock%:*} * 60 + 10#${clock#*:} ${change:0:1} 10#${change:1}))
  days=0
  while ((minutes < 0)); do
    minutes=$((minutes + full_day))
    days=$((days - 1))
  done
  days=$((days + minutes / full_day))
  minutes=$((minutes % full_day))
  printf '%02d:%02d' "$((minutes / 60))" "$((minutes % 60))"
  if ((days != 0)); then
    printf ' (%+dd)' "$days"
  fi
  printf '\n'
done
