(setsid sleep 60 </dev/null >/dev/null 2>&1 &)
