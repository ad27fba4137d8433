"""Writes requirements/: the exact versions that the environments are made of (``make lock``).

pip resolves what ``pyproject.toml`` asks for and says what it would install. There are no hashes, because compiled
packages have a file per platform and Python, and one lock serves all of them; and no addresses, because where packages
come from is the machine's own setting.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
RUNTIME = ROOT / "requirements" / "runtime.txt"
DEV = ROOT / "requirements" / "dev.txt"
HEADER = "# Made by `make lock` from pyproject.toml: {what}.\n"


def resolve(requirements: Sequence[str], *options: str) -> list[str]:
    """What pip would install for ``requirements`` into an empty environment, as ``name==version``, sorted."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    done = subprocess.run([*command, *options, *requirements], check=True, stdout=subprocess.PIPE)  # noqa: S603  (pip)
    packages = (entry["metadata"] for entry in json.loads(done.stdout)["install"])
    pins = sorted((package["name"].lower().replace("_", "-"), package["version"]) for package in packages)
    return [f"{name}=={version}" for name, version in pins]


def write(path: Path, what: str, pins: Sequence[str]) -> None:
    path.write_text(HEADER.format(what=what) + "".join(f"{pin}\n" for pin in pins), encoding="utf-8")


def main() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = pyproject["project"]["dependencies"]
    write(RUNTIME, "what the program needs", resolve(runtime))
    # What builds the package is part of the environment too: it is then installed without asking for anything.
    dev = [*runtime, *pyproject["dependency-groups"]["dev"], *pyproject["build-system"]["requires"]]
    write(DEV, "what the program, its tests and its checks need", resolve(dev, "--constraint", str(RUNTIME)))


if __name__ == "__main__":
    main()
