"""The program as users start it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "hybridcompose"]
#: A project with a value that Kubernetes reads exactly and one key that it has nothing for.
COMPOSE = """\
name: demo
services:
  web:
    image: nginx
    environment: {GREETING: größe, SWITCH: "on", PRICE: 5$$}
    cpu_shares: 512
    depends_on: [db]
  db:
    image: postgres
volumes:
  kept: {}
"""


def environment(**variables: str) -> dict[str, str]:
    """Nothing of the process that runs the tests but what Python needs."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(ROOT), **variables}


def run(
    *arguments: str | Path, directory: Path, stdin: bytes = b"", variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Runs to the end; nothing here takes longer than a moment."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=directory,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
        env=environment(**(variables or {})),
    )
