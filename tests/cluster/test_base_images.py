"""What a base image in a registry says of itself holds for what is built from it, until it says something else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cluster.builder import Builder

#: Serves what is built upon it, as a user without privileges, on a port that is root's elsewhere.
BASE = """\
ENV CONTENT=/www
EXPOSE 80
HEALTHCHECK --interval=1s CMD wget -q -O /dev/null http://127.0.0.1/page
ONBUILD COPY page /www/page
ONBUILD USER 4242
ENTRYPOINT ["sh", "-c"]
CMD ["exec httpd -f -p 80 -h $CONTENT"]
"""


@pytest.fixture
def base(builder: Builder) -> Builder:
    """Another project, whose image is in the registry, as ``NAME-base:1``."""
    found = replace(builder, name=f"{builder.name}-2", directory=builder.directory / "base")
    found.write(BASE)
    found.project(f"app: {{image: '{builder.name}-base:1', build: app}}")
    found.built()
    return found


def test_a_service_runs_by_what_its_base_image_says_and_is_built_anew_when_that_has_moved(
    builder: Builder, base: Builder
) -> None:
    builder.write("", page="here")
    (builder.context / "Dockerfile").write_text(f"FROM {builder.cluster.registry}/{builder.name}-base:1\n")
    done = builder.run("up", "--wait")
    assert done.returncode == 0, done.stderr
    assert "service app: healthy" in done.stderr
    pod = builder.cluster.get("pod", "app", "--namespace", builder.name)
    (container,) = pod["spec"]["containers"]
    assert container["readinessProbe"]["exec"]["command"][-1] == "wget -q -O /dev/null http://127.0.0.1/page"
    assert builder.kubectl("exec", "app", "--", "id", "-u") == "4242\n"
    assert [entry["name"] for entry in pod["spec"]["securityContext"]["sysctls"]] == [
        "net.ipv4.ip_unprivileged_port_start"
    ], "what Docker gives every container is needed by this one alone: a port below 1024, and not root"
    (job,) = builder.jobs()

    builder.built()
    assert builder.jobs() == [job]
    base.write(f"{BASE}LABEL moved=yes\n")
    base.project(f"app: {{image: '{builder.name}-base:1', build: app}}")
    base.built()
    builder.built()
    assert len(builder.jobs()) == 2
