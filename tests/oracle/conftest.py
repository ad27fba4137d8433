"""The reference loader, running, and the schema that projects are drawn from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.reference import reference_directory
from tests.oracle.reference_loader import ReferenceLoader, built_loader

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = "/home/user"


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", HOME)
    monkeypatch.delenv("COMPOSE_DISABLE_ENV_FILE", raising=False)


@pytest.fixture(scope="session")
def reference() -> Iterator[ReferenceLoader]:
    with ReferenceLoader(built_loader(), HOME) as running:
        yield running


@pytest.fixture(scope="session")
def schema() -> Any:
    return json.loads((reference_directory() / "schema" / "compose-spec.json").read_text(encoding="utf-8"))
