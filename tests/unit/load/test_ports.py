from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.load.ports import parse_port


def port(target: int, published: str = "", protocol: str = "tcp", host_ip: str = "") -> dict[str, Any]:
    entry = {"mode": "ingress", "target": target, "protocol": protocol, "published": published, "host_ip": host_ip}
    return {key: value for key, value in entry.items() if value}


@pytest.mark.parametrize(
    ("spec", "entries"),
    [
        ("80", [port(80)]),
        ("8080:80", [port(80, "8080")]),
        ("53:53/UDP", [port(53, "53", "udp")]),
        ("127.0.0.1:8080:80", [port(80, "8080", host_ip="127.0.0.1")]),
        ("127.0.0.1::80", [port(80, host_ip="127.0.0.1")]),
        ("[::1]:8080:80/sctp", [port(80, "8080", "sctp", "::1")]),
        ("3000-3001", [port(3000), port(3001)]),
        ("9-11:9-11", [port(10, "10"), port(11, "11"), port(9, "9")]),
        ("8000-8002:80", [port(80, "8000-8002")]),
        ("008:080/", [port(80, "8")]),
        (":80", [port(80)]),
    ],
)
def test_the_short_form_in_long_form(spec: str, entries: list[dict[str, Any]]) -> None:
    assert parse_port(spec) == entries


@pytest.mark.parametrize(
    ("spec", "part"),
    [
        ("", "no container port"),
        ("8080:", "no container port"),
        ("web", "no container port"),
        ("99999:80", "up to 65535"),
        ("80:99999", "up to 65535"),
        ("-1:80", "no host port"),
        ("9-8:9-8", "ends before it begins"),
        ("8-9:8-10", "differ in length"),
        ("80:80/http", "tcp, udp or sctp"),
        ("localhost:80:80", "an IP address, not a name"),
        ("::1:80:80", "in brackets"),
        ("1.2.3:80:80", "IP address"),
    ],
)
def test_a_port_that_cannot_be_read_is_explained(spec: str, part: str) -> None:
    with pytest.raises(ValueError, match=part) as caught:
        parse_port(spec)
    assert repr(spec) in str(caught.value)
