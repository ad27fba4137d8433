from __future__ import annotations

import json
from typing import cast

import pytest
import yaml

from hybridcompose.diagnostics import Code, HybridComposeError, TranslateError
from hybridcompose.plan import Resource
from hybridcompose.render import Format, render
from tests.plans import config_map, plan, pod


def test_every_object_stands_under_the_reason_why_it_exists() -> None:
    text = render(plan(config_map(a="b"), pod()))
    assert text.startswith("# configs.settings: holds what the services read\napiVersion: v1\nkind: ConfigMap\n")
    assert "\n---\n# services.web: runs the service\napiVersion: v1\nkind: Pod\n" in text


def test_the_stream_holds_the_manifests_and_nothing_else() -> None:
    resources = (config_map(a="x\n---\ny\n", b="# no comment\n"), pod())
    read = list(yaml.load_all(render(plan(*resources)), yaml.CSafeLoader))
    assert read == [resource.manifest for resource in resources]


def test_json_is_one_list() -> None:
    resources = (config_map(a="y"), pod())
    read = json.loads(render(plan(*resources), "json"))
    assert read == {"apiVersion": "v1", "kind": "List", "items": [resource.manifest for resource in resources]}


@pytest.mark.parametrize("reason", ["two\nlines", "a\x85b: c", "\ufeffa\u2028b\x00", "\x1b[31mred"])
def test_a_reason_stays_inside_its_comment(reason: str) -> None:
    resource = Resource(pod().manifest, ("services", "we\nb"), reason)
    assert list(yaml.load_all(render(plan(resource, resource)), yaml.CSafeLoader)) == [resource.manifest] * 2


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_bytes_that_are_no_text_are_an_error_at_their_cause_without_the_value(form: Format) -> None:
    with pytest.raises(TranslateError) as caught:
        render(plan(pod(), config_map(token="geheim\udcff")), form)
    (finding,) = caught.value.diagnostics
    assert finding.path == ("configs", "settings")
    assert "configmap/settings" in finding.message
    assert "geheim" not in str(caught.value)


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(HybridComposeError, match=r"no output format 'toml' \(choose one of yaml, json\)") as caught:
        render(plan(), cast("Format", "toml"))
    assert caught.value.diagnostics[0].code is Code.INVALID_OPTION


def test_an_empty_plan_is_an_empty_stream() -> None:
    assert render(plan()) == ""
