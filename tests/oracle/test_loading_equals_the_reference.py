"""Differential fuzzing: drawn projects are loaded by the package and by the reference, and nothing may differ.

``HYBRIDCOMPOSE_FUZZ=20000`` runs that many with a seed of their own (``make fuzz-loader N=20000``).
"""

from __future__ import annotations

import os
import random
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

import hybridcompose as hc
from tests.oracle.comparison import STAGES, broken_promises, differences, ours
from tests.oracle.projects import projects

if TYPE_CHECKING:
    from collections.abc import Collection

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


def problems(reference: ReferenceLoader, case: Case, skip: Collection[str] = ()) -> list[str]:
    """What differs, and what a refusal fails to say. ``skip`` are stages that both leave out."""
    with tempfile.TemporaryDirectory() as directory:
        request = replace(case.write(Path(directory)), skip=sorted(skip))
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


def test_a_drawn_project_loads_in_part_as_in_the_reference(reference: ReferenceLoader, schema: Any) -> None:
    """The same, whichever stages are left out."""

    @seed(SEED)
    @SETTINGS
    @given(projects(schema), st.sets(st.sampled_from(sorted(STAGES)), min_size=1))
    def run(case: Case, skip: set[str]) -> None:
        assert problems(reference, case, skip) == [], (skip, case)

    print(f"seed {SEED}")
    run()
