"""Programs written in Go that tests and benchmarks compare with, built once for each state of their sources."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class UnbuildableError(Exception):
    """There is no Go, or it refuses."""


def built(module: Path, package: str, sources: Sequence[str] = ("go.mod", "go.sum")) -> Path:
    """The program of a package that the module in a directory holds or names as its tool.

    ``sources`` are the files that decide what it is, relative to the directory. Raises ``UnbuildableError``.
    """
    go = shutil.which("go")
    if go is None:
        raise UnbuildableError(f"Go is not installed, so {package} cannot be built")
    digest = hashlib.sha256(b"".join((module / source).read_bytes() for source in sources)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hybridcompose" / "go"
    program = cache / f"{Path(package).name}-{digest}"
    if not program.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = cache / f"{program.name}.{os.getpid()}"
        command = [go, "build", "-o", str(fresh), package]
        done = subprocess.run(command, cwd=module, capture_output=True, text=True, check=False)  # noqa: S603  (go)
        if done.returncode != 0:
            raise UnbuildableError(f"{package} cannot be built: {done.stderr}")
        fresh.replace(program)
    return program
