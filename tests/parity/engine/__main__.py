"""``python -m tests.parity.engine up|down|status``: the Docker engine of the tests from a terminal."""

from __future__ import annotations

import argparse
import sys

from tests.cluster.rig import node
from tests.cluster.rig.settings import RigError
from tests.parity.engine import engine as docker
from tests.parity.engine.settings import Engine, chosen_engine


def main() -> int:
    """0 if what was asked for is so, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity.engine", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, function in (("up", up), ("down", down), ("status", status)):
        commands.add_parser(name, help=function.__doc__).set_defaults(run=function)
    options = parser.parse_args()
    try:
        return int(options.run(chosen_engine()))
    except RigError as error:
        print(f"engine: {error}", file=sys.stderr)
        return 1


def up(engine: Engine) -> int:
    """Build what is not built yet, start what does not run."""
    running = docker.up(engine)
    for name in ("DOCKER_HOST", "DOCKER_CONFIG"):
        print(f"export {name}={running.environment()[name]}")
    print(f"alias docker-compose='{' '.join(str(part) for part in running.compose)}'")
    return 0


def down(engine: Engine) -> int:
    """Stop the engine and remove everything of it."""
    docker.down(engine)
    return 0


def status(engine: Engine) -> int:
    """Say what runs."""
    if node.first_process(engine) is None:
        print(f"{engine.name}: down")
        return 1
    absent = docker.missing(engine)
    for name in docker.PROGRAMS:
        print(f"{name:24} {'missing' if name in absent else 'runs'}")
    print(f"socket {engine.socket}, logs in {engine.state / 'log'}")
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main())
