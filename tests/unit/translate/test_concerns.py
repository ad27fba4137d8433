"""Which concerns a service goes through: those of the keys that it gives, and those that nobody asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

import hybridcompose as hc
from hybridcompose.gather.facts import Facts, ImageConfig, ImageHealthcheck
from hybridcompose.plan import Plan
from hybridcompose.translate import process, project
from hybridcompose.translate.concerns import CONCERNS, UNASKED, concerns_for, keys

FIXTURES = sorted(Path(__file__).parents[3].joinpath("fixtures").glob("*/*compose.y*ml"))
EVERYTHING = ImageConfig(
    user="1000",
    working_dir="/srv",
    entrypoint=("serve",),
    command=("--all",),
    exposed_ports=("80/tcp",),
    volumes=("/data",),
    healthcheck=ImageHealthcheck(test=("CMD", "check")),
    stop_signal="SIGQUIT",
    complete=True,
)


def translated(source: hc.Project, facts: Facts, monkeypatch: pytest.MonkeyPatch, *, everything: bool) -> Plan:
    with monkeypatch.context() as patch:
        if everything:
            patch.setattr(project, "concerns_for", lambda _given: CONCERNS)
        try:
            return hc.translate(source, facts=facts, registry="registry.example:5000", allow_host_access=True)
        except hc.TranslateError as error:  # what is found is compared
            return Plan(source.name, None, (), diagnostics=error.diagnostics)


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.parent.name)
def test_what_is_left_out_would_have_changed_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = hc.load(file, environment={}, profiles=["*"])
    facts = hc.gather(source)
    chosen, whole = (translated(source, facts, monkeypatch, everything=entry) for entry in (False, True))
    assert (chosen.resources, chosen.services) == (whole.resources, whole.services)
    assert [*chosen.diagnostics] == [*whole.diagnostics]


def test_what_an_image_asks_for_happens_without_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("name: p\nservices: {a: {image: app}, b: {image: app, read_only: true}}\n")
    source, facts = hc.load(file, environment={}), Facts(images={"app": EVERYTHING})
    chosen, whole = (translated(source, facts, monkeypatch, everything=entry) for entry in (False, True))
    assert chosen.resources == whole.resources
    assert "readinessProbe" in str(chosen.resources)
    assert "ip_unprivileged_port_start" in str(chosen.resources)


def test_a_service_of_an_image_alone_goes_through_what_nobody_asks_for() -> None:
    assert concerns_for(frozenset(("image",))) == tuple(concern for concern in CONCERNS if concern in UNASKED)
    assert process.command in concerns_for(frozenset(("image", "entrypoint")))


@pytest.mark.parametrize("concern", CONCERNS, ids=lambda concern: concern.__name__)
def test_every_concern_has_keys_or_needs_none(concern: object) -> None:
    assert concern in UNASKED or keys()[concern]
