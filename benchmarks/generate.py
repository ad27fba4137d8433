"""Compose projects of any size, shaped like real ones. The same size gives the same text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SERVICE = """\
  {name}:
    image: registry.example:5000/team/{name}:1.{number}
    command: ["serve", "--port", "8080", "--name", "{name}"]
    environment:
      DATABASE_URL: postgres://app@db:5432/{name}
      LOG_LEVEL: info
      WORKERS: "{workers}"
    ports: ["{port}:8080"]
    healthcheck:
      test: ["CMD", "wget", "-qO-", "http://localhost:8080/health"]
      interval: 5s
      retries: 5
    volumes: ["{name}-data:/var/lib/{name}"]
    depends_on:
      {dependency}: {{condition: service_healthy}}
"""
_DATABASE = """\
  db:
    image: postgres:16
    environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: app}
    healthcheck: {test: "pg_isready -U app", interval: 2s}
"""
_DOCKERFILE = """\
FROM registry.example:5000/team/python:3.12
WORKDIR /app
COPY main.py .
CMD ["python", "main.py"]
"""
#: What each service has besides, by kind of project, and the sections that this takes.
_MORE = {
    "files": (
        """\
    configs: [{{source: {name}-conf, target: /etc/{name}.conf}}]
    secrets: [{name}-key]
    networks: {{default: {{aliases: ["{name}.internal", "{name}-alias"]}}}}
    deploy: {{replicas: 2}}
""",
        "configs:\n{configs}secrets:\n{secrets}",
    ),
    "built": ("    build: ./{name}\n", ""),
}
#: Projects whose services have each a config, a secret, aliases and a second replica; and such as are built.
KINDS = tuple(_MORE)


def write_project(directory: Path, services: int, kind: str) -> Path:
    """The compose file of a project of a kind, in a directory with all that it refers to."""
    names = [f"app-{number}" for number in range(1, services)]
    service, sections = _MORE[kind]
    text = compose_file(services)
    # One port of a machine cannot be that of two replicas.
    text = re.sub(r'"[0-9]+:8080"', '"8080"', text) if kind == "files" else text
    for name in names:
        text = text.replace(f"  {name}:\n", f"  {name}:\n" + service.format(name=name), 1)
        _write_files(directory, name, kind)
    text += sections.format(
        configs="".join(f"  {name}-conf: {{content: 'listen 8080; server {name};'}}\n" for name in names),
        secrets="".join(f"  {name}-key: {{file: ./{name}.key}}\n" for name in names),
    )
    file = directory / "compose.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def _write_files(directory: Path, name: str, kind: str) -> None:
    if kind == "files":
        (directory / f"{name}.key").write_text(f"key of {name}", encoding="utf-8")
        return
    context = directory / name
    context.mkdir()
    (context / "Dockerfile").write_text(_DOCKERFILE, encoding="utf-8")
    (context / "main.py").write_text(f"print({name!r})\n", encoding="utf-8")


def compose_file(services: int) -> str:
    """A compose file with that many services (at least 1): a database, and services that wait for another one each.

    Chains of dependencies are at most nine long, as in real projects.
    """
    parts = ["name: bench\nservices:\n", _DATABASE]
    parts += [_service(number) for number in range(1, services)]
    volumes = "".join(f"  app-{number}-data: {{}}\n" for number in range(1, services))
    return "".join([*parts, f"volumes:\n{volumes}" if volumes else ""])


def _service(number: int) -> str:
    return _SERVICE.format(
        name=f"app-{number}",
        number=number,
        workers=number % 8 + 1,
        port=10000 + number,
        dependency=f"app-{number - 1}" if number % 8 != 1 else "db",
    )
