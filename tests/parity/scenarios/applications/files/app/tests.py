"""What is put into one service is found in the other."""

import http.client
import sys
import time
import urllib.error
import urllib.request

CONTENT = bytes(range(256)) * 100


def ask(request: str | urllib.request.Request) -> http.client.HTTPResponse:
    for _ in range(120):
        try:
            answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=10)
            return answer
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.5)
    sys.exit(1)


assert ask(urllib.request.Request("http://uploads:8000/picture", CONTENT, method="PUT")).status == 201
assert ask("http://web:8000/picture").read() == CONTENT
sys.exit(23)
