"""Takes files with PUT."""

import http.server
import pathlib


class Handler(http.server.BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        pathlib.Path("/files", pathlib.Path(self.path).name).write_bytes(content)
        self.send_response(201)
        self.end_headers()


http.server.HTTPServer(("", 8000), Handler).serve_forever()
