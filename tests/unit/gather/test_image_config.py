from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hybridcompose.gather.dockerfile import DockerfileError, parse_dockerfile
from hybridcompose.gather.facts import CopiedPath, ImageConfig, ImageHealthcheck
from hybridcompose.gather.image_config import image_of
from hybridcompose.spec import Duration

if TYPE_CHECKING:
    from pathlib import Path


def config(text: str, *, context: str | None = None, target: str | None = None, **args: str) -> ImageConfig:
    parsed = parse_dockerfile(text, args)
    return image_of(parsed, parsed.ancestry(parsed.target(target)), args, None, context)


def test_nothing_is_known_of_a_base_image() -> None:
    assert config("FROM busybox\n") == ImageConfig()


def test_everything_is_known_of_an_image_from_scratch() -> None:
    image = config("FROM scratch\n")
    assert image.complete
    assert (image.entrypoint, image.command, image.user, image.working_dir) == ((), (), "", "/")


def test_exec_and_shell_forms_become_argument_lists() -> None:
    image = config('FROM a\nENTRYPOINT ["/e", "$X"]\nCMD serve --port $PORT\n')
    assert image.entrypoint == ("/e", "$X")
    assert image.command == ("/bin/sh", "-c", "serve --port $PORT")


def test_the_shell_form_uses_the_stage_s_shell() -> None:
    assert config('FROM a\nSHELL ["/bin/bash", "-ec"]\nCMD x\n').command == ("/bin/bash", "-ec", "x")


def test_an_entrypoint_resets_an_inherited_command_but_not_one_of_its_own_stage() -> None:
    parent = 'FROM a AS base\nCMD ["inherited"]\nFROM base\n'
    assert config(parent).command == ("inherited",)
    assert config(parent + 'ENTRYPOINT ["/e"]\n').command == ()
    assert config(parent + 'CMD ["own"]\nENTRYPOINT ["/e"]\n').command == ("own",)


def test_an_entrypoint_over_an_unknown_image_leaves_a_known_empty_command() -> None:
    assert config('FROM a\nENTRYPOINT ["/e"]\n').command == ()
    assert config("FROM a\nUSER x\n").command is None


def test_earlier_stages_are_followed_and_others_are_not() -> None:
    text = "FROM a AS base\nUSER app\nENV A=1\nFROM b AS other\nUSER root\nFROM base\nENV B=$A-2\n"
    image = config(text)
    assert image.user == "app"
    assert image.environment == {"A": "1", "B": "1-2"}
    assert config(text, target="other").user == "root"


def test_a_value_that_needs_the_base_image_s_environment_stays_unknown() -> None:
    image = config("FROM a\nENV PATH=/app/bin:$PATH HOME=/root\nENV HOME=$HOMES\nUSER $WHO\n")
    assert image.environment == {}
    assert image.user is None


def test_build_arguments_are_expanded_where_a_stage_declares_them() -> None:
    text = "ARG UID=1\nFROM a\nARG UID\nARG GID=2\nARG NONE\nUSER $UID:$GID\n"
    assert config(text).user == "1:2"
    assert config(text, UID="7", GID="8").user == "7:8"
    assert config("ARG UID=1\nFROM a\nUSER u$UID\n").user is None


def test_the_environment_wins_over_an_earlier_argument() -> None:
    assert config("FROM a\nARG V=arg\nENV V=env\nUSER $V\n").user == "env"


def test_working_directories_are_joined_and_unknown_below_an_unknown_one() -> None:
    assert config("FROM a\nWORKDIR /srv\nWORKDIR app/../web\n").working_dir == "/srv/web"
    assert config("FROM a\nWORKDIR app\n").working_dir is None


def test_exposed_ports_are_expanded_with_their_protocol() -> None:
    assert config("FROM a\nARG P=80\nEXPOSE $P 53/UDP 3000-3002\n").exposed_ports == (
        "80/tcp",
        "53/udp",
        "3000/tcp",
        "3001/tcp",
        "3002/tcp",
    )


def test_volumes_of_both_forms_add_up() -> None:
    assert config('FROM a AS b\nVOLUME /a /b\nFROM b\nVOLUME ["/c d"]\n').volumes == ("/a", "/b", "/c d")


def test_a_healthcheck_is_read_with_all_its_options() -> None:
    text = (
        "FROM a\nHEALTHCHECK --interval=5s --timeout=1m30s --start-period=10s --start-interval=500ms --retries=4"
        " \\\n  CMD curl -f http://localhost || exit 1\n"
    )
    assert config(text).healthcheck == ImageHealthcheck(
        ("CMD-SHELL", "curl -f http://localhost || exit 1"),
        Duration.parse("5s"),
        Duration.parse("90s"),
        Duration.parse("10s"),
        Duration.parse("500ms"),
        4,
    )


def test_healthchecks_take_the_exec_form_and_none() -> None:
    assert config('FROM a\nHEALTHCHECK CMD ["/h", "x"]\n').healthcheck == ImageHealthcheck(("CMD", "/h", "x"))
    assert config("FROM a\nHEALTHCHECK CMD x\nHEALTHCHECK NONE\n").healthcheck == ImageHealthcheck(("NONE",))


@pytest.mark.parametrize(
    "line", ["HEALTHCHECK curl", "HEALTHCHECK --often=1 CMD x", "HEALTHCHECK --interval=5 CMD x", "EXPOSE http", "USER"]
)
def test_an_invalid_instruction_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(DockerfileError) as error:
        config(f"FROM a\n{line}\n")
    assert error.value.line == 2


def test_what_a_stage_leaves_to_others_holds_for_the_stage_that_is_made_from_it_and_no_further() -> None:
    text = "FROM a AS base\nONBUILD USER app\nonbuild\tEXPOSE 80\nFROM base AS heir\nFROM heir\nUSER other\n"
    assert config(text, target="base").user is None
    heir = config(text, target="heir")
    assert (heir.user, heir.exposed_ports, heir.on_build) == ("app", ("80/tcp",), ())
    assert config(text).user == "other"


@pytest.mark.parametrize("trigger", ["FROM a", "MAINTAINER me", "ONBUILD RUN x", "NOTHING", "USER"])
def test_what_cannot_be_left_to_others_is_refused_with_its_line(trigger: str) -> None:
    with pytest.raises(DockerfileError) as error:
        config(f"FROM a AS b\nONBUILD {trigger}\nFROM b\n")
    assert error.value.line in (2, 3)


def test_the_stop_signal_is_known() -> None:
    assert config("FROM a\nSTOPSIGNAL SIGQUIT\n").stop_signal == "SIGQUIT"


def test_copies_from_the_context_name_where_each_source_ends_up(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "main.py").touch()
    text = 'FROM a\nWORKDIR /app\nCOPY . .\nCOPY src /srv/\nCOPY main.py src ./lib/\nADD ["main.py", "/x.py"]\n'
    assert config(text, context=str(tmp_path)).copied == (
        CopiedPath((".",), "/app"),
        CopiedPath(("src",), "/srv"),
        CopiedPath(("main.py",), "/app/lib/main.py"),
        CopiedPath(("src",), "/app/lib"),
        CopiedPath(("main.py",), "/x.py"),
    )


def test_copies_from_elsewhere_or_of_a_part_are_not_the_context_s(tmp_path: Path) -> None:
    text = (
        "FROM a AS b\nFROM a\nCOPY --from=b /x /x\nCOPY --exclude=y . /y\nADD https://host/z /z\nADD x.tar.gz /t\n"
        "COPY <<EOF /h\nEOF\nCOPY . relative\n"
    )
    assert config(text, context=str(tmp_path)).copied == ()


def test_a_stage_has_the_arguments_of_the_stage_that_it_is_made_from() -> None:
    text = "FROM scratch AS one\nARG V=1\nFROM one\nENV GOT=$V\nFROM scratch AS other\nENV GOT=[$V]\n"
    assert config(text.rpartition("FROM scratch")[0]).environment == {"GOT": "1"}
    assert config(text).environment == {"GOT": "[]"}


def test_the_ports_of_a_variable_and_those_behind_a_host_s_are_exposed() -> None:
    assert config("FROM scratch\nARG P='1 2/UDP'\nEXPOSE $P 127.0.0.1:80:3\n").exposed_ports == (
        "1/tcp",
        "2/udp",
        "3/tcp",
    )
