"""What is set up before a program begins: by a real shell, as it would run in a container."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import ClusterError
from hybridcompose.engine import exec as engine
from hybridcompose.engine.conversation import Recorder
from hybridcompose.engine.exec import Call
from tests.unit.engine.containers import running, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.cluster.websocket_server import Session

#: Prints its own arguments, directory, and what it knows of itself.
_TELL = (
    sys.executable,
    "-c",
    "import json, os, sys; print(json.dumps([sys.argv[1:], os.getcwd(), os.environ.get('A=b'), os.environ.get('B'),"
    " os.getuid(), os.getgid(), os.getgroups(), os.environ['HOME']]))",
)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def _run(call: Call) -> subprocess.CompletedProcess[str]:
    return subprocess.run(call.words(), capture_output=True, text=True, check=False, timeout=60)


def test_a_command_alone_runs_as_it_is() -> None:
    assert Call(("ls", "-l", "a b")).words() == ("ls", "-l", "a b")


def test_directory_and_variables_reach_the_program_as_they_are(tmp_path: Path) -> None:
    place = tmp_path / "a b"
    place.mkdir()
    call = Call((*_TELL, "x=1", "$HOME", "it's"), workdir=str(place), environment=("B=c d=$e", "A=b"))
    arguments, directory, _, variable, *_ = json.loads(_run(call).stdout)
    assert (arguments, directory, variable) == (["x=1", "$HOME", "it's"], str(place), "c d=$e")


@needs_root
@pytest.mark.parametrize("user", ["", "daemon", "54321"])
@pytest.mark.parametrize("more", [{}, {"SHLVL": "7"}])
def test_a_program_sees_no_variable_of_the_shells_that_begin_it(user: str, more: dict[str, str]) -> None:
    given = {"PATH": "/usr/bin:/bin", "HOME": "/root", "USER": "of the container", **more}
    call = Call(("env",), user=user, workdir="/", environment=("A=b c",))
    done = subprocess.run(call.words(), env=given, capture_output=True, text=True, check=True, timeout=60)
    seen = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert {**seen, "HOME": "/root"} == {**given, "A": "b c"}


@needs_root
def test_su_leaves_the_environment_as_it_is_where_there_is_no_setpriv(tmp_path: Path) -> None:
    # As that of busybox, which knows no users.
    (tmp_path / "setpriv").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "setpriv").chmod(0o755)
    call = Call(("env",), user="daemon", workdir="/", environment=("A=it's",))
    given = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "HOME": "/root",
        "USER": "of the container",
        "SHELL": "/of/the/container",
    }
    done = subprocess.run(call.words(), env=given, capture_output=True, text=True, check=True, timeout=60)
    # PAM, which images of containers seldom have, adds MAIL.
    seen = dict(line.split("=", 1) for line in done.stdout.splitlines() if not line.startswith("MAIL="))
    assert seen == {**given, "HOME": "/usr/sbin", "A": "it's"}


def test_a_program_whose_name_looks_like_a_variable_is_run(tmp_path: Path) -> None:
    program = tmp_path / "a=b"
    program.write_text("#!/bin/sh\necho $C\n")
    program.chmod(0o755)
    assert _run(Call((str(program),), environment=("C=d",))).stdout == "d\n"


def test_a_directory_that_is_missing_runs_nothing(tmp_path: Path) -> None:
    done = _run(Call(("echo", "ran"), workdir=str(tmp_path / "no")))
    assert (done.returncode, done.stdout) == (126, "")


@needs_root
@pytest.mark.parametrize(
    ("user", "uid", "gid", "groups", "home"),
    [
        ("daemon", 1, 1, [1], "/usr/sbin"),
        ("1", 1, 1, [1], "/usr/sbin"),
        ("daemon:4", 1, 4, [4], "/usr/sbin"),
        ("1:daemon", 1, 1, [1], "/usr/sbin"),
        ("54321", 54321, 0, [0], "/"),
        ("54321:777", 54321, 777, [777], "/"),
    ],
)
def test_a_user_is_looked_up_as_docker_does(user: str, uid: int, gid: int, groups: list[int], home: str) -> None:
    told = json.loads(_run(Call(_TELL, user=user)).stdout)
    assert told[4:] == [uid, gid, groups, home]


#: Prints its directory, user, group, groups and home: somebody else cannot read the Python that runs the tests.
_WHO = ("sh", "-c", 'pwd; id -u; id -g; id -G; echo "$HOME"')
#: Beside a shell; the stand-in of gosu is what that does.
_TOOLS = ("setpriv", "chroot", "gosu", "python3", "perl")
_GOSU = (
    '#!/bin/sh\nspec=$1; shift; exec /usr/sbin/chroot --userspec="$spec" --groups="${spec#*:}" --skip-chdir / "$@"\n'
)


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that everybody may look into, which those of pytest are not."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


def _image(directory: Path, *tools: str) -> str:
    """A path on which only these programs are, and what every image has."""
    for name in (*tools, "sh", "id", "env", "su", "true"):
        program = directory / name
        if name == "gosu":
            program.write_text(_GOSU, encoding="utf-8")
            program.chmod(0o755)
        else:
            found = sys.executable if name == "python3" else shutil.which(name, path="/usr/sbin:/usr/bin:/bin")
            program.symlink_to(found or f"/nonexistent/{name}")
    return str(directory)


def _run_with(call: Call, path: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PATH": path}
    return subprocess.run(call.words(), env=variables, capture_output=True, text=True, check=False, timeout=60)


@needs_root
@pytest.mark.parametrize("tool", _TOOLS)
def test_any_program_that_changes_users_will_do(place: Path, tool: str) -> None:
    path = _image(place, tool)
    done = _run_with(Call(_WHO, user="54321:777", workdir="/usr"), path)
    assert done.stdout.split() == ["/usr", "54321", "777", "777", "/"], done.stderr
    assert _run_with(Call(("/nonexistent/program",), user="54321:777"), path).returncode == 127


@needs_root
def test_a_user_with_its_own_group_needs_no_more_than_su(place: Path) -> None:
    done = _run_with(Call(_WHO, user="1:1", workdir="/usr"), _image(place))
    assert done.stdout.split() == ["/usr", "1", "1", "1", "/usr/sbin"], done.stderr


@needs_root
def test_who_can_be_nobody_else_is_told_what_to_do(place: Path) -> None:
    done = _run_with(Call(_TELL, user="54321:777"), _image(place))
    assert (done.returncode, done.stdout) == (126, "")
    assert "run --user 54321:777" in done.stderr


@needs_root
@pytest.mark.parametrize(("user", "missing"), [("nosuch", "passwd"), ("daemon:nosuch", "group")])
def test_an_unknown_name_is_told(user: str, missing: str) -> None:
    done = _run(Call(("true",), user=user))
    assert (done.returncode, f"no matching entries in {missing} file" in done.stderr) == (126, True)


def test_a_detached_program_is_looked_for_before() -> None:
    done = _run(Call(("nosuch-program",), detach=True))
    assert (done.returncode, "executable file not found" in done.stdout) == (127, True)


def test_nobody_waits_for_a_detached_program(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = _run(Call(("sh", "-c", f"echo done >{pipe}"), detach=True))
    assert (done.returncode, done.stdout) == (0, "")
    assert pipe.read_text(encoding="utf-8") == "done\n"


_OCI = "failed to exec in container: OCI runtime exec failed: exec failed: unable to start container process: exec: "


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ('"nosuch": executable file not found in $PATH', 127),
        ('"/etc/passwd": permission denied', 126),
        ('"/tmp": is a directory: unknown: permission denied', 126),
    ],
)
def test_a_program_that_cannot_begin_is_told_as_docker_tells_it(tmp_path: Path, told: str, code: int) -> None:
    def fails(session: Session) -> None:
        session.say(3, json.dumps({"status": "Failure", "message": _OCI + told}).encode())

    recorder = Recorder()
    with running(tmp_path, fails, "web") as (api, _):
        assert engine.run(target_of(api), "web", Call(("x",)), recorder) == code
    assert recorder.result(code).text == f"{_OCI.partition(': ')[2]}{told}\n"


def test_an_image_without_a_shell_is_told_where_one_is_needed(tmp_path: Path) -> None:
    def fails(session: Session) -> None:
        problem = _OCI + '"/bin/sh": stat /bin/sh: no such file or directory'
        session.say(3, json.dumps({"status": "Failure", "message": problem}).encode())

    with running(tmp_path, fails, "web") as (api, _), pytest.raises(ClusterError, match="has no shell"):
        engine.run(target_of(api), "web", Call(("x",), workdir="/"), Recorder())


def test_the_container_of_that_number_is_chosen_and_no_other_taken(tmp_path: Path) -> None:
    def ends(session: Session) -> None:
        session.end(0)

    with running(tmp_path, ends, "web", "web-2") as (api, sessions):
        engine.run(target_of(api), "web", Call(("x",), number=2), Recorder())
        with pytest.raises(ClusterError, match='service "web" is not running container #3'):
            engine.run(target_of(api), "web", Call(("x",), number=3), Recorder())
        with pytest.raises(ClusterError, match='service "db" is not running'):
            engine.run(target_of(api), "db", Call(("x",)), Recorder())
    assert [session.path.split("/")[-2] for session in sessions] == ["web-2"]


def test_a_connection_that_breaks_is_an_error_and_no_exit_code(tmp_path: Path) -> None:
    def breaks(session: Session) -> None:
        session.hang_up()

    with running(tmp_path, breaks, "web") as (api, _), pytest.raises(ClusterError, match="the connection to web broke"):
        engine.run(target_of(api), "web", Call(("x",)), Recorder())
