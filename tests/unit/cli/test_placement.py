from __future__ import annotations

import click
import pytest

from hybridcompose.cli.app import COMMANDS, app
from hybridcompose.cli.placement import behind_command


def placed(text: str) -> str:
    context = click.Context(app)
    words = behind_command(text.split(), app.params, COMMANDS, lambda name: app.get_command(context, name))
    return " ".join(words)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("-f a.yml --registry r render", "-f a.yml render --registry r"),
        ("--registry=r -n ci -f a.yml render -o out", "-f a.yml render --registry=r -n ci -o out"),
        ("--registry-insecure -p x render", "-p x render --registry-insecure"),
        ("--registry render render", "render --registry render"),
        ("-fa.yml --detach up", "-fa.yml up --detach"),
    ],
)
def test_an_option_of_the_command_may_stand_before_it(written: str, read: str) -> None:
    assert placed(written) == read


@pytest.mark.parametrize(
    "words",
    [
        "-f render render --registry r",
        "--unknown x render",
        "--registry r",
        "--registry r config",
        "-f - render",
        "logs -f web",
        "--strict --help",
        "",
    ],
)
def test_everything_else_stays_where_it_is(words: str) -> None:
    assert placed(words) == words
