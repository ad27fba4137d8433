"""Compose projects of any size, shaped like real ones. The same size gives the same text."""

from __future__ import annotations

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
