from __future__ import annotations

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.translate import Options
from hybridcompose.translate.options import Dns, NamespaceMode
from tests.unit.translate.support import codes, found, only, plan_of, service

NAMED = Options(namespace="ci")


def test_a_name_for_a_container_outside_leads_to_its_whole_name() -> None:
    links = ["legacy:old", "db.data.svc.cluster.local:store", "shared"]
    plan = plan_of({"web": service(external_links=links)}, options=NAMED)
    outside = {name: one["spec"].get("externalName") for name, one in found(plan, "Service").items()}
    assert outside == {"old": "legacy.ci.svc.cluster.local", "store": "db.data.svc.cluster.local", "web": None}
    assert codes(plan) == [Code.APPROXIMATED] * 3


@pytest.mark.parametrize("link", ["legacy:old", "a_b.example:old", "db.example:o_ld"])
def test_a_name_that_cannot_lead_outside_is_a_warning(link: str) -> None:
    finding = only(plan_of({"web": service(external_links=[link])}), Code.NO_EQUIVALENT)
    assert (finding.severity, finding.path) == (Severity.WARNING, ("services", "web", "external_links", 0))


def test_no_service_of_another_name_is_made_in_a_shared_namespace() -> None:
    options = Options(namespace="ci", namespace_mode=NamespaceMode.SHARED)
    plan = plan_of({"web": service(external_links=["db.data.svc.cluster.local:store"])}, options=options)
    assert "store" not in found(plan, "Service")
    assert only(plan, Code.NO_EQUIVALENT).severity is Severity.WARNING


def test_the_projects_own_server_needs_no_service_for_it_but_says_what_must_exist() -> None:
    options = Options(dns=Dns.PROJECT)
    plan = plan_of({"web": service(external_links=["legacy:old_name"])}, options=options)
    assert set(found(plan, "Service")) == {"hybridcompose-dns", "web"}
    assert codes(plan) == [Code.APPROXIMATED]
    wrong = plan_of({"web": service(external_links=["leg_acy:old"])}, options=options)
    assert codes(wrong) == [Code.NO_EQUIVALENT]
