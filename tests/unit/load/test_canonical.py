"""Short forms become long ones, with the reference's defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import Code

if TYPE_CHECKING:
    from tests.unit.load.conftest import Loader, Refuser


def canonical(load_text: Loader, key: str, value: str, rest: str = "") -> Any:
    return load_text(f"services: {{web: {{image: a, {key}: {value}}}}}\n{rest}").to_dict()["services"]["web"].get(key)


@pytest.mark.parametrize(
    ("key", "short", "long"),
    [
        ("build", ".", {"context": "DIR", "dockerfile": "Dockerfile"}),
        ("command", "a 'b c'", ["a", "b c"]),
        ("command", "[]", []),
        ("command", "null", None),
        ("depends_on", "[]", None),
        ("devices", "['/dev/a']", [{"source": "/dev/a", "target": "/dev/a", "permissions": "rwm"}]),
        ("devices", "['/dev/a:/dev/b:r']", [{"source": "/dev/a", "target": "/dev/b", "permissions": "r"}]),
        ("dns", "1.1.1.1", ["1.1.1.1"]),
        ("environment", "[A=1, 'B= x']", {"A": "1", "B": " x"}),
        (
            "environment",
            "{A: 1, B: 1.50, C: true, D: 0440, E: yes}",
            {"A": "1", "B": "1.5", "C": "true", "D": "288", "E": "yes"},
        ),
        ("extra_hosts", "['a=::1', 'b:1.2.3.4']", ["a=::1", "b=1.2.3.4"]),
        ("gpus", "all", [{"count": -1}]),
        ("healthcheck", "{test: curl x, interval: 90s}", {"test": ["CMD-SHELL", "curl x"], "interval": "1m30s"}),
        ("mem_limit", "64m", "67108864"),
        (
            "ports",
            "['8080:80/udp']",
            [{"mode": "ingress", "target": 80, "published": "8080", "protocol": "udp"}],
        ),
        ("ports", "[80]", [{"mode": "ingress", "target": 80, "protocol": "tcp"}]),
        ("stop_grace_period", "1.5s", "1.5s"),
        ("tmpfs", "/run", ["/run"]),
        ("ulimits", "{nproc: 5}", {"nproc": 5}),
        ("volumes", "[/data]", [{"type": "volume", "target": "/data", "volume": {}}]),
        (
            "volumes",
            "['./d:/d:ro']",
            [{"type": "bind", "source": "DIR/d", "target": "/d", "read_only": True, "bind": {}}],
        ),
    ],
)
def test_a_short_form_becomes_the_long_one(load_text: Loader, key: str, short: str, long: Any, tmp_path: Any) -> None:
    def in_directory(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: in_directory(entry) for name, entry in value.items()}
        if isinstance(value, list):
            return [in_directory(entry) for entry in value]
        return value.replace("DIR", str(tmp_path)) if isinstance(value, str) else value

    assert canonical(load_text, key, short) == in_directory(long)


def test_configs_and_secrets_in_short_form_get_their_default_targets(load_text: Loader) -> None:
    project = load_text(
        """
        services: {web: {image: a, configs: [c], secrets: [s]}}
        configs: {c: {content: x}}
        secrets: {s: {environment: PASSWORD}}
        """,
        environment={"PASSWORD": "hidden-value"},
    )
    service = project.to_dict()["services"]["web"]
    assert service["configs"] == [{"source": "c"}]
    assert service["secrets"] == [{"source": "s", "target": "/run/secrets/s"}]
    assert project.secrets["s"].content == "hidden-value"


def test_the_content_of_a_secret_is_neither_printed_nor_shown(load_text: Loader) -> None:
    project = load_text(
        "services: {web: {image: a}}\nsecrets: {s: {environment: PASSWORD}}",
        environment={"PASSWORD": "hidden-value"},
    )
    assert "hidden-value" not in str(project.to_dict())
    assert "hidden-value" not in repr(project)


@pytest.mark.parametrize(
    ("key", "value", "column"),
    [
        ("ports", "['a:b:c:d:e']", 40),
        ("ports", "[true]", 40),
        ("volumes", "['']", 42),
        ("depends_on", "{db: {}}", 44),
        ("env_file", "5", 42),
        ("devices", "['a:b:c:d']", 42),
        ("gpus", "some", 38),
        ("ulimits", "{nofile: x}", 41),
    ],
)
def test_a_wrong_short_form_is_refused_at_its_token(refuse_text: Refuser, key: str, value: str, column: int) -> None:
    (finding,) = refuse_text(f"services: {{web: {{image: nginx, {key}: {value}}}}}")
    assert finding.code == Code.INVALID_VALUE
    assert finding.path[:3] == ("services", "web", key)
    assert finding.location is not None
    assert finding.location.column >= column - 10
