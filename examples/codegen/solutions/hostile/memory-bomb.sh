LC_ALL=C
hoard=0123456789abcdef
while :; do
  hoard=$hoard$hoard
done
