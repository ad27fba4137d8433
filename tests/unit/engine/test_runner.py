from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

import hybridcompose as hc
from hybridcompose.engine.runner import runner_address
from tests.unit.translate.support import service


def address() -> str:
    try:
        return runner_address()
    except hc.HybridComposeError as error:
        pytest.skip(f"this machine has no way out: {error}")


def test_the_runners_address_is_one_of_this_machine() -> None:
    found = address()
    assert not ip_address(found).is_loopback
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as own:
        own.bind((found, 0))  # refused for an address of another machine


def test_who_runs_the_project_is_the_host_of_its_services() -> None:
    from hybridcompose.api import translate_for_cluster
    from hybridcompose.spec import Project

    services = {"web": service(extra_hosts={"host.docker.internal": ["host-gateway"]})}
    project = Project.model_validate({"name": "demo", "services": services})
    plan = translate_for_cluster(project, None, host_gateway="runner", resolve_images="none")
    (pod,) = [resource.manifest for resource in plan.resources if resource.key.kind == "Pod"]
    assert pod["spec"]["hostAliases"] == [{"ip": address(), "hostnames": ["host.docker.internal"]}]
