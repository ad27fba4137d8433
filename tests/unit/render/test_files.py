from __future__ import annotations

import json

from hybridcompose.plan import ResourceKey, in_order
from hybridcompose.render import document, files
from hybridcompose.render.files import file_name
from tests.plans import config_map, plan, pod, secret


def test_each_object_is_a_file_of_its_own() -> None:
    resources = (config_map(a="b"), pod())
    assert [file.text for file in files(plan(*resources))] == [document(resource) for resource in resources]


def test_names_sort_in_the_order_of_creation() -> None:
    resources = in_order([pod("a"), config_map("z"), secret("m"), config_map("b")])
    names = [file.name for file in files(plan(*resources))]
    assert names == sorted(names)


def test_a_name_does_not_depend_on_the_other_objects() -> None:
    (alone,) = files(plan(pod()))
    assert alone.name in [file.name for file in files(plan(config_map(), secret(), pod("a"), pod()))]


def test_only_secrets_are_private() -> None:
    assert [file.private for file in files(plan(secret(), config_map()))] == [True, False]


def test_json_files_hold_one_object_each() -> None:
    (file,) = files(plan(pod()), "json")
    assert file.name.endswith("-pod-web.json")
    assert json.loads(file.text) == pod().manifest


def test_a_name_says_kind_and_name() -> None:
    assert file_name(ResourceKey("ConfigMap", "web-files"), "yaml") == "03-configmap-web-files.yaml"
