from __future__ import annotations

from hybridcompose.cli.exit_codes import MEANING, ExitCode
from hybridcompose.diagnostics import HybridComposeError


def test_every_code_has_a_meaning() -> None:
    assert set(MEANING) == set(ExitCode)


def test_every_error_exits_with_a_code_of_its_own() -> None:
    codes = [error.exit_code for error in HybridComposeError.__subclasses__()]
    assert len(set(codes)) == len(codes)
    assert set(codes) <= {code.value for code in ExitCode}
