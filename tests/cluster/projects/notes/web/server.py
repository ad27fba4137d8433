"""Counts its visitors in the cache, and says who runs it and where."""

import json
import os
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def visits() -> int:
    host, port = os.environ["CACHE"].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"INCR visits\r\n")
        return int(connection.recv(64).strip(b":\r\n"))


def about() -> dict[str, object]:
    data = os.stat("/data")
    return {
        "uid": os.getuid(),
        "directory": os.getcwd(),
        "files": sorted(os.listdir()),
        "data": [data.st_uid, data.st_gid, f"{data.st_mode:o}"],
        "greeting": os.environ["GREETING"],
    }


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = {"/healthz": lambda: "ok", "/visits": visits, "/about": about}[self.path]()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


ThreadingHTTPServer(("", 8000), Handler).serve_forever()
