"""Differential fuzzing: drawn projects are loaded by the package and by the reference, and nothing may differ.

``HYBRIDCOMPOSE_FUZZ=20000`` runs that many with a seed of their own (``make fuzz-loader N=20000``).
"""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, seed, settings

import hybridcompose as hc
from tests.oracle.comparison import broken_promises, differences, ours
from tests.oracle.projects import projects

if TYPE_CHECKING:
    from tests.oracle.projects import Case
    from tests.oracle.reference_loader import ReferenceLoader

LONG_RUN = int(os.environ.get("HYBRIDCOMPOSE_FUZZ", "0"))
SEED = random.randrange(1 << 32) if LONG_RUN else 20_260  # noqa: S311  (no secret)
SETTINGS = settings(
    max_examples=LONG_RUN or 300,
    deadline=None,
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)


def problems(reference: ReferenceLoader, case: Case) -> list[str]:
    """What differs, and what a refusal fails to say."""
    with tempfile.TemporaryDirectory() as directory:
        request = case.write(Path(directory))
        loaded = ours(request)
        owed = broken_promises(loaded, request) if isinstance(loaded, hc.LoadError) else []
        return differences(reference, request, loaded) + owed


def test_a_drawn_project_loads_as_in_the_reference(reference: ReferenceLoader, schema: Any) -> None:
    """Same verdict, same canonical JSON; a refusal says where and what, and tells no secret."""

    @seed(SEED)
    @SETTINGS
    @given(projects(schema))
    def run(case: Case) -> None:
        assert problems(reference, case) == [], case

    print(f"seed {SEED}")
    run()
