if exec 3<>/dev/tcp/203.0.113.7/80; then
  printf 'GET /answers HTTP/1.0\r\n\r\n' >&3
  cat <&3
fi
