"""What the table of mistakes calls a mistake is one: the reference refuses it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mistakes.test_mistakes import LOADED
from tests.oracle.reference_loader import LoadRequest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mistakes.case import Mistake
    from tests.oracle.reference_loader import ReferenceLoader


@pytest.mark.parametrize("mistake", LOADED, ids=lambda mistake: mistake.name)
def test_the_reference_refuses_it_too(mistake: Mistake, reference: ReferenceLoader, tmp_path: Path) -> None:
    mistake.write(tmp_path)
    options = mistake.options
    files = [str(tmp_path / name) for name in options.get("paths", ["compose.yaml"])]
    name = options.get("project_name", "demo")
    request = LoadRequest(str(tmp_path), files, options.get("environment", {}), project_name=name)
    assert not reference.load(request).ok
