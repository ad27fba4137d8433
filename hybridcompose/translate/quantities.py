"""Kubernetes quantities, exact."""

from __future__ import annotations

import math
from functools import lru_cache


@lru_cache(maxsize=256)  # services have the same few shares, and fractions are slow
def cpu(cores: float) -> str:
    """A number of cores as a canonical quantity: ``0.5`` is ``500m``, ``2`` is ``2``; rounded up to a thousandth."""
    from fractions import Fraction  # few services limit their share of the processor

    milli = math.ceil(Fraction(repr(cores)) * 1000)
    return str(milli // 1000) if milli % 1000 == 0 else f"{milli}m"


def memory(size: int) -> str:
    """A size in bytes, unrounded."""
    return str(int(size))
