"""What the tests of such a project would check, and what docker compose would give them."""

import json
import subprocess
import urllib.request


def get(path: str) -> object:
    # 8000 is the container's port: the published one is for the outside
    with urllib.request.urlopen(f"http://web:8000{path}", timeout=10) as answer:
        return json.load(answer)


rows = subprocess.run(["psql", "-Atc", "SELECT text FROM notes"], capture_output=True, text=True, check=True)
assert rows.stdout == "written by a migration\n", rows
assert [get("/visits"), get("/visits")] == [1, 2]
assert get("/about") == {
    "uid": 1000,
    "directory": "/app",
    "files": ["server.pyc"],
    "data": [1000, 1000, "42750"],
    "greeting": "it costs $5",
}, get("/about")
print("all is well")
