from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.load.volume_spec import parse_volume

BIND = {"type": "bind", "bind": {"create_host_path": True}}
NAMED = {"type": "volume", "volume": {}}


@pytest.mark.parametrize(
    ("spec", "mount"),
    [
        ("/data", {**NAMED, "target": "/data"}),
        ("/d", {"type": "volume", "target": "/d"}),
        ("data:/var/lib/x/", {**NAMED, "source": "data", "target": "/var/lib/x"}),
        ("./a:/b/../c:ro", {**BIND, "source": "./a", "target": "/c", "read_only": True}),
        ("~/a:/b", {**BIND, "source": "~/a", "target": "/b"}),
        ("/a://b//c", {**BIND, "source": "/a", "target": "/b/c"}),
        (
            "data:/x:nocopy,ro",
            {"type": "volume", "source": "data", "target": "/x", "volume": {"nocopy": True}, "read_only": True},
        ),
        ("data:/x:ro,rw", {**NAMED, "source": "data", "target": "/x"}),
        (
            "/a:/b:z,rshared",
            {
                "type": "bind",
                "source": "/a",
                "target": "/b",
                "bind": {"selinux": "z", "propagation": "rshared", "create_host_path": True},
            },
        ),
        ("data:/x:Z", {**NAMED, "source": "data", "target": "/x", "bind": {"selinux": "Z"}}),
        ("data:/x:cached", {**NAMED, "source": "data", "target": "/x"}),
        ("C:\\x:/y", {**BIND, "source": "C:\\x", "target": "/y"}),
        ("\\\\srv\\x:/y", {**BIND, "source": "\\\\srv\\x", "target": "/y"}),
        ("a:b", {**NAMED, "target": "a:b"}),
        ("${X:-/a}:/y", {**NAMED, "source": "${X:-/a}", "target": "/y"}),
    ],
)
def test_the_short_form_in_long_form(spec: str, mount: dict[str, Any]) -> None:
    assert parse_volume(spec) == mount


@pytest.mark.parametrize(
    ("spec", "part"),
    [
        ("", "empty volume"),
        ("data::/x", "empty part"),
        (":/x", "empty part"),
        ("data:/x:", "empty part"),
        ("ab:/c:ro:z", "too many colons"),
    ],
)
def test_a_volume_that_cannot_be_read_is_explained(spec: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        parse_volume(spec)
