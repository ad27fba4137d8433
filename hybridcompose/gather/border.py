"""How far a project reaches: files inside its border may be read and travel with it."""

from __future__ import annotations

import os

#: What marks the top of a checkout; a file of that name in worktrees and submodules.
_MARK = ".git"


def border_of(directory: str) -> str:
    """The nearest enclosing directory under version control, else the project directory itself.

    Compose files in ``deploy/`` bind ``../config`` as naturally as ``./config``: what is checked out together is one
    project. A root directory that is a checkout marks nothing: that would be the whole machine.
    """
    current = os.path.abspath(directory)
    while True:
        parent = os.path.dirname(current)
        if parent == current:
            return directory
        if os.path.exists(os.path.join(current, _MARK)):
            return current
        current = parent


def is_inside(path: str, border: str) -> bool:
    """Whether a path lies inside, links resolved."""
    real, root = os.path.realpath(path), os.path.realpath(border)
    return real == root or real.startswith(root.rstrip("/") + "/")
