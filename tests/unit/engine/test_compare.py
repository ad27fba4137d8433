"""How objects are told apart."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from hybridcompose.engine.compare import unified
from hybridcompose.plan import ResourceKey

POD = ResourceKey("Pod", "web")
DIGEST = f"sha256:{'d' * 64}"


def _pod(image: str) -> dict[str, Any]:
    return {"kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [{"image": image, "name": "web"}]}}


def test_what_is_the_same_has_no_lines_whatever_the_order_of_its_keys() -> None:
    assert unified(POD, {"a": 1, "b": 2}, {"b": 2, "a": 1}) == ()


def test_a_changed_value_stands_in_a_unified_diff() -> None:
    lines = unified(POD, _pod("one"), _pod("two"))
    assert lines[:2] == ("--- a/pod/web", "+++ b/pod/web")
    assert [line for line in lines if line[0] in "+-"][2:] == ["-    image: one", "+    image: two"]


def test_a_new_object_and_one_that_goes_are_compared_with_nothing() -> None:
    assert unified(POD, None, _pod("one"))[0] == "--- /dev/null"
    assert unified(POD, _pod("one"), None)[1] == "+++ /dev/null"


def test_a_pinned_image_is_the_one_of_its_tag() -> None:
    assert unified(POD, _pod(f"registry:5000/app:abc@{DIGEST}"), _pod("registry:5000/app:abc")) == ()
    assert unified(POD, _pod(f"app@{DIGEST}"), _pod("app")) != ()


def test_a_secret_shows_that_it_changes_and_never_what_it_holds() -> None:
    key = ResourceKey("Secret", "s")
    old = {"data": {"changed": "aHVudGVyMQ==", "same": "c2FtZQ==", "gone": "Z29uZQ=="}}
    new = {"data": {"changed": "aHVudGVyMg==", "same": "c2FtZQ=="}}
    text = "\n".join(unified(key, old, new))
    assert '-  changed: "*** (before)"\n' in text
    assert '+  changed: "*** (after)"\n' in text
    assert all(value not in text for body in (old, new) for value in body["data"].values())
    made = "\n".join(unified(key, None, {"stringData": {"password": "hunter2"}}))
    assert "hunter2" not in made
    assert "password" in made


def test_a_file_is_told_by_its_size_and_content() -> None:
    key = ResourceKey("ConfigMap", "c")
    old, new = ({"binaryData": {"f": b64encode(content).decode()}} for content in (b"one", b"other"))
    text = "\n".join(unified(key, old, new))
    assert '-  f: "3 bytes, sha256' in text
    assert '+  f: "5 bytes, sha256' in text
