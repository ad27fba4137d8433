"""The two scripts of a streamed context, run by this machine's shell; and what a Job looks like that waits."""

from __future__ import annotations

import hashlib
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.contents import Contents
from hybridcompose.translate.kaniko_stream import FILE, RECEIVE, WAIT
from hybridcompose.translate.options import ContextMode
from tests.unit.translate.test_kaniko import Result, built, facts_of

if TYPE_CHECKING:
    from pathlib import Path

    from hybridcompose.gather.facts import BuildFacts

CONTENT = bytes(range(256)) * 1000
SUM = hashlib.sha256(CONTENT).hexdigest()


def receive(
    file: Path, data: bytes, size: int = len(CONTENT), checksum: str = SUM
) -> subprocess.CompletedProcess[bytes]:
    command = ["sh", "-c", RECEIVE, "receive", str(file), str(size), checksum]
    return subprocess.run(command, input=data, capture_output=True, check=False, timeout=20)


def wait(file: Path, seconds: int) -> subprocess.Popen[str]:
    command = ["sh", "-c", WAIT, "receive-context", str(file), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_what_arrives_whole_gets_its_name_without_an_end_of_input(tmp_path: Path) -> None:
    file = tmp_path / "context.tar.gz"
    command = ["sh", "-c", RECEIVE, "receive", str(file), str(len(CONTENT)), SUM]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(CONTENT)
        process.stdin.flush()
        assert process.wait(20) == 0
    assert file.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("data", [b"", CONTENT[:1000], CONTENT[::-1]], ids=["empty", "short", "other"])
def test_what_is_not_whole_leaves_nothing(tmp_path: Path, data: bytes) -> None:
    done = receive(tmp_path / "context.tar.gz", data)
    assert done.returncode == 1
    assert b"not the whole archive" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_second_stream_succeeds_after_a_broken_one(tmp_path: Path) -> None:
    file = tmp_path / "context.tar.gz"
    assert receive(file, CONTENT[:1000]).returncode == 1
    assert receive(file, CONTENT).returncode == 0
    assert file.read_bytes() == CONTENT


def test_a_context_that_is_there_is_not_written_again(tmp_path: Path) -> None:
    file = tmp_path / "context.tar.gz"
    file.write_bytes(CONTENT)
    assert receive(file, b"").returncode == 0
    assert file.read_bytes() == CONTENT


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = receive(tmp_path / "missing" / "context.tar.gz", CONTENT)
    assert done.returncode == 1
    assert b"cannot be written" in done.stderr


def test_the_waiting_ends_when_the_file_is_there(tmp_path: Path) -> None:
    file = tmp_path / "context.tar.gz"
    with wait(file, 20) as waiting:
        file.write_bytes(CONTENT)
        assert waiting.wait(10) == 0


def test_the_waiting_ends_with_a_message_where_nothing_comes(tmp_path: Path) -> None:
    with wait(tmp_path / "context.tar.gz", 1) as waiting:
        _, told = waiting.communicate(timeout=10)
    assert waiting.returncode == 1
    assert told.startswith("hybridcompose: nothing of the build context arrived for 1 s.")


def test_the_waiting_goes_on_while_something_comes(tmp_path: Path) -> None:
    end = time.monotonic() + 4
    with wait(tmp_path / "context.tar.gz", 2) as waiting:
        with (tmp_path / "context.tar.gz.7.part").open("wb", buffering=0) as part:
            while time.monotonic() < end:
                part.write(b"x")
                assert waiting.poll() is None
                time.sleep(0.05)
        (tmp_path / "context.tar.gz").touch()
        assert waiting.wait(10) == 0


def test_a_job_that_is_deleted_while_it_waits_ends_at_once(tmp_path: Path) -> None:
    with wait(tmp_path / "context.tar.gz", 20) as waiting:
        assert waiting.stdout is not None
        waiting.terminate()
        assert waiting.wait(5) in (1, -15)


def large(**more: Any) -> BuildFacts:
    streamed = {"streamed_size": 3 << 20, "streamed_sha256": "ab", "source": Contents("/p")}
    given = {"archive": None, "archive_size": 3 << 20, **streamed, **more}
    return facts_of(**given)


def streamed(**options: Any) -> Result:
    return built(facts=large(), server_side_apply=True, streaming=True, **options)


def test_a_context_that_no_object_holds_is_streamed_where_somebody_sends_it() -> None:
    result = streamed()
    assert result.findings == []
    assert [resource.key.kind for resource in result.draft.resources] == ["Job"]
    (image,) = result.draft.images
    assert image.context is not None
    assert (image.context.container, image.context.size, image.context.sha256) == ("receive-context", 3 << 20, "ab")
    assert image.context.command[-3:] == (FILE, str(3 << 20), "ab")
    assert image.context.source == Contents("/p")


def test_the_builder_reads_the_file_that_the_init_container_waits_for() -> None:
    pod = streamed(context_timeout=7).pod
    (receiver,) = pod["initContainers"]
    assert receiver["args"] == [FILE, "7"]
    (mount,) = receiver["volumeMounts"]
    assert {"name": mount["name"], "emptyDir": {}} in pod["volumes"]
    (builder,) = pod["containers"]
    assert f"--context=tar://{FILE}" in builder["args"]
    assert {**mount, "readOnly": True} in builder["volumeMounts"]
    assert FILE.startswith(mount["mountPath"])


def test_the_receiver_needs_nothing_of_the_node() -> None:
    (receiver,) = streamed().pod["initContainers"]
    assert receiver["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert receiver["securityContext"]["readOnlyRootFilesystem"] is True


def test_a_small_context_stays_in_its_object_unless_a_stream_is_asked_for() -> None:
    facts = facts_of(source=Contents("/p"), streamed_size=4, streamed_sha256="ab")
    kept = built(facts=facts, streaming=True)
    assert kept.draft.images[0].context is None
    assert "initContainers" not in kept.pod
    forced = built(facts=facts, streaming=True, context_mode=ContextMode.STREAM)
    assert forced.draft.images[0].context is not None
    assert forced.job["metadata"]["name"] != kept.job["metadata"]["name"]


def test_a_large_context_in_rendered_manifests_is_an_error_that_names_up() -> None:
    error = built(facts=large()).error()
    assert error.code is Code.CONTEXT_TOO_LARGE
    assert "run up or build, which stream it" in (error.remedy or "")


def test_a_stream_in_rendered_manifests_is_refused() -> None:
    error = built(facts=large(), context_mode=ContextMode.STREAM).error()
    assert (error.code, error.severity) == (Code.INVALID_OPTION, Severity.ERROR)
    assert "run up or build" in (error.remedy or "")


def test_a_large_context_is_not_streamed_where_only_objects_are_wanted() -> None:
    error = built(facts=large(), server_side_apply=True, streaming=True, context_mode=ContextMode.CONFIGMAP).error()
    assert error.code is Code.CONTEXT_TOO_LARGE
    assert "leave out --context-mode configmap" in (error.remedy or "")


def test_facts_that_cannot_make_the_archive_again_are_too_large() -> None:
    facts = large(source=None)
    assert built(facts=facts, server_side_apply=True, streaming=True).error().code is Code.CONTEXT_TOO_LARGE
