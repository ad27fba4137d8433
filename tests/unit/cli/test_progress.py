from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from hybridcompose.cli.progress import JsonLines, Plain, Quiet, chosen
from hybridcompose.cli.progress_groups import GITHUB, GITLAB, Grouped, Phased, System
from hybridcompose.cli.progress_table import Table
from hybridcompose.engine.progress import IMAGE, NAMESPACE, SERVICE, Event, Output, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILDING = Event(IMAGE, "web", "building")
BUILT = Event(IMAGE, "web", "built", Status.DONE, "sha256:d")
LINE = Output("web", "compiling")
#: Groups are written ``<title:lines>``, or ``<title+lines>`` where they are open.
SYSTEM = System("", lambda title, closed: f"<{title}{':' if closed else '+'}", lambda _: ">", ",".join)


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
    display = Grouped(SYSTEM, lines.append)
    for event in (LINE, Output("db", "x"), LINE._replace(line="linking"), BUILT):
        display.tell(event)
    display.close()
    assert lines == [
        "<output of the build of web:compiling,linking>",
        "image of web: built, sha256:d\n",
        "<output of the build of db:x>",
    ]


def _shown(*told: Event | Output | str, display: type[Grouped] = Phased) -> list[str]:
    """What is written, also to standard output; texts with a bar are lines of services, others notes."""
    lines: list[str] = []
    shown = display(SYSTEM, lambda text: lines.append(text.rstrip("\n")))
    for one in told:
        if not isinstance(one, str):
            shown.tell(one)
        elif "|" in one:
            shown.beside(one)
            lines.append(one)
        else:
            shown.note(one)
    shown.close()
    return lines


def _service(name: str, text: str, status: Status = Status.WORKING) -> Event:
    return Event(SERVICE, name, text, status)


def test_the_phases_of_a_run_are_groups_and_what_services_write_is_open() -> None:
    assert _shown(
        LINE,
        BUILT,
        _service("web", "waiting"),
        _service("web", "created"),
        "web-1  | serving",
        _service("tests", "created"),
        "tests-1  | good",
        _service("tests", "exited with code 0", Status.DONE),
        _service("web", "stopping"),
        "web-1  | bye",
        _service("web", "removed", Status.DONE),
        Event(NAMESPACE, "p", "removed", Status.DONE),
    ) == [
        "<output of the build of web:compiling>",
        "image of web: built, sha256:d",
        "<start of the services:",
        "service web: created",
        ">",
        "<output of the services+",
        "web-1  | serving",
        "service tests: created",
        "tests-1  | good",
        "service tests: exited with code 0",
        ">",
        "<clean-up:",
        "service web: stopping",
        "web-1  | bye",
        "service web: removed",
        "namespace p: removed",
        ">",
    ]


def test_what_went_wrong_stands_outside_of_groups_with_the_last_lines_of_the_service() -> None:
    assert _shown(
        _service("web", "created"),
        "web-1   | serving",
        "tests-1 | bad",
        "tests-1-more | not of it",
        _service("tests", "exited with code 3", Status.ERROR),
        "web-1   | going on",
        "it takes too long",
        _service("web", "stopping"),
    ) == [
        "<start of the services:",
        "service web: created",
        ">",
        "<output of the services+",
        "web-1   | serving",
        "tests-1 | bad",
        "tests-1-more | not of it",
        ">",
        "service tests: exited with code 3",
        "tests-1 | bad",
        "<output of the services (2)+",
        "web-1   | going on",
        ">",
        "it takes too long",
        "<clean-up:",
        "service web: stopping",
        ">",
    ]


def test_a_build_that_ends_while_services_start_is_in_no_other_group() -> None:
    assert _shown(_service("db", "created"), LINE, BUILT, _service("web", "created")) == [
        "<start of the services:",
        "service db: created",
        ">",
        "<output of the build of web:compiling>",
        "image of web: built, sha256:d",
        "<start of the services (2):",
        "service web: created",
        ">",
    ]


def test_what_a_build_writes_gives_github_no_commands() -> None:
    text = GITHUB.fold("title", ["::error::no"])
    first, stop, line, go, last = text.splitlines()
    token = stop.removeprefix("::stop-commands::")
    assert (first, line, go, last) == ("::group::title", "::error::no", f"::{token}::", "::endgroup::")
    assert token not in GITHUB.fold("title", [])


def test_a_section_of_gitlab_has_a_name_without_spaces() -> None:
    text = GITLAB.fold("output of web", ["x"])
    assert ":output_of_web[collapsed=true]\r\x1b[0Koutput of web\nx\n" in text
    assert text.endswith(":output_of_web\r\x1b[0K\n")
    assert ":output\r" in GITLAB.begin("output", False)


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
    assert type(chosen(form, environment, phases=True)) is (Phased if kind is Grouped else kind)
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
