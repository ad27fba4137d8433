"""Values that are long, deep, or go round in circles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hostile.case import RENDER, WEB, Hostile, compose, put, service

if TYPE_CHECKING:
    from pathlib import Path

_LONG = 1_000_000
_INVALID = "error[invalid-value]"


def _ring(count: int, key: str) -> str:
    return "services:\n" + "".join(f"  s{n}: {{image: a, {key}: {_of(key, (n + 1) % count)}}}\n" for n in range(count))


def _of(key: str, number: int) -> str:
    return f"[s{number}]" if key == "depends_on" else f"s{number}"


CIRCLES = (
    compose(
        "1,000 services that extend each other",
        lambda: _ring(1000, "extends"),
        "compose.yaml:1001:29: error[extends-cycle]",
    ),
    compose(
        "a chain of 3,000 services",
        lambda: _ring(3000, "extends").replace("extends: s0}", "command: x}"),
    ),
    compose(
        "5,000 that depend on each other",
        lambda: _ring(5000, "depends_on"),
        "compose.yaml:2:31: error[dependency-cycle]",
    ),
    compose(
        "a service that extends itself", lambda: "services: {a: {extends: a}}\n", "compose.yaml:1:25: error[extends"
    ),
)
INTERPOLATION = (
    service(
        "defaults in defaults",
        lambda: f'command: ["{"${A:-" * 10_000}x{"}" * 10_000}"]',
        "compose.yaml:4:16: error[invalid-interpolation]",
    ),
    service(
        "open defaults",
        lambda: f'command: ["{"${A:-" * 100_000}"]',
        "compose.yaml:4:16: error[invalid-interpolation]",
    ),
    service("open braces", lambda: f'command: ["{"${" * 500_000}"]', "compose.yaml:4:16: error[invalid-interpolation]"),
    service("braces in a default", lambda: f'command: ["${{A:-{"{" * 500_000}"]', "compose.yaml:4:16: error[invalid"),
    service("many defaults", lambda: f'command: ["{"${A:-x}" * 100_000}"]'),
    service("a long default", lambda: f'command: ["${{A:-{"x" * 5_000_000}}}"]'),
    service("dollar signs", lambda: f'command: ["{"$" * 1_000_000}"]'),
    service(
        "20,000 variables that are not set",
        lambda: "environment:\n" + "".join(f"      A{n}: ${{A{n}}}\n" for n in range(20_000)),
        "compose.yaml:5:11: warning[unset-variable]",
    ),
    service(
        "20,000 variables that must be set",
        lambda: "environment:\n" + "".join(f"      A{n}: ${{A{n}:?}}\n" for n in range(20_000)),
        "compose.yaml:5:11: error[required-variable]",
    ),
)


def _growing(directory: Path) -> None:
    """A variable of 1 MB, a thousand times, on a line of 4 KB."""
    put(directory, ".env", f"A={'a' * _LONG}\n")
    put(directory, "compose.yaml", f"{WEB}    command: [{'$A, ' * 1000}]\n")


GROWING = (Hostile("a long variable, often", _growing, "compose.yaml:4:"),)
LONG = (
    service("an integer of a million digits", lambda: f"mem_limit: {'9' * _LONG}", f"compose.yaml:4:16: {_INVALID}"),
    service("in hexadecimal", lambda: f"x-a: 0x{'f' * _LONG}"),
    service("in octal", lambda: f"x-a: 0{'7' * _LONG}"),
    service("a float of a million digits", lambda: f"x-a: 1.{'1' * _LONG}"),
    service("a float with a long exponent", lambda: f"cpus: 1e{'9' * _LONG}", f"compose.yaml:4:11: {_INVALID}"),
    service("a scale of a million digits", lambda: f"scale: '{'9' * _LONG}'", f"compose.yaml:4:12: {_INVALID}"),
    service("CPUs of a million digits", lambda: f"cpus: '{'9' * _LONG}'", f"compose.yaml:4:11: {_INVALID}"),
    service("an umask of a million digits", lambda: f"umask: '0{'7' * _LONG}'", f"compose.yaml:4:12: {_INVALID}"),
    service("a port of digits", lambda: f"ports: ['{'1' * _LONG}']", f"compose.yaml:4:13: {_INVALID}"),
    service("a port of blanks", lambda: f"ports: ['{' ' * _LONG}']", f"compose.yaml:4:13: {_INVALID}"),
    service("a port of colons", lambda: f"ports: ['{':' * _LONG}']", f"compose.yaml:4:13: {_INVALID}"),
    service("a port of addresses", lambda: f"ports: ['{'1.' * _LONG}:80:80']", f"compose.yaml:4:13: {_INVALID}"),
    service("every port", lambda: "ports: ['1-65535:1-65535']"),
    service(
        "every port of 100 addresses",
        lambda: f"ports: [{', '.join(f'10.0.0.{n}:1-65535:1-65535' for n in range(100))}]",
        "compose.yaml:4:65: error[invalid-value]",
    ),
    service("a range of ports", lambda: f"expose: ['{'1-' * _LONG}']", f"compose.yaml:4:14: {_INVALID}", RENDER),
    service("a size of digits", lambda: f"mem_limit: '{'1' * _LONG}'", f"compose.yaml:4:16: {_INVALID}"),
    service("a size of blanks", lambda: f"mem_limit: '{' ' * _LONG}'", f"compose.yaml:4:16: {_INVALID}"),
    service("a size of points", lambda: f"mem_limit: '{'1.' * _LONG}'", f"compose.yaml:4:16: {_INVALID}"),
    service("a duration of digits", lambda: f"stop_grace_period: '{'1' * _LONG}s'", f"compose.yaml:4:24: {_INVALID}"),
    service("a duration of seconds", lambda: f"stop_grace_period: '{'1s' * _LONG}'"),
    service("a duration of points", lambda: f"stop_grace_period: '{'.' * _LONG}'", f"compose.yaml:4:24: {_INVALID}"),
    service("a name of dashes", lambda: f"container_name: '{'-' * _LONG}'", f"compose.yaml:4:21: {_INVALID}"),
    service(
        "a pull policy of weeks", lambda: f"pull_policy: 'every_{'1w' * 300_000}x'", f"compose.yaml:4:18: {_INVALID}"
    ),
    service("a volume of colons", lambda: f"volumes: ['{'a:' * _LONG}']", f"compose.yaml:4:15: {_INVALID}"),
    service("a volume of slashes", lambda: f"volumes: ['{'/' * _LONG}']", f"compose.yaml:4:15: {_INVALID}", RENDER),
    service("a command of words", lambda: f"command: '{'a ' * 300_000}'"),
    service("a command of quotes", lambda: 'command: "' + "'" * 500_000 + '"'),
    service("a user of digits", lambda: f"user: '{'1' * _LONG}'", "compose.yaml:4:11: error[unknown-user]", RENDER),
    service(
        "a restart of digits",
        lambda: f"restart: 'on-failure:{'1' * _LONG}'",
        "compose.yaml:4:14: warning[invalid",
        RENDER,
    ),
    service("hosts of colons", lambda: f"extra_hosts: ['{'a:' * _LONG}']", f"compose.yaml:4:19: {_INVALID}", RENDER),
    service(
        "a shared network of a long name",
        lambda: f"network_mode: 'service:{'a' * _LONG}'",
        "compose.yaml:4:19: error[undefined",
    ),
    service("a billion replicas", lambda: "scale: 1000000000", f"compose.yaml:4:12: {_INVALID}", RENDER),
    compose("a project name of 1 MB", lambda: f"name: {'a' * _LONG}\n{WEB}", "", RENDER),
    compose(
        "a service name of 1 MB",
        lambda: f"services:\n  ? {'a' * _LONG}\n  : {{image: a}}\n",
        "compose.yaml:2:5: warning",
        RENDER,
    ),
)
