from __future__ import annotations

import base64
import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hybridcompose.gather.facts import BoundSource, Facts, SourceFile, SourceKind
from hybridcompose.plan import KubeName
from hybridcompose.spec import Project
from hybridcompose.translate.content import CONFIG_MAP, SECRET, ObjectKind, content_of
from hybridcompose.translate.identifiers import data_keys, unique_labels
from hybridcompose.translate.names import Names
from hybridcompose.translate.options import Options
from hybridcompose.translate.payload import BUDGET, Entry, entries_of, json_size
from hybridcompose.translate.quantities import cpu
from hybridcompose.translate.report import Report
from hybridcompose.translate.scope import ProjectScope

ROOT = ProjectScope(Project(name="shop"), Facts(), Options(), Names({}), Report())
PARTS = st.text(alphabet="ab._- é/", min_size=1, max_size=8).filter(lambda part: part not in (".", ".."))
PATHS = st.lists(PARTS, min_size=1, max_size=3).map(lambda parts: "x" + "/".join(parts))
CONTENTS = st.one_of(
    st.binary(max_size=40), st.text(max_size=40).map(str.encode), st.sampled_from([b"\r\n", b"<&>" * 9])
)
FILES = st.dictionaries(PATHS, st.tuples(CONTENTS, st.sampled_from([0o600, 0o644, 0o755])), min_size=1, max_size=6)


def shown(kind: ObjectKind, files: dict[str, tuple[bytes, int]]) -> dict[str, tuple[bytes, int]]:
    """What a pod sees of the files, as the kubelet lays volumes out; objects pass through JSON."""
    found = tuple(SourceFile(path, mode, len(content), content) for path, (content, mode) in sorted(files.items()))
    content = content_of(kind, KubeName("x"), entries_of(BoundSource("/shop", SourceKind.DIRECTORY, files=found), "x"))
    objects = {
        resource.key.name: json.loads(json.dumps(resource.manifest)) for resource in content.objects(ROOT, (), "")
    }
    volume = content.volume("d/")
    sources = volume.get("projected", {}).get("sources", [volume])
    default = next(iter(volume.values()))["defaultMode"]
    out = {}
    for source in sources:
        ((_, reference),) = source.items()
        manifest = objects[reference.get("secretName", reference.get("name"))]
        for item in reference["items"]:
            out[item["path"].removeprefix("d/")] = (held(kind, manifest, item["key"]), item.get("mode", default))
    return out


def held(kind: ObjectKind, manifest: dict[str, Any], key: str) -> bytes:
    if key in manifest.get(kind.text_field, {}):
        return str(manifest[kind.text_field][key]).encode()
    return base64.b64decode(manifest[kind.binary_field][key])


@given(FILES, st.sampled_from([CONFIG_MAP, SECRET]))
def test_a_pod_sees_every_byte_and_mode_of_a_directory(files: dict[str, tuple[bytes, int]], kind: ObjectKind) -> None:
    assert shown(kind, files) == files


@given(st.lists(st.integers(min_value=0, max_value=BUDGET - 1000), min_size=1, max_size=8))
def test_no_object_is_over_what_kubectl_can_apply(sizes: list[int]) -> None:
    entries = [Entry(f"k{number}", f"k{number}", 0o644, b"x" * size) for number, size in enumerate(sizes)]
    for resource in content_of(CONFIG_MAP, KubeName("x"), entries).objects(ROOT, (), ""):
        assert json_size(resource.manifest) < 262_144


@given(st.lists(PATHS, unique=True, max_size=20))
def test_every_file_has_a_valid_key_of_its_own(paths: list[str]) -> None:
    keys = data_keys(paths)
    assert len(set(keys.values())) == len(paths)
    assert all(re.fullmatch(r"[-._a-zA-Z0-9]{1,253}", key) and not key.startswith(".") for key in keys.values())


@given(st.sets(st.text(alphabet="ab-_.A", max_size=70), max_size=12))
def test_every_name_has_a_valid_label_of_its_own(names: set[str]) -> None:
    labels = unique_labels(names)
    assert len(set(labels.values())) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", label) for label in labels.values())


@given(st.floats(min_value=0.001, max_value=512))
def test_a_cpu_quantity_is_the_number_of_cores_to_a_thousandth(cores: float) -> None:
    quantity = cpu(cores)
    milli = int(quantity[:-1]) if quantity.endswith("m") else int(quantity) * 1000
    assert 0 <= milli - cores * 1000 < 1.000001
