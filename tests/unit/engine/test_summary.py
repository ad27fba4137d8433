from __future__ import annotations

from hybridcompose.engine.chronicle import Outcome, Standing
from hybridcompose.engine.summary import markdown


def test_it_names_the_outcome_the_problems_and_every_service() -> None:
    outcome = Outcome(errors=(("db", "db is unhealthy: *no* check\nsucceeded"),))
    text = markdown("notes", outcome, [Standing("db", "starting", 1.25, None), Standing("web", "", 0, None)], 61)
    assert text == (
        "### notes: failed after 61 s\n\n"
        "> db: db is unhealthy: \\*no\\* check succeeded\n\n"
        "| Service | State | At |\n| --- | --- | --- |\n"
        "| db | starting | 1.2 s |\n| web | not started | 0.0 s |\n\n"
    )


def test_the_exit_code_is_the_outcome() -> None:
    assert markdown("notes", Outcome(3), [], 1).startswith("### notes: exit code 3 after 1 s\n")
    assert markdown("notes", Outcome(0), [], 1).startswith("### notes: passed after 1 s\n")
