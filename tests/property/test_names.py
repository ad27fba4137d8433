"""Whatever a project calls its things, every name and label that comes out is one that Kubernetes takes.

Source: Kubernetes, "Object Names and IDs", "Labels and Selectors", "Annotations".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hybridcompose.diagnostics import TranslateError
from hybridcompose.gather.facts import Facts
from hybridcompose.spec import Project
from hybridcompose.translate import Options, translate
from hybridcompose.translate.options import Dns, Expose, NamespaceMode

if TYPE_CHECKING:
    from collections.abc import Iterator

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
PREFIX = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
PORT = re.compile(r"(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?")
SUBDOMAIN_KINDS = ("ConfigMap", "Secret", "PersistentVolumeClaim", "NetworkPolicy", "Deployment")

#: What Compose takes for the name of a service, a network or a project.
KEYS = st.from_regex(r"[a-zA-Z0-9._-]{1,70}", fullmatch=True)
PROJECTS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,69}", fullmatch=True)
TEXTS = st.text(min_size=1, max_size=80)
ALIASES = st.one_of(KEYS, TEXTS)
PORTS = st.fixed_dictionaries(
    {"target": st.integers(1, 65535), "published": st.integers(1, 65535).map(str), "name": TEXTS}
)
SERVICES = st.fixed_dictionaries(
    {"image": st.just("app")},
    optional={
        "container_name": ALIASES,
        "hostname": ALIASES,
        "labels": st.dictionaries(TEXTS, TEXTS, max_size=2),
        "networks": st.dictionaries(
            KEYS, st.none() | st.builds(lambda alias: {"aliases": [alias]}, ALIASES), max_size=2
        ),
        "ports": st.lists(PORTS, max_size=3),
        "scale": st.integers(0, 3),
        "volumes": st.lists(
            st.builds(lambda key: {"type": "volume", "source": key, "target": f"/{key}"}, KEYS), max_size=2
        ),
        "environment": st.dictionaries(TEXTS, TEXTS, max_size=2),
    },
)
OPTIONS = st.builds(
    Options,
    dns=st.sampled_from(Dns),
    namespace_mode=st.sampled_from(NamespaceMode),
    expose=st.sampled_from(Expose),
    network_policies=st.booleans(),
    rewrite_hostnames=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(PROJECTS, st.dictionaries(KEYS, SERVICES, min_size=1, max_size=4), OPTIONS)
def test_every_name_and_label_of_a_plan_is_valid(name: str, services: dict[str, Any], options: Options) -> None:
    project = Project.model_validate({"name": name, "services": services})
    try:
        plan = translate(project, Facts(), options)
    except TranslateError:  # such as two names that fall together: tests/unit/translate/test_names.py
        return
    wrong = [text for resource in plan.resources for text in violations(dict(resource.manifest))]
    assert wrong == []
    assert len({resource.key for resource in plan.resources}) == len(plan.resources)


def violations(manifest: dict[str, Any]) -> Iterator[str]:
    kind, name = manifest["kind"], manifest["metadata"]["name"]
    if not (PREFIX if kind in SUBDOMAIN_KINDS else LABEL).fullmatch(name):
        yield f"{kind} {name}"
    yield from _in_metadata(manifest["metadata"])
    spec = manifest.get("spec", {})
    template = spec.get("template", {})
    yield from _in_metadata(template.get("metadata", {}))
    yield from _in_labels(spec.get("selector", {}) if kind == "Service" else {})
    yield from _in_labels(spec.get("podSelector", {}).get("matchLabels", {}))
    pod = spec if kind == "Pod" else template.get("spec", {})
    yield from _in_pod(pod)
    for port in spec.get("ports", ()):
        if not PORT.fullmatch(port["name"]) and not LABEL.fullmatch(port["name"]):
            yield f"port {port['name']}"


def _in_pod(pod: dict[str, Any]) -> Iterator[str]:
    containers = [*pod.get("initContainers", ()), *pod.get("containers", ())]
    names = [container["name"] for container in containers]
    volumes = [volume["name"] for volume in pod.get("volumes", ())]
    for listed in (names, volumes):
        if len(set(listed)) < len(listed):
            yield f"not unique: {listed}"
    for name in (*names, *volumes, *filter(None, (pod.get("hostname"), pod.get("subdomain")))):
        if not LABEL.fullmatch(name):
            yield name
    for container in containers:
        for port in container.get("ports", ()):
            if "name" in port and not PORT.fullmatch(port["name"]):
                yield f"port {port['name']}"


def _in_metadata(metadata: dict[str, Any]) -> Iterator[str]:
    yield from _in_labels(metadata.get("labels", {}))
    for key in metadata.get("annotations", {}):
        if not _is_key(key):
            yield f"annotation {key}"


def _in_labels(labels: dict[str, str]) -> Iterator[str]:
    for key, value in labels.items():
        if not _is_key(key) or not VALUE.fullmatch(value):
            yield f"label {key}={value}"


def _is_key(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    valid = bool(name) and VALUE.fullmatch(name) is not None
    return valid and (not slash or PREFIX.fullmatch(prefix) is not None)
