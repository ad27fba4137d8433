"""Guards texts against the kubelet's expansion of ``$(NAME)``.

The kubelet expands arguments, commands, environment values and exec probes: ``$(NAME)`` becomes a variable's
value, ``$$`` a single ``$``, and a byte above 127 after ``$`` is taken for a character of its own, which breaks
UTF-8. Docker does none of this.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_EXPANDED = re.compile(r"\$(?=[$(]|[^\x00-\x7f])")


def escape(text: str) -> str:
    """``text`` written so that the kubelet's expansion gives ``text`` back; unchanged where nothing would happen."""
    return _EXPANDED.sub("$$", text) if "$" in text else text


def escape_all(arguments: Iterable[str]) -> list[str]:
    """An argument vector, each argument escaped."""
    return [escape(argument) for argument in arguments]
