"""``python -m hybridcompose`` and the ``hybridcompose`` command."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Runs the command line and exits; nothing that a user can cause ends in a traceback."""
    # A run lives for a moment: looking for cycles frees nothing worth the time. Without the freeze the interpreter
    # looks once more when it ends, which takes an eighth of a small run.
    gc.disable()
    try:
        from hybridcompose.cli.run import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        # Before the command line itself can answer: 128 + SIGINT.
        code = 130
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
