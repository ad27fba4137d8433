"""The keys of ``build`` on a real builder: what the steps of a Dockerfile see, and what the registry holds then."""

from __future__ import annotations

import hashlib
import json
import platform
import urllib.request
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.cluster.builder import Builder, building
from tests.cluster.client import pod
from tests.kaniko_flags import GOOGLE, flags_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.client import Cluster, Namespace

_ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())

PROJECT = """\
services:
  args:
    build: {{context: plain, args: {{WHO: "a b", FROM_ENVIRONMENT: }}, dockerfile: args.Dockerfile}}
  target:
    build: {{context: plain, dockerfile: stages.Dockerfile, target: first}}
  labelled:
    image: {name}-labelled:one
    build:
      context: plain
      labels: {{com.example.kind: "of this"}}
      tags: ["{name}-labelled:two"]
  outside:
    build: {{context: plain, dockerfile: ../elsewhere/Dockerfile}}
  inline:
    build:
      context: plain
      dockerfile_inline: |
        FROM {base}
        COPY file /file
        RUN echo "inline has $(cat /file)" && ls -a /
  secret:
    build: {{context: plain, dockerfile: secret.Dockerfile, secrets: [token]}}
  contexts:
    build:
      context: plain
      dockerfile: contexts.Dockerfile
      additional_contexts: {{directory: ./more, image: "docker-image://{base}", other: "service:labelled"}}
  hosts:
    build: {{context: plain, dockerfile: hosts.Dockerfile, extra_hosts: ["elsewhere.example=10.1.2.3"], shm_size: 16mb}}
  platform:
    build: {{context: plain, dockerfile: platform.Dockerfile, platforms: [linux/{architecture}]}}
  mirrored:
    build: {{context: plain, dockerfile: mirrored.Dockerfile}}
  cached:
    build:
      context: cached
      cache_from: ["type=registry,ref={registry}/{name}/layers"]
      cache_to: ["type=registry,ref={registry}/{name}/layers"]
secrets:
  token: {{environment: TOKEN}}
"""
FILES = {
    "plain/file": "content",
    "plain/Dockerfile": "FROM {base}\nCOPY file /file\n",
    "plain/args.Dockerfile": 'FROM {base}\nARG WHO\nARG FROM_ENVIRONMENT\nRUN echo "<$WHO> <$FROM_ENVIRONMENT>"\n',
    "plain/stages.Dockerfile": "FROM {base} AS first\nRUN echo the first\nFROM {base}\nRUN echo the last\n",
    "plain/secret.Dockerfile": "FROM {base}\nRUN --mount=type=secret,id=token sha256sum /run/secrets/token\n",
    "plain/contexts.Dockerfile": (
        "FROM image\nCOPY --from=directory more /more\nCOPY --from=other /file /other\n"
        'RUN echo "got $(cat /more) and $(cat /other)"\n'
    ),
    "plain/hosts.Dockerfile": "FROM {base}\nRUN grep elsewhere /etc/hosts && df -k /dev/shm\n",
    "plain/platform.Dockerfile": "FROM {base}\nARG TARGETARCH\nRUN echo for $TARGETARCH\n",
    "plain/mirrored.Dockerfile": "FROM busybox:1 AS first\nRUN echo from the mirror\n",
    "elsewhere/Dockerfile": 'FROM {base}\nCOPY file /file\nRUN echo "outside has $(cat /file)"\n',
    "more/more": "a directory",
    "cached/Dockerfile": "FROM {base}\nRUN echo slow\nCOPY file /file\n",
    "cached/file": "1",
}
TOKEN = "the value of the token"


class Built(NamedTuple):
    """A project after its build, and what that has told."""

    builder: Builder
    output: str

    @property
    def name(self) -> str:
        return self.builder.name

    def lines(self, service: str) -> list[str]:
        prefix = f"{service} | "
        return [line.removeprefix(prefix) for line in self.output.splitlines() if line.startswith(prefix)]

    def from_registry(self, path: str) -> Any:
        accept = "application/vnd.docker.distribution.manifest.v2+json,application/vnd.oci.image.manifest.v1+json"
        address = f"http://{self.builder.cluster.registry}/v2/{path}"
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": accept})) as answer:
            return json.load(answer)

    def config(self, name: str, tag: str) -> Any:
        """The configuration of an image."""
        digest = self.from_registry(f"{name}/manifests/{tag}")["config"]["digest"]
        return self.from_registry(f"{name}/blobs/{digest}")


@pytest.fixture(scope="module")
def built(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    with building(cluster, tmp_path_factory.mktemp("keys")) as builder:
        words = {
            "base": cluster.image("busybox"),
            "registry": cluster.registry,
            "name": builder.name,
            "architecture": _ARCHITECTURE,
        }
        for path, text in FILES.items():
            (builder.directory / path).parent.mkdir(exist_ok=True)
            (builder.directory / path).write_text(text.format(**words), encoding="utf-8")
        (builder.directory / ".env").write_text(f"TOKEN={TOKEN}\nFROM_ENVIRONMENT=variable\n", encoding="utf-8")
        builder.file.write_text(PROJECT.format(**words), encoding="utf-8")
        yield Built(builder, builder.built(image_rewrite=f"docker.io/library={cluster.registry}/rig"))


def test_arguments_have_their_values_also_those_of_the_environment(built: Built) -> None:
    assert "<a b> <variable>" in built.lines("args")


def test_only_the_target_is_built(built: Built) -> None:
    lines = built.lines("target")
    assert "the first" in lines
    assert "the last" not in lines


def test_labels_are_in_the_image_and_every_tag_names_it(built: Built) -> None:
    repository = f"{built.name}-labelled"
    assert built.config(repository, "one")["config"]["Labels"] == {"com.example.kind": "of this"}
    assert built.from_registry(f"{repository}/manifests/two") == built.from_registry(f"{repository}/manifests/one")


def test_a_dockerfile_may_stand_outside_of_the_context(built: Built) -> None:
    assert "outside has content" in built.lines("outside")


def test_a_dockerfile_may_stand_in_the_compose_file(built: Built) -> None:
    assert "inline has content" in built.lines("inline")


def test_a_step_reads_its_secret_which_nothing_else_shows(built: Built) -> None:
    expected = hashlib.sha256(TOKEN.encode()).hexdigest()
    assert any(line.startswith(expected) for line in built.lines("secret"))
    assert TOKEN not in built.output
    (job,) = (job for job in built.builder.get("jobs") if job["metadata"]["name"].startswith("build-secret"))
    assert TOKEN not in json.dumps(job)


def test_named_contexts_are_directories_images_and_services(built: Built) -> None:
    assert "got a directory and content" in built.lines("contexts")


def test_hosts_and_shared_memory_are_the_steps_own(built: Built) -> None:
    lines = built.lines("hosts")
    assert any(line.split()[:2] == ["10.1.2.3", "elsewhere.example"] for line in lines)
    assert any(line.split()[1:2] == ["16384"] for line in lines)


def test_the_platform_is_what_is_built_for(built: Built) -> None:
    assert f"for {_ARCHITECTURE}" in built.lines("platform")


def test_a_base_image_comes_from_its_mirror(built: Built) -> None:
    assert "from the mirror" in built.lines("mirrored")


def test_layers_are_taken_from_the_cache(built: Built) -> None:
    assert "slow" in built.lines("cached")
    (built.builder.directory / "cached" / "file").write_text("2", encoding="utf-8")
    again = built._replace(output=built.builder.built("cached"))
    assert "slow" not in again.lines("cached")
    assert any("Using caching version of cmd: RUN echo slow" in line for line in again.lines("cached"))


def test_the_release_that_tests_run_has_the_flags_that_are_written_down(namespace: Namespace) -> None:
    image = namespace.cluster.image("kaniko")
    manifest = pod(image, "help")
    del manifest["spec"]["containers"][0]["command"]
    manifest["spec"]["containers"][0]["args"] = ["--help"]
    namespace.apply(manifest)
    assert namespace.ended("help") == 0
    assert flags_of(namespace.kubectl("logs", "help").stdout) == GOOGLE
