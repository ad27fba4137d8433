from __future__ import annotations

from enum import StrEnum
from typing import get_type_hints

import click
import pytest

from hybridcompose.cli.option_flags import HELP, WITHOUT_FLAG, translation_options
from hybridcompose.translate.options import Options


@click.command
@translation_options
def _command(**options: object) -> dict[str, object]:
    return options


def _parse(*arguments: str) -> object:
    return _command.main(list(arguments), standalone_mode=False)


@pytest.mark.parametrize("name", [name for name in Options._fields if name not in WITHOUT_FLAG])
def test_every_option_of_a_translation_has_a_flag_with_a_help_text(name: str) -> None:
    (flag,) = [option for option in _command.params if option.name == name]
    assert f"--{name.replace('_', '-')}" in flag.opts
    assert HELP[name]


def test_the_flags_default_to_what_the_library_defaults_to() -> None:
    types = get_type_hints(Options)
    given = _parse()
    assert isinstance(given, dict)
    read = {
        name: types[name](value) if isinstance(types[name], type) and issubclass(types[name], StrEnum) else value
        for name, value in given.items()
    }
    assert Options(**read) == Options()


def test_values_arrive_under_the_names_of_the_fields() -> None:
    given = _parse(
        "--registry", "r:5000", "-n", "ci", "--ordering", "none", "--build-timeout", "5", "--allow-host-access"
    )
    assert isinstance(given, dict)
    assert given["registry"] == "r:5000"
    assert given["namespace"] == "ci"
    assert given["ordering"] == "none"
    assert given["build_timeout"] == 5
    assert given["allow_host_access"] is True


def test_a_value_that_is_no_choice_is_refused() -> None:
    with pytest.raises(click.BadParameter):
        _parse("--ordering", "later")


def test_what_can_be_said_several_times_is_kept_in_order() -> None:
    given = _parse("--image-rewrite", "b=c", "--image-rewrite", "a=b", "--one-shot", "tests")
    assert isinstance(given, dict)
    assert given["image_rewrite"] == ("b=c", "a=b")
    assert given["one_shot"] == ("tests",)
