"""What `up --artifacts` and `--junit` keep of a run, on a real cluster: also of containers that have ended."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.places import Place

#: BASE is an image with busybox. /srv exists there: a new volume begins with the image's content.
PROJECT = """\
services:
  db:
    image: ${BASE_IMAGE}
    command: [sh, -c, "echo ready; exec sleep 3600"]
    stop_grace_period: 1s
    healthcheck: {test: "true", interval: 1s}
    volumes: ["data:/data"]
    x-hybridcompose: {artefacts: [/data/dump.txt]}
  tests:
    image: ${BASE_IMAGE}
    user: "1234:1234"
    command:
      - sh
      - -c
      - echo testing; mkdir /results/deep; echo '<x/>' >/results/deep/report.xml; chmod 600 /results/deep/report.xml;
        ln -s report.xml /results/deep/link; exit 3
    environment: {TOKEN_FILE: /run/secrets/token}
    secrets: [token]
    tmpfs: ["/results:mode=777"]
    depends_on: {db: {condition: service_healthy}}
    x-hybridcompose: {artefacts: [/results, /nothing]}
volumes: {data: {}}
secrets: {token: {environment: TOKEN}}
"""


def _result(kept: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((kept / "result.json").read_text(encoding="utf-8"))
    return found


def test_everything_of_a_failed_run_is_kept_and_nothing_is_left(place: Place, file: Path, tmp_path: Path) -> None:
    kept, report, summary = tmp_path / "kept", tmp_path / "report.xml", tmp_path / "summary.md"
    up = place.up("--exit-code-from", "tests", "--artifacts", str(kept), "--junit", str(report), file=file)
    done = place.run(up, TOKEN="hush-hush", GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 3, done.stderr
    assert place.is_gone()
    assert (kept / "artefacts/tests-1/results/deep/report.xml").read_text() == "<x/>\n"
    assert not (kept / "artefacts/tests-1/results/deep/link").exists()
    problems = (kept / "problems.txt").read_text().splitlines()
    assert sorted(problem.partition(": ")[2] for problem in problems) == [
        "/results/deep/link is no file",
        "there is no /data/dump.txt",
    ]
    stamp, _, line = (kept / "logs/tests-1.log").read_text().partition(" ")
    assert (stamp[:2], line) == ("20", "testing\n")
    assert (kept / "logs/db-1.log").read_text().endswith(" ready\n")
    states = {pod["metadata"]["name"]: pod for pod in json.loads((kept / "pods.json").read_text())}
    ended = {one["name"]: one["state"] for one in states["tests"]["status"]["containerStatuses"]}["tests"]
    assert ended["terminated"]["exitCode"] == 3
    assert "Started" in (kept / "events.txt").read_text()
    manifests = (kept / "manifests.yaml").read_text()
    assert "kind: Secret" in manifests
    everything = "".join(path.read_text() for path in kept.rglob("*") if path.is_file())
    assert "hush-hush" not in everything
    assert "aHVzaC1odXNo" not in everything  # the same in base64
    assert (_result(kept)["outcome"], _result(kept)["exitCode"]) == ("exit code 3", 3)
    cases = ElementTree.parse(report).getroot().iter("testcase")  # noqa: S314  (the run made it)
    assert {case.attrib["name"]: [part.tag for part in case] for case in cases} == {
        "db is healthy": [],
        "tests exits with 0": ["failure"],
    }
    assert "| tests | exited with code 3 |" in summary.read_text()


def test_a_run_that_cannot_start_or_is_interrupted_is_kept_too(place: Place, file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    text = PROJECT.replace("exit 3", "exec sleep 3600")
    file.write_text(text.replace("image: ${BASE_IMAGE}", "image: ${MISSING}", 1), encoding="utf-8")
    missing = f"{place.registry}/rig/nothing:1"
    done = place.run(place.up("--artifacts", str(kept), file=file), TOKEN="x", MISSING=missing)
    assert done.returncode == 21, done.stderr
    [error] = _result(kept)["errors"]
    assert error["service"] == "db"
    assert missing in error["message"]
    file.write_text(text, encoding="utf-8")
    with subprocess.Popen(
        place.up("--artifacts", str(kept), file=file),
        env=place.variables(TOKEN="x"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert any("testing" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        process.stdout.read()
    assert process.returncode == 130
    assert _result(kept)["outcome"] == "interrupted"
    assert (kept / "artefacts/tests-1/results/deep/report.xml").read_text() == "<x/>\n"
    assert place.is_gone()


def test_a_directory_that_holds_other_files_is_refused_before_anything_starts(
    place: Place, file: Path, tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "thesis.txt").write_text("long")
    done = place.run(place.up("--artifacts", str(tmp_path / "kept"), file=file), TOKEN="x")
    assert done.returncode == 18
    assert "holds files that are not from an earlier run: thesis.txt" in done.stderr
    assert place.is_gone()


#: A Job that is repeated once, and two services in one pod, of which one ends.
SHARING = """\
services:
  job:
    image: ${BASE_IMAGE}
    command: [sh, -c, "echo job >/out/who; exit 4"]
    restart: on-failure:1
    depends_on: [web]
    x-hybridcompose: {artefacts: [/out]}
  web:
    image: ${BASE_IMAGE}
    command: [sh, -c, "echo web >/out/who; exec sleep 3600"]
    stop_grace_period: 1s
    healthcheck: {test: "test -s /out/who", interval: 1s}
    x-hybridcompose: {artefacts: [/out]}
  side:
    image: ${BASE_IMAGE}
    command: [sh, -c, "echo side >/out/who"]
    network_mode: service:web
    x-hybridcompose: {artefacts: [/out]}
"""
#: The same service as a Deployment.
DEPLOYED = "\n".join(["services:", *SHARING.splitlines()[7:13], ""])


def _who(kept: Path) -> dict[str, str]:
    assert not (kept / "problems.txt").exists(), (kept / "problems.txt").read_text()
    return {path.parents[1].name: path.read_text() for path in kept.glob("artefacts/*/out/who")}


def test_results_come_from_jobs_shared_pods_and_deployments(place: Place, file: Path, tmp_path: Path) -> None:
    file.write_text(SHARING, encoding="utf-8")
    done = place.run(place.up("--exit-code-from", "job", "--artifacts", str(tmp_path / "once"), file=file))
    assert done.returncode == 4, done.stderr
    assert _who(tmp_path / "once") == {"job-1": "job\n", "job-2": "job\n", "web-1": "web\n", "side-1": "side\n"}
    assert place.is_gone()
    file.write_text(DEPLOYED, encoding="utf-8")
    words = ("--wait", "--workloads", "deployment", "--artifacts", str(tmp_path / "deployed"))
    done = place.run(place.up(*words, file=file))
    assert done.returncode == 0, done.stderr
    assert _who(tmp_path / "deployed") == {"web-1": "web\n"}
