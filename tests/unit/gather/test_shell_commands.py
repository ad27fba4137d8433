from __future__ import annotations

import pytest

from hybridcompose.gather.dockerfile import parse_dockerfile
from hybridcompose.gather.shell_commands import Change, changes


def read(text: str, directory: str | None = "/w", **known: str) -> list[Change]:
    return list(changes(parse_dockerfile(f"FROM a\nRUN {text}\n", {}).stages[0].instructions[0], directory, known))


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("mkdir -p /a/b c", Change("directory", ("/a/b", "/w/c"))),
        ("mkdir -pm 700 /a", Change("directory", ("/a",), mode="700")),
        ("mkdir --mode=0750 $X/y", Change("directory", ("/x/y",), mode="0750")),
        ("install -d -o app -g staff -m 2750 /a", Change("directory", ("/a",), "app", "2750")),
        ("true && cd d && chown -R app:staff .", Change("owner", ("/w/d",), "app:staff", recursive=True)),
        ("chmod g+s '/a b'", Change("mode", ("/a b",), mode="g+s")),
        ('["chmod", "4755", "/x"]', Change("mode", ("/x",), mode="4755")),
        ("<<EOF\nchmod 600 /x\nEOF", Change("mode", ("/x",), mode="600")),
        ("ln /one two", Change("link", ("/one", "/w/two"))),
        ("ln -sf ../one two", Change("symlink", ("/w/two",), "../one")),
        ("useradd -u 5 --gid=6 -m app", Change("account", owner="app", numbers=(5, 6))),
        ("echo 'app:x:5:6:me:/:/bin/sh' >> /etc/passwd", Change("account", owner="app", numbers=(5, 6))),
    ],
)
def test_what_a_command_plainly_does_is_read(text: str, change: Change) -> None:
    assert read(text, X="/x") == [change]


@pytest.mark.parametrize(
    "text",
    ["make", "useradd app", "echo chmod", "install -m 755 x /x", "ln /a /b /c", "ln -s a b c", 'chmod "755 /x'],
)
def test_what_says_nothing_of_the_kind_is_left_out(text: str) -> None:
    assert read(text) == []


def test_names_that_a_shell_expands_are_left_out() -> None:
    assert read("chown app /a/* $UNKNOWN /b ~/c") == [Change("owner", ("/b",), "app")]
    assert read("chmod 700 relative", None) == [Change("mode", mode="700")]
