"""Large values in assertions: pytest would take minutes to show how they differ, as it does where CI is set."""

from __future__ import annotations


def equal(found: bytes, expected: bytes) -> bool:
    return found == expected
