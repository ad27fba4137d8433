from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from hybridcompose.cli.progress import JsonLines, Plain, Quiet, chosen
from hybridcompose.cli.progress_groups import Grouped, github, gitlab
from hybridcompose.cli.progress_table import Table
from hybridcompose.engine.progress import IMAGE, SERVICE, Event, Output, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILDING = Event(IMAGE, "web", "building")
BUILT = Event(IMAGE, "web", "built", Status.DONE, "sha256:d")
LINE = Output("web", "compiling")


def test_plain_lines_say_once_what_goes_on() -> None:
    lines: list[str] = []
    display = Plain(lines.append)
    waiting = BUILDING._replace(text="waiting")
    for event in (waiting, BUILDING, LINE, BUILDING._replace(details="[1/2] RUN make"), BUILT):
        display.tell(event)
    assert lines == ["image of web: building\n", "web | compiling\n", "image of web: built, sha256:d\n"]


def test_plain_lines_tell_every_few_seconds_how_much_is_sent() -> None:
    lines: list[str] = []
    times = iter([0.0, 1.0, 6.0, 7.0])
    display = Plain(lines.append, lambda: next(times))
    for sent in (1, 2, 3, 4):
        display.tell(Event(IMAGE, "web", f"{sent} of 4 sent", current=sent, total=4))
    assert lines == ["image of web: 3 of 4 sent\n"]


def test_groups_keep_the_lines_of_a_build_together_though_builds_run_at_once() -> None:
    lines: list[str] = []
    display = Grouped(lambda title, kept: f"<{title}: {','.join(kept)}>", lines.append)
    for event in (LINE, Output("db", "x"), LINE._replace(line="linking"), BUILT):
        display.tell(event)
    display.close()
    assert lines == [
        "<output of the build of web: compiling,linking>",
        "image of web: built, sha256:d\n",
        "<output of the build of db: x>",
    ]


def test_what_a_build_writes_gives_github_no_commands() -> None:
    text = github("title", ["::error::no"])
    first, stop, line, go, last = text.splitlines()
    token = stop.removeprefix("::stop-commands::")
    assert (first, line, go, last) == ("::group::title", "::error::no", f"::{token}::", "::endgroup::")
    assert token not in github("title", [])


def test_a_section_of_gitlab_has_a_name_without_spaces() -> None:
    text = gitlab("output of web", ["x"])
    assert ":output_of_web[collapsed=true]\r\x1b[0Koutput of web\nx\n" in text
    assert text.endswith(":output_of_web\r\x1b[0K\n")


def test_json_has_the_keys_of_docker_composes_progress() -> None:
    lines: list[str] = []
    display = JsonLines(lines.append)
    for event in (BUILT, LINE, Event(IMAGE, "web", "sending", current=1, total=4)):
        display.tell(event)
    display.note("said")
    assert [json.loads(line) for line in lines] == [
        {"id": "image of web", "status": "Done", "text": "built", "details": "sha256:d"},
        {"id": "image of web", "status": "Working", "text": "output", "details": "compiling"},
        {"id": "image of web", "status": "Working", "text": "sending", "current": 1, "total": 4, "percent": 25},
        {"text": "said"},
    ]


def drawn() -> tuple[Table, io.StringIO]:
    file = io.StringIO()
    return Table(Console(file=file, force_terminal=True, width=60, color_system=None), lambda: 1.5), file


def test_the_table_shows_each_image_and_ends_with_the_last_build() -> None:
    table, file = drawn()
    for event in (BUILDING, BUILDING._replace(name="db"), BUILDING._replace(details="[2/3] RUN make"), BUILT):
        table.tell(event)
    assert table.above("a line of the result")
    table.tell(BUILT._replace(name="db"))
    assert not table.above("another")
    last = [line.rstrip() for line in file.getvalue().splitlines() if "built" in line][-2:]
    assert [" ".join(line.replace("\x1b[2K", "").split()[:4]) for line in last] == [
        "✔ image of web",
        "✔ image of db",
    ]


def test_what_does_not_fit_is_cut_from_the_details() -> None:
    table, file = drawn()
    table.tell(BUILDING._replace(name="a-long-name-of-a-service", details="[2/3] RUN " + "x" * 80))
    table.close()
    line = next(line for line in reversed(file.getvalue().splitlines()) if "building" in line).rstrip()
    assert "a-long-name-of-a-service" in line
    assert line.endswith("0.0s")
    assert "…" in line


def test_nothing_is_drawn_where_all_is_there_already() -> None:
    table, file = drawn()
    table.tell(BUILT)
    table.tell(Event(SERVICE, "web", "running", Status.DONE))
    assert file.getvalue() == "image of web: built, sha256:d\nservice web: running\n"


@pytest.mark.parametrize(
    ("form", "environment", "kind"),
    [
        ("auto", {}, Plain),
        ("plain", {"GITHUB_ACTIONS": "true"}, Grouped),
        ("auto", {"GITLAB_CI": "true"}, Grouped),
        ("json", {"GITHUB_ACTIONS": "true"}, JsonLines),
        ("quiet", {}, Quiet),
        ("tty", {"CI": "true"}, Table),
    ],
)
def test_the_form_is_what_was_asked_for_else_what_suits_the_place(
    form: str, environment: Mapping[str, str], kind: type[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert type(chosen(form, environment)) is kind
    assert type(chosen(form, environment, quiet=True)) is Quiet


def test_services_are_drawn_beside_images_and_what_ends_later_is_a_line() -> None:
    table, file = drawn()
    for event in (
        Event(SERVICE, "web", "waiting"),
        Event(SERVICE, "db", "starting"),
        Event(SERVICE, "db", "healthy", Status.DONE),
    ):
        table.tell(event)
    assert table.above("a line of the result")
    table.tell(Event(SERVICE, "web", "running", Status.DONE))
    assert not table.above("another")
    drawn_rows = file.getvalue()
    assert "✔ service db" in drawn_rows
    table.tell(Event(SERVICE, "web", "exited with code 0", Status.DONE))
    assert file.getvalue().removeprefix(drawn_rows) == "service web: exited with code 0\n"


def test_plain_lines_do_not_say_what_waits() -> None:
    lines: list[str] = []
    display = Plain(lines.append)
    for text in ("waiting", "created", "starting"):
        display.tell(Event(SERVICE, "web", text))
    assert lines == ["service web: created\n", "service web: starting\n"]
