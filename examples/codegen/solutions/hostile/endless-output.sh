while :; do
  printf '%04096d\n' 7
done
