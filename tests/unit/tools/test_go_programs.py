from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tools.go_programs import UnbuildableError, built

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    directory = tmp_path / "module"
    directory.mkdir()
    (directory / "go.mod").write_text("module example\n", encoding="utf-8")
    (directory / "go.sum").write_text("", encoding="utf-8")
    return directory


def test_without_go_it_is_said_what_is_missing(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(module))
    with pytest.raises(UnbuildableError, match="Go is not installed"):
        built(module, "./program")


def test_what_is_in_the_cache_for_the_same_sources_is_not_built_again(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = module / "go"
    stand_in.write_text('#!/bin/sh\necho built >> log\n: > "$3"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{module}:{os.defpath}")
    first = built(module, "./program")
    assert first.parent == tmp_path / "cache" / "hybridcompose" / "go"
    assert built(module, "./program") == first
    (module / "go.sum").write_text("changed", encoding="utf-8")
    assert built(module, "./program") != first
    assert (module / "log").read_text(encoding="utf-8") == "built\nbuilt\n"


def test_a_refusal_of_go_is_passed_on(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = module / "go"
    stand_in.write_text("#!/bin/sh\necho no such package >&2\nexit 1\n", encoding="utf-8")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{module}:{os.defpath}")
    with pytest.raises(UnbuildableError, match="no such package"):
        built(module, "./program")
