"""The projects below fixtures/ with an override file that has busybox run every service."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.fixtures import Fixture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

OVERRIDE = "compose.busybox.yaml"
#: What no cluster without that hardware, those labels or those claims can run.
ADJUSTED: Mapping[str, str] = {
    "jobs-hooks": "services: {model: {gpus: !reset []}}",
    "long-lived": "services: {db: {deploy: {placement: !reset null}}}\nvolumes: {data: !override {}}",
}
#: Projects that cannot run here, with the reason.
LEFT_OUT: Mapping[str, str] = {}
#: Options of a fixture that say how it runs. The others say where, and that is the test's own place.
BEHAVIOUR = (
    "workloads",
    "dns",
    "network_policies",
    "expose",
    "namespace_mode",
    "rewrite_hostnames",
    "allow_host_access",
)
#: Every service serves its own name at this port, and at those that it publishes.
PORT = 8000


@dataclass(frozen=True)
class Target:
    """A server as another service reaches it: ``answers`` are the services that have the name."""

    source: str
    host: str
    port: int
    answers: frozenset[str]


def runnable(name: str, directory: Path, image: str) -> Fixture:
    """A copy of a fixture in ``directory`` with the override file in it, and the options that say how it runs."""
    fixture = Fixture.named(name).copied(directory)
    fixture = replace(fixture, render={key: fixture.render[key] for key in BEHAVIOUR if key in fixture.render})
    if name in ADJUSTED:
        fixture = fixture.with_file("compose.adjusted.yaml", ADJUSTED[name])
    every = fixture.load(name="every", profiles=["*"]).to_dict()
    return fixture.with_file(OVERRIDE, override(every, image))


def override(project: Mapping[str, Any], image: str) -> str:
    """The YAML of the override file, in which ``!reset`` and ``!override`` stand before values that are JSON."""
    services: Mapping[str, Any] = project["services"]
    outside = {name for name in services if published(services, name)} or {next(servers(services))}
    lines = ["services:"]
    for name, service in services.items():
        hooks = [_hook(hook, image) for hook in service.get("pre_start", ())]
        lines += [f"  {name}:", f"    image: {image}", "    build: !reset null", "    entrypoint: !reset null"]
        lines.append(f"    command: !override {_written(_command(services, name))}")
        if hooks:
            lines.append(f"    pre_start: !override {_written(hooks)}")
        if service.get("healthcheck", {}).get("test", ["NONE"])[0] != "NONE":
            lines.append(f"    healthcheck: !override {_written(_check(services, name))}")
        if name in outside and not published(services, name):
            lines.append(f"    ports: {_written([str(PORT)])}")
    lines += ["jobs:"] if "jobs" in project else []
    lines += [f"  {name}: {{image: {_written(image)}}}" for name in project.get("jobs", ())]
    return "\n".join(lines) + "\n"


def servers(services: Mapping[str, Any]) -> Iterator[str]:
    """Services that run until they are stopped: no other awaits their end, and they are no jobs."""
    awaited = {
        name
        for service in services.values()
        for name, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_completed_successfully"
    }
    for name, service in services.items():
        if name not in awaited and not service.get("deploy", {}).get("mode", "").endswith("-job"):
            yield name


def published(services: Mapping[str, Any], name: str) -> list[int]:
    """The TCP ports of the container that a service publishes."""
    return [port["target"] for port in services[name].get("ports", ()) if port["protocol"] == "tcp"]


def targets(services: Mapping[str, Any], options: Mapping[str, Any]) -> list[Target]:
    """Each server from the first other one that shares a network with it, else from itself, under all its names.

    The cluster's DNS server has a hyphen for what Kubernetes refuses in names, and no aliases in a shared namespace.
    """
    verbatim, shares = options.get("dns") == "project", options.get("namespace_mode") == "shared"
    running = list(servers(services))
    names = {name: _names(services, name) for name in running}
    found = []
    for name in running:
        owner = _owner(services, name)
        others = [other for other in running if _owner(services, other) != owner]
        for source in (*others, name):
            shared = names[owner].keys() & names[_owner(services, source)].keys()
            if shared:
                hosts = {host for network in shared for host in names[owner][network]}
                found += [
                    Target(
                        source,
                        host if verbatim else _plain(host),
                        _port(services, name),
                        _answering(services, names, shared, host, name),
                    )
                    for host in sorted(hosts)
                    if host == owner or not shares or verbatim
                ]
                break
    return found


def _plain(host: str) -> str:
    return host.replace(".", "-").replace("_", "-")


def _answering(
    services: Mapping[str, Any],
    names: Mapping[str, Mapping[str, set[str]]],
    shared: Iterable[str],
    host: str,
    name: str,
) -> frozenset[str]:
    """Who answers to a name at the port of ``name``: all that are called so."""
    port = _port(services, name)
    others = {
        other
        for other, networks in names.items()
        if any(host in networks.get(network, ()) for network in shared) and _port(services, other) == port
    }
    return frozenset({name, *others})


def _names(services: Mapping[str, Any], name: str) -> dict[str, set[str]]:
    """What a service is called, by network."""
    networks = services[name].get("networks", {})
    return {network: {name, *((about or {}).get("aliases", ()))} for network, about in networks.items()}


def _owner(services: Mapping[str, Any], name: str) -> str:
    """The service whose network a service has: its own, or that which it joins."""
    kind, _, other = services[name].get("network_mode", "").partition(":")
    return other if kind == "service" else name


def _port(services: Mapping[str, Any], name: str) -> int:
    """Who joins a network cannot have the ports of those that are there."""
    joined = _owner(services, name) != name
    return PORT + 1 + list(services).index(name) if joined else PORT


def _command(services: Mapping[str, Any], name: str) -> list[str]:
    if name not in servers(services):
        return ["true"]
    directory = f"/dev/shm/{name}"
    ports = dict.fromkeys([_port(services, name), *published(services, name)])
    serve = " ".join(f"httpd -f -p {port} -h {directory} &" for port in ports)
    return [
        "sh",
        "-c",
        f"trap 'exit 0' INT TERM; mkdir -p {directory}; echo {name} >{directory}/index.html; {serve} wait",
    ]


def _check(services: Mapping[str, Any], name: str) -> dict[str, Any]:
    test = ["CMD", "wget", "-q", "-O", "/dev/null", f"http://127.0.0.1:{_port(services, name)}/"]
    return {"test": test, "interval": "1s", "retries": 30}


def _hook(hook: Mapping[str, Any], image: str) -> dict[str, Any]:
    """A hook as it is, if busybox has its program."""
    kept = {key: value for key, value in hook.items() if key not in ("gpus", "networks", "entrypoint")}
    command = hook["command"] if hook["command"][0] in ("sh", "touch") else ["true"]
    return {**kept, "image": image, "command": command}


def _written(value: Any) -> str:
    return json.dumps(value).replace("$", "$$")
