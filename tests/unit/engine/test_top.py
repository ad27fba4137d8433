"""Processes from what /proc says."""

from __future__ import annotations

import time

from hybridcompose.engine.top import processes, table

_STAT = "{pid} ({name}) S {parent} 1 1 0 -1 0 0 0 0 0 {user} {system} 0 0 20 0 1 0 {start} 0 0"


def _line(pid: int, command: str, *, name: str = "x", parent: int = 1, ticks: int = 0) -> str:
    stat = _STAT.format(pid=pid, name=name, parent=parent, user=ticks, system=50, start=5_000)
    return f"1000\t{stat}\t{command}"


def test_a_process_is_read_whatever_its_name_is() -> None:
    (found,) = processes("\n".join(["100.50", _line(7, "httpd -f ", name="a) (b c", ticks=6_100)]), 1_000.0)
    assert found == ("1000", 7, 1, 1_000.0 - 100.5 + 50, 61, "httpd -f")


def test_what_reads_the_processes_is_not_among_them() -> None:
    own = [_line(8, "/bin/sh -c  read -r up rest </proc/uptime; "), _line(9, r"tr \000\n\t    ")]
    assert [one.pid for one in processes("\n".join(["1.0", _line(1, "web"), *own]), 10.0)] == [1]


def test_a_process_without_a_command_line_has_its_name_in_brackets() -> None:
    assert next(processes("\n".join(["1.0", _line(1, "", name="kworker")]), 10.0)).command == "[kworker]"


def test_the_columns_are_those_of_ps_in_order_of_the_numbers() -> None:
    found = processes("\n".join(["1.0", _line(10, "b", ticks=360_000), _line(2, "a")]), 1_000.0)
    clock = time.strftime("%H:%M", time.localtime(1_049.0))
    assert list(table(found)) == [
        ("1000", "2", "1", "0", clock, "?", "00:00:00", "a"),
        ("1000", "10", "1", "0", clock, "?", "01:00:00", "b"),
    ]
