from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.generate import compose_file
from benchmarks.loading import answer, only

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_each_request_gets_an_answer_in_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.yaml").write_text(compose_file(3), encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("services: 1", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("good.yaml", "bad.yaml")]
    lines = [
        json.dumps({"dir": str(tmp_path), "files": [file], "environment": {}, "profiles": ["*"]}) for file in files
    ]
    (tmp_path / "requests").write_text("\n".join(lines), encoding="utf-8")
    answer(str(tmp_path / "requests"))
    good, bad = map(json.loads, capsys.readouterr().out.splitlines())
    assert (good["ok"], len(good["project"]["services"]), bad["ok"]) == (True, 3, False)


def test_the_load_alone_takes_some_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "compose.yaml").write_text(compose_file(3), encoding="utf-8")
    only(str(tmp_path / "compose.yaml"))
    assert json.loads(capsys.readouterr().out)["cpu"] > 0
