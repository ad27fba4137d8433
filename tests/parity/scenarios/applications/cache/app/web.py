"""Counts visits in a Redis, spoken to by hand."""

import http.server
import os
import socket

HOST, _, PORT = os.environ["CACHE"].partition(":")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"well"
        if self.path == "/":
            with socket.create_connection((HOST, int(PORT))) as cache:
                cache.sendall(b"INCR visits\r\n")
                body = b"visit " + cache.recv(64).strip().removeprefix(b":")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)


http.server.HTTPServer(("", 8000), Handler).serve_forever()
