"""``python -m tests.cluster.rig up|down|status|kubeconfig|archive``: the test cluster from a terminal."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.cluster.rig import cluster, images, node, prerequisites, programs, registry
from tests.cluster.rig.components import components
from tests.cluster.rig.settings import Rig, RigError, chosen_rig


def main() -> int:
    """0 if what was asked for is so, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster.rig", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, function in (("up", up), ("down", down), ("status", status), ("kubeconfig", kubeconfig)):
        commands.add_parser(name, help=function.__doc__).set_defaults(run=lambda _, call=function: call(chosen_rig()))
    archive_command = commands.add_parser("archive", help=archive.__doc__)
    archive_command.add_argument("directory", type=Path)
    archive_command.add_argument("--registry", default="10.99.0.1:5000", help="the first part of the images' names")
    archive_command.set_defaults(run=lambda options: archive(options.directory, options.registry))
    options = parser.parse_args()
    try:
        return int(options.run(options))
    except RigError as error:
        print(f"rig: {error}", file=sys.stderr)
        return 1


def up(rig: Rig) -> int:
    """Build what is not built yet, start what does not run."""
    running = cluster.up(rig)
    print(f"export KUBECONFIG={running.kubeconfig}")
    print(f"alias kubectl={running.kubectl}")
    return 0


def down(rig: Rig) -> int:
    """Stop the cluster and remove everything of it."""
    cluster.down(rig)
    return 0


def status(rig: Rig) -> int:
    """Say what runs."""
    if node.first_process(rig) is None:
        print(f"{rig.name}: down")
        return 1
    absent = cluster.missing(rig)
    for component in components(rig):
        print(f"{component.program:24} {'missing' if component.program in absent else 'runs'}")
    print(f"API server {rig.server}, registry {rig.registry}, logs in {rig.state / 'log'}")
    return 1 if absent else 0


def kubeconfig(rig: Rig) -> int:
    """Print the administrator's kubeconfig."""
    if not rig.kubeconfig.exists():
        raise RigError("the cluster does not run: make cluster-up")
    print(rig.kubeconfig.read_text())
    return 0


def archive(directory: Path, registry_name: str) -> int:
    """Write the images as files for another cluster."""
    prerequisites.ensure()
    directory.mkdir(parents=True, exist_ok=True)
    for image in images.build(programs.build()):
        target = directory / f"{image.name}.tar"
        registry.archive(image.layout, f"{registry_name}/{image.repository}:1", target)
        print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
