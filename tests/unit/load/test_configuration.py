from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hybridcompose as hc
from hybridcompose.spec.configuration import OPTIONS
from hybridcompose.translate.options import Options

if TYPE_CHECKING:
    from pathlib import Path

#: Options that other settings are for, and that this list may not outlive.
_WHOLE = """\
registry: {push: r:5000, pull: p, secret: cred, insecure: true, ca: ca.pem}
images: {kaniko: kaniko:1, tool: busybox:1}
pods:
  pull_secrets: [mirror]
  node_selector: {pool: ci, spot: "true"}
  tolerations: ["ci=true:NoSchedule"]
  labels: {team: blue}
proxies: {http: "http://p", https: "http://s", no_proxy: db}
options: {build_timeout: 77, allow_host_access: true}
"""


def written(directory: Path, text: str) -> Path:
    file = directory / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_setting_is_the_default_of_an_option(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    read = hc.configuration(written(tmp_path, _WHOLE), environment={})
    assert read.options == {
        "registry": "r:5000",
        "pull_registry": "p",
        "registry_secret": "cred",
        "registry_insecure": True,
        "registry_ca": "-----BEGIN CERTIFICATE-----\n",
        "kaniko_image": "kaniko:1",
        "tool_image": "busybox:1",
        "pull_secret": ("mirror",),
        "node_selector": ("pool=ci", "spot=true"),
        "toleration": ("ci=true:NoSchedule",),
        "label": ("team=blue",),
        "http_proxy": "http://p",
        "https_proxy": "http://s",
        "no_proxy": "db",
        "build_timeout": 77,
        "allow_host_access": True,
    }
    assert Options(**read.options).registry == "r:5000"


def test_the_table_names_options_once_each() -> None:
    assert len(set(OPTIONS.values())) == len(OPTIONS)


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}\n"])
def test_an_empty_file_says_nothing(tmp_path: Path, text: str) -> None:
    assert hc.configuration(written(tmp_path, text), environment={}).options == {}


def test_the_file_is_looked_for_where_users_keep_such_files(tmp_path: Path) -> None:
    for directory, name in ((tmp_path / "home" / ".config", "home"), (tmp_path / "xdg", "xdg")):
        (directory / "hybridcompose").mkdir(parents=True)
        written(directory / "hybridcompose", f"registry: {{push: {name}}}\n")
    environment = {"HOME": str(tmp_path / "home")}
    assert hc.configuration(environment=environment).options == {"registry": "home"}
    environment["XDG_CONFIG_HOME"] = str(tmp_path / "xdg")
    assert hc.configuration(environment=environment).options == {"registry": "xdg"}
    environment["HYBRIDCOMPOSE_CONFIG"] = str(written(tmp_path, "registry: {push: named}\n"))
    assert hc.configuration(environment=environment).options == {"registry": "named"}
    environment["HYBRIDCOMPOSE_CONFIG"] = ""
    assert hc.configuration(environment=environment).options == {}


def test_no_file_is_no_error_unless_it_is_named(tmp_path: Path) -> None:
    assert hc.configuration(environment={"HOME": str(tmp_path)}).options == {}
    assert hc.configuration(environment={}).options == {}
    with pytest.raises(hc.LoadError, match=r"missing\.yaml"):
        hc.configuration(tmp_path / "missing.yaml", environment={})


#: A file with its wrong token in marks, and how the remedy begins.
MISTAKES = [
    ("registry: {«psh»: r}", "did you mean push?"),
    ("«registri»: {push: r}", "did you mean registry?"),
    ('registry: {insecure: «"yes"»}', "write true or false"),
    ("registry: {ca: «missing.pem»}", "name a file"),
    ('pods: {tolerations: [«"a:b"»]}', "write KEY, KEY=VALUE or KEY=VALUE:EFFECT"),
    ("pods: {labels: {team: «blue sky»}}", "write at most 63"),
    ("pods: {security: «root»}", "write 'restricted', 'baseline' or 'privileged'"),
    ("options: {«kanico_image»: x}", "did you mean kaniko_image?"),
    ("options: {build_timeout: «soon»}", "see the help"),
    ("options: {ordering: «later»}", "write 'init' or 'none'"),
    ("storage: {size: «10GB»}", "write a number and a unit of Kubernetes"),
    ("proxies: «http://p»", "write key: value pairs"),
]


@pytest.mark.parametrize(("marked", "remedy"), MISTAKES)
def test_a_mistake_is_told_at_its_token_with_what_to_write(tmp_path: Path, marked: str, remedy: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    with pytest.raises(hc.LoadError) as caught:
        hc.configuration(written(tmp_path, f"# settings\n{text}\n"), environment={})
    (finding,) = caught.value.diagnostics
    assert finding.location is not None
    assert (finding.location.line, finding.location.column) == (2, marked.index("«") + 1)
    assert (finding.remedy or "").startswith(remedy)


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2\n", "- a\n"])
def test_what_is_no_mapping_is_an_error_with_its_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(hc.LoadError) as caught:
        hc.configuration(written(tmp_path, text), environment={})
    assert caught.value.diagnostics[0].location is not None


def test_a_translation_looks_at_a_configuration_only_when_it_is_given_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, "pods: {labels: {team: blue}}\n")
    monkeypatch.setenv("HYBRIDCOMPOSE_CONFIG", str(file))
    monkeypatch.setenv("HYBRIDCOMPOSE_LABEL", "team=red")
    (tmp_path / "compose.yaml").write_text("services: {web: {image: app}}\n", encoding="utf-8")
    project = hc.load(tmp_path / "compose.yaml", environment={})
    assert "team" not in hc.translate(project).resources[0].manifest["metadata"]["labels"]
    given = hc.configuration(file)
    assert hc.translate(project, configuration=given).resources[0].manifest["metadata"]["labels"]["team"] == "blue"
    own = hc.translate(project, configuration=given, label=("team=own",))
    assert own.resources[0].manifest["metadata"]["labels"]["team"] == "own"
