"""``build`` on a real cluster: what is built again, what is shown, and what is left when something goes wrong."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import hybridcompose as hc
from tests.cluster.client import until
from tests.e2e.program import environment

if TYPE_CHECKING:
    from tests.cluster.builder import Builder


def test_only_what_has_changed_is_built_again(builder: Builder) -> None:
    builder.write("COPY . /app\n", used="1", ignored="1", **{".dockerignore": "ignored\n"})
    metadata = builder.directory / "metadata.json"

    def digest(*arguments: str) -> str:
        done = builder.build("--metadata-file", str(metadata), *arguments)
        assert done.returncode == 0, done.stderr
        (entry,) = json.loads(metadata.read_text(encoding="utf-8")).values()
        assert entry["image.name"].startswith(f"{builder.cluster.registry}/{builder.name}-app:")
        return str(entry["containerimage.digest"])

    first = digest()
    (job,) = builder.jobs()
    assert digest() == first
    builder.write("COPY . /app\n", ignored="2")
    assert digest() == first
    assert builder.jobs() == [job]
    # Who cannot ask the registry knows it from the Job.
    assert digest("--ask-registry", "none") == first
    assert builder.jobs() == [job]
    builder.write("COPY . /app\n", used="2")
    assert digest() != first
    assert len(builder.jobs()) == 2
    # What the Jobs were made from is not needed any more.
    assert {name.partition("/")[0] for name in builder.objects()} == {"job.batch", "pod"}


def test_a_build_that_is_asked_for_anew_is_made_anew(builder: Builder) -> None:
    builder.write("COPY a /a\n", a=builder.name)
    before: list[str] = []
    for arguments in ((), ("--no-cache",), ("--pull", "--ask-registry", "none")):
        done = builder.build(*arguments)
        assert done.returncode == 0, done.stderr
        assert not set(before).intersection(builder.jobs())
        before = builder.jobs()
    # The base image is what it was.
    assert builder.build("--pull").returncode == 0
    assert builder.jobs() == before


def test_build_arguments_of_the_command_win(builder: Builder) -> None:
    builder.write("ARG WHO=file\nRUN echo for $WHO >/who && cat /who\n")
    done = builder.build("--build-arg", "WHO=flag")
    assert done.returncode == 0, done.stderr
    assert "app | for flag\n" in done.stderr


def test_the_library_returns_what_can_be_pulled(builder: Builder) -> None:
    builder.write("COPY a /a\n", a="1")
    project = hc.load(builder.file, project_name=builder.name, environment={})
    references = hc.build(project, kubeconfig=str(builder.cluster.kubeconfig), **builder.options)
    assert list(references) == ["app"]
    name, _, digest = references["app"].partition("@")
    assert name.startswith(f"{builder.cluster.registry}/{builder.name}-app:")
    assert digest.startswith("sha256:")


def test_a_rehearsal_says_what_would_be_built_and_makes_nothing(builder: Builder) -> None:
    builder.write("COPY a /a\n", a="1")
    done = builder.build("--dry-run")
    assert done.returncode == 0, done.stderr
    assert "DRY-RUN MODE - image of app: would be built and pushed as" in done.stdout
    assert builder.cluster.kubectl("get", "namespace", builder.name, check=False).returncode != 0
    assert builder.build().returncode == 0
    assert builder.build("--dry-run").stdout == "DRY-RUN MODE - image of app: is there already\n"


# --- what goes wrong


def test_a_step_that_fails_is_shown_with_its_line_its_words_and_its_code(builder: Builder) -> None:
    builder.write("RUN echo fine\nRUN echo about to fail && exit 5\nRUN echo never\n")
    done = builder.build()
    assert done.returncode == 20, done.stderr
    told = done.stderr
    assert "--- the last lines of the build of app (Dockerfile:3, RUN echo about to fail && exit 5)\n" in told
    assert "    about to fail\n" in told
    assert "app/Dockerfile:3:1: error[build-failed] services.app.build" in told
    assert "RUN echo about to fail && exit 5 ended with code 5" in told
    # The namespace was made for the build, and goes with it.
    until(lambda: not builder.objects(), "the end of the namespace's objects")


def test_a_failed_build_leaves_nothing_in_a_namespace_that_was_there(builder: Builder) -> None:
    builder.make_namespace()
    builder.write("RUN exit 3\n")
    assert builder.build().returncode == 20
    builder.nothing_is_left()
    assert builder.cluster.kubectl("get", "namespace", builder.name, check=False).returncode == 0


def test_a_registry_that_does_not_answer_is_named_as_the_cause(builder: Builder) -> None:
    builder.write("COPY a /a\n", a="1")
    nobody = f"{builder.cluster.registry.partition(':')[0]}:1"
    done = builder.build(registry=nobody)
    assert done.returncode == 20, done.stderr
    assert "the registry cannot be reached from the cluster: " in done.stderr
    assert "connection refused" in done.stderr
    builder.nothing_is_left()


def test_a_base_image_that_is_not_there_is_named_as_the_cause(builder: Builder) -> None:
    builder.write("")
    (builder.directory / "app" / "Dockerfile").write_text(f"FROM {builder.cluster.registry}/nothing:1\nRUN true\n")
    done = builder.build()
    assert done.returncode == 20, done.stderr
    assert "a base image is not there: " in done.stderr
    builder.nothing_is_left()


def test_a_build_that_is_too_slow_ends_and_says_what_limits_it(builder: Builder) -> None:
    builder.write("RUN sleep 300\n")
    done = builder.build("--build-timeout", "5")
    assert done.returncode == 20, done.stderr
    assert "--build-timeout" in done.stderr
    builder.nothing_is_left()


def test_a_quota_that_admits_no_pod_is_named_as_the_cause(builder: Builder) -> None:
    builder.make_namespace()
    builder.kubectl("create", "quota", "none", "--hard=pods=0")
    builder.write("COPY a /a\n", a="1")
    done = builder.build()
    assert done.returncode == 20, done.stderr
    assert "its pod cannot be made: " in done.stderr
    assert "exceeded quota: none" in done.stderr
    builder.nothing_is_left()


def test_a_pod_that_somebody_deletes_fails_the_build(builder: Builder) -> None:
    builder.make_namespace()
    builder.write("RUN echo begun && sleep 300\n")
    with subprocess.Popen(builder.command("build"), env=environment(), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("app | begun" in line for line in process.stderr)
        builder.kubectl("delete", "pods", "--all", "--wait=false")
        rest = process.stderr.read()
        assert process.wait(120) == 20, rest
    assert "its pod was deleted before the build had ended" in rest
    builder.nothing_is_left()
