"""Programs that are run, and processes that are found in /proc instead of in files of process numbers."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cluster.rig.settings import RigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


def run(
    command: Sequence[str | Path],
    *,
    stdin: str | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    quiet: bool = True,
) -> str:
    """The standard output; a failure is an error that carries the standard error. Not ``quiet``: that one is shown."""
    done = subprocess.run(
        list(command),
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if quiet else None,
        text=True,
        check=False,
        cwd=cwd,
        env=env,
    )
    if done.returncode != 0:
        line = " ".join(str(part) for part in command)
        raise RigError(f"{line[:300]}: exit code {done.returncode}\n{(done.stderr or '')[-4000:]}".rstrip())
    return done.stdout


def succeeds(command: Sequence[str | Path]) -> bool:
    """``False`` also where the program is not there."""
    try:
        done = subprocess.run(list(command), capture_output=True, stdin=subprocess.DEVNULL, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


def detach(command: Sequence[str | Path], log: Path) -> None:
    """Starts a program that outlives this one and belongs to no terminal."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        subprocess.run(
            ["setsid", "--fork", *command], check=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )


def until(condition: Callable[[], bool], what: str, seconds: float, pause: float = 0.05) -> None:
    """Asks again and again; ``what`` is named when the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RigError(f"{what}: not within {seconds:.0f} s")
        time.sleep(pause)


def processes() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def arguments(pid: int) -> list[str]:
    """Empty for a process that is gone or already dead."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def program(pid: int) -> str:
    """The name of the program that a process runs, also when its file was replaced since."""
    try:
        return Path(f"/proc/{pid}/exe").readlink().name.removesuffix(" (deleted)")
    except OSError:
        return ""


def pid_namespace(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/ns/pid").readlink())
    except OSError:
        return ""
