"""The Git checkout that a build context lies in: what a builder gets that fetches the repository instead.

Asked from ``git`` itself, and only where that is wanted: nothing else here depends on the program.
"""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from hybridcompose.gather.facts import Checkout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.gather.ignore import IgnoreRules

#: Seconds that ``git`` may take; it reads the working tree.
_SECONDS = 60
#: ``git@host:path``, as scp writes it.
_SCP = re.compile(r"(?:[^@/:]+@)?([^/:]+):(?!//)(.+)")
_URL = re.compile(r"([a-z+]+)://(?:[^@/]*@)?([^/:]+)(:\d+)?/(.+)")


class NoCheckoutError(Exception):
    """Why nothing can be said about a directory."""


def read_checkout(directory: str, rules: IgnoreRules) -> Checkout:
    """What is known of the checkout around a build context, of which ``rules`` leave files out.

    Raises ``NoCheckoutError``.
    """
    commit = _git(directory, "rev-parse", "--verify", "HEAD").strip()
    remote = _git(directory, "remote").split()
    if not remote:
        raise NoCheckoutError("the checkout has no remote")
    name = "origin" if "origin" in remote else remote[0]
    scheme, repository = address(_git(directory, "remote", "get-url", name).strip())
    inside = _git(directory, "rev-parse", "--show-prefix").strip().strip("/")
    published = _git(directory, "branch", "--remotes", "--contains", commit).strip()
    return Checkout(repository, scheme, commit, inside, tuple(_changed(directory, inside, rules)), bool(published))


def address(url: str) -> tuple[str, str]:
    """A remote's scheme, and its host and path without credentials. Raises ``NoCheckoutError``."""
    found = _URL.fullmatch(url)
    if found is not None:
        scheme, host, port, path = found.groups()
        # The port of SSH is not that of HTTPS.
        return ("https", f"{host}/{path}") if "ssh" in scheme else (scheme, f"{host}{port or ''}/{path}")
    short = _SCP.fullmatch(url)
    if short is None or os.path.exists(url):
        raise NoCheckoutError("its remote is no address that a cluster could fetch from")
    return "https", f"{short[1]}/{short[2]}"


def _changed(directory: str, inside: str, rules: IgnoreRules) -> Iterator[str]:
    """Files below the context that the build would see otherwise than the commit has them."""
    matcher = rules.matcher()
    status = _git(
        directory, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--ignored=matching", "."
    )
    for entry in status.split("\0"):
        path = entry[3:].rstrip("/")
        relative = path.removeprefix(f"{inside}/") if inside else path
        if relative and not (matcher is not None and matcher.matches(relative)):
            yield relative


def _git(directory: str, *arguments: str) -> str:
    # A fixed language, and no configuration or hook of the repository that runs programs.
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "-c", "core.fsmonitor=false", "-C", directory, *arguments]
    try:
        done = subprocess.run(  # noqa: S603  (git, with arguments of our own)
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_SECONDS
        )
    except FileNotFoundError:
        raise NoCheckoutError("the program git is not there") from None
    except subprocess.TimeoutExpired:
        raise NoCheckoutError(f"git did not answer within {_SECONDS} s") from None
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise NoCheckoutError(told[-1].removeprefix("fatal: ") if told else f"git ended with {done.returncode}")
    return done.stdout.decode("utf-8", "surrogateescape")
