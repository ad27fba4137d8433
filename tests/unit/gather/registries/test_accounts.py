"""Users and groups out of the layers of an image."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING

import pytest

import hybridcompose as hc
from hybridcompose.gather.registries import accounts as module
from hybridcompose.gather.registries.accounts import Accounts, accounts
from hybridcompose.gather.registries.client import Registries
from hybridcompose.gather.registries.names import ImageName
from hybridcompose.gather.registries.transport import Transport
from tests.unit.gather.registries.server import Registry, registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWD = "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1001::/home/node:/bin/sh\nbroken:x:no:1::\n\n"
GROUP = "root:x:0:\nnode:x:1001:\naudio:x:29:node\n"


@pytest.fixture
def shelf() -> Iterator[Registry]:
    with registry() as found:
        yield found


def layer(files: dict[str, str | None], *, packed: bool = True) -> bytes:
    """A layer with these files; ``None`` makes a link."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            if text is None:
                member.type, member.linkname = tarfile.SYMTYPE, "elsewhere"
            member.size = len(text or "")
            archive.addfile(member, io.BytesIO((text or "").encode()))
    return gzip.compress(buffer.getvalue(), mtime=0) if packed else buffer.getvalue()


def found(shelf: Registry, *layers: bytes) -> Accounts | None:
    shelf.add("shop/web", "1", {}, layers=layers)
    registries, name = Registries(Transport()), ImageName(shelf.host, "shop/web", "1")
    manifest = registries.image(name)
    assert manifest is not None
    return accounts(registries, name, manifest)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("prefix", ["", "./"])
def test_names_have_the_numbers_of_the_images_files(shelf: Registry, prefix: str, packed: bool) -> None:
    files: dict[str, str | None] = {f"{prefix}etc/passwd": PASSWD, f"{prefix}etc/group": GROUP}
    got = found(shelf, layer(files, packed=packed), layer({"app": "x"}))
    assert got == Accounts({"root": (0, 0), "node": (1000, 1001)}, {"root": 0, "node": 1001, "audio": 29})


def test_the_layer_above_wins_for_each_file(shelf: Registry) -> None:
    base = layer({"etc/passwd": PASSWD, "etc/group": GROUP})
    got = found(shelf, base, layer({"etc/passwd": "node:x:7:8::/:/bin/sh\n"}))
    assert got == Accounts({"node": (7, 8)}, {"root": 0, "node": 1001, "audio": 29})


def test_layers_below_are_not_fetched_without_need(shelf: Registry) -> None:
    found(shelf, layer({"big": "x" * 1000}), layer({"etc/passwd": PASSWD, "etc/group": GROUP}))
    assert sum("/blobs/" in request.path for request in shelf.asked) == 1


@pytest.mark.parametrize(
    "above",
    [
        pytest.param(layer({"etc/.wh.passwd": ""}), id="removed"),
        pytest.param(layer({"etc/.wh..wh..opq": ""}), id="its directory emptied"),
        pytest.param(layer({".wh.etc": ""}), id="its directory removed"),
        pytest.param(layer({"etc": None}), id="its directory a link"),
        pytest.param(layer({"etc/passwd": None}), id="a link"),
        pytest.param(b"(\xb5/\xfd compressed in another way", id="compressed in another way"),
        pytest.param(b"", id="empty"),
    ],
)
def test_what_stands_below_something_unclear_is_not_believed(shelf: Registry, above: bytes) -> None:
    assert found(shelf, layer({"etc/passwd": PASSWD}), above) is None


def test_large_layers_and_bombs_end_the_search(shelf: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    base = layer({"etc/passwd": PASSWD, "etc/group": GROUP})
    bomb = layer({"zeros": "0" * 3_000_000})
    monkeypatch.setattr(module, "MAX_UNPACKED", 1_000_000)
    assert found(shelf, base, bomb) is None
    monkeypatch.setattr(module, "MAX_LAYER", len(base) - 1)
    shelf.asked.clear()
    assert found(shelf, base) is None
    assert not [request for request in shelf.asked if "/blobs/" in request.path]


def test_a_named_user_of_a_pulled_image_runs_with_its_number(shelf: Registry, tmp_path: Path) -> None:
    shelf.add("web", "1", {}, layers=[layer({"etc/passwd": PASSWD, "etc/group": GROUP})])
    file = tmp_path / "compose.yaml"
    web = f"image: '{shelf.host}/web:1', user: 'node', group_add: [audio]"
    file.write_text(f"name: shop\nservices: {{web: {{{web}}}, plain: {{image: '{shelf.host}/web:1'}}}}\n")
    project = hc.load(file, environment={})
    with pytest.raises(hc.TranslateError, match="the number of the user 'node'"):
        hc.translate(project)
    plan = hc.translate(project, resolve_images="auto")
    pods = {one.key.name: one.manifest["spec"] for one in plan.resources if one.key.kind == "Pod"}
    assert pods["web"]["containers"][0]["securityContext"]["runAsUser"] == 1000
    assert pods["web"]["securityContext"]["supplementalGroups"] == [29]


def test_nobody_reads_layers_where_no_name_is_used(shelf: Registry, tmp_path: Path) -> None:
    shelf.add("web", "1", {"config": {"User": "node"}}, layers=[layer({"etc/passwd": PASSWD})])
    file = tmp_path / "compose.yaml"
    file.write_text(f"name: shop\nservices: {{web: {{image: '{shelf.host}/web:1', user: '7:root'}}}}\n")
    hc.gather(hc.load(file, environment={}), resolve_images="auto")
    assert sum("/blobs/" in request.path for request in shelf.asked) == 1, "the configuration alone"


def test_a_named_user_of_a_built_image_has_the_number_that_its_base_gives_it(shelf: Registry, tmp_path: Path) -> None:
    shelf.add("node", "1", {}, layers=[layer({"etc/passwd": PASSWD, "etc/group": GROUP})])
    first = f"FROM {shelf.host}/node:1 AS first\nRUN useradd other\nFROM first\n"
    ends = {"plain": "CMD x", "own": "USER node", "changed": "RUN usermod -u 7 node", "copied": "COPY etc /etc"}
    services = {}
    for name, end in ends.items():
        user = {} if name == "own" else {"user": "node", "group_add": ["audio"]}
        services[name] = {"build": {"context": ".", "dockerfile_inline": f"{first}{end}\n"}, **user}
    (tmp_path / "etc").mkdir()
    (tmp_path / "compose.json").write_text(json.dumps({"name": "shop", "services": services}))
    builds = hc.gather(hc.load(tmp_path / "compose.json", environment={}), resolve_images="auto").builds
    assert {name: build.image.users.get("node") for name, build in builds.items()} == {
        "plain": (1000, 1001),
        "own": (1000, 1001),
        "changed": None,
        "copied": None,
    }
    assert builds["plain"].image.groups["audio"] == 29


def test_nobody_reads_layers_of_a_base_where_no_name_is_used(shelf: Registry, tmp_path: Path) -> None:
    shelf.add("node", "1", {}, layers=[layer({"etc/passwd": PASSWD})])
    build = {"context": ".", "dockerfile_inline": f"FROM {shelf.host}/node:1\nUSER 7\n"}
    (tmp_path / "compose.json").write_text(json.dumps({"name": "shop", "services": {"web": {"build": build}}}))
    hc.gather(hc.load(tmp_path / "compose.json", environment={}), resolve_images="auto")
    assert sum("/blobs/" in request.path for request in shelf.asked) == 1, "the configuration alone"
