"""The totals of the parity tests: those of the generated page, and of the README where it quotes them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.parity.scenarios import read
from tools.parity_pages import totals

ROOT = Path(__file__).parents[2]
QUOTED = re.compile(r"(\d+)\s+scenarios\s+in\s+(\d+)\s+topics,\s+(\d+)\s+of\s+them\s+whole\s+applications")


def test_the_totals_are_those_of_the_scenarios_that_are_run() -> None:
    scenarios = read()
    told = sum(bool(scenario.differs) for scenario in scenarios)
    applications = [scenario for scenario in scenarios if scenario.topic == "applications"]
    assert totals() == (
        f"{len(scenarios)} scenarios in {len({scenario.topic for scenario in scenarios})} topics, "
        f"{len(applications)} of them whole applications: "
        f"{len(scenarios) - told} show the same on both sides, {told} differ as their users are told."
    )


def test_nine_of_ten_scenarios_show_the_same() -> None:
    scenarios = read()
    assert len(scenarios) >= 150
    assert sum(not scenario.differs for scenario in scenarios) >= 0.9 * len(scenarios)


def test_the_readme_quotes_the_totals_of_the_page() -> None:
    quoted = QUOTED.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert quoted is not None
    assert quoted.group(0).split() == totals().partition(":")[0].split()
