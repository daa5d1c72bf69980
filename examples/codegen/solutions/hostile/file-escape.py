import os as files
import sys as system

for place in ("/etc/shadow", "/root/.ssh/id_ed25519", "/proc/1/environ", "/program/grade.py", "../../../etc/passwd"):
    for mode in ("r", "a"):
        try:
            with open(place, mode) as file:
                if mode == "r":
                    file.read()
                else:
                    file.write("# was here\n")
        except OSError as error:
            print(error, file=system.stderr)
try:
    files.symlink("/etc/shadow", "innocent.txt")
    print(open("innocent.txt").read(), file=system.stderr)
    open("/usr/bin/python3", "wb").close()
except OSError as error:
    print(error, file=system.stderr)
