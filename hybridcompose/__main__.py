"""``python -m hybridcompose`` and the ``hybridcompose`` command."""

from __future__ import annotations

import gc
import sys
import warnings
from types import ModuleType
from typing import NoReturn


def main() -> NoReturn:
    """Runs the command line and exits; nothing that a user can cause ends in a traceback."""
    # A run lives for a moment: looking for cycles frees nothing worth the time. Without the freeze the interpreter
    # looks once more when it ends, which takes an eighth of a small run.
    gc.disable()
    if not sys.warnoptions:
        # What libraries warn of is for developers: kubectl, too, is silent where a kubeconfig trusts any certificate.
        warnings.simplefilter("ignore")
    _without_plugins()
    try:
        from hybridcompose.cli.run import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        # Before the command line itself can answer: 128 + SIGINT.
        code = 130
    gc.freeze()
    sys.exit(code)


def _without_plugins() -> None:
    """Keeps pydantic from looking for plugins in every installed distribution: a tenth of a small run.

    PYDANTIC_DISABLE_PLUGINS skips the search, but importing the module that would do it (and with it
    ``importlib.metadata``, ``email`` and ``zipfile``) is most of the cost. So an empty one stands in for it; a
    pydantic that has no such module never asks for it.
    """
    loader = ModuleType("pydantic.plugin._loader")
    vars(loader)["get_plugins"] = tuple
    sys.modules.setdefault(loader.__name__, loader)


if __name__ == "__main__":
    main()
