"""Values that contradict one another, and what is missing."""

from __future__ import annotations

from hybridcompose.diagnostics import Code
from tests.mistakes.case import Mistake

_CONFLICT = Code.CONFLICTING_VALUES


def _service(name: str, lines: str, remedy: str, code: Code = _CONFLICT) -> Mistake:
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    return Mistake(name, code, f"services:\n  web:\n    image: a\n{body}", remedy)


def _top(name: str, line: str, remedy: str, code: Code = _CONFLICT) -> Mistake:
    return Mistake(name, code, f"services: {{web: {{image: a}}}}\n{line}\n", remedy)


CONFLICTS = (
    Mistake(
        "network_mode and networks",
        _CONFLICT,
        "services:\n  web:\n    image: a\n    «network_mode»: host\n    networks: [net]\nnetworks: {net: {}}\n",
        "remove one of them",
    ),
    _service("scale and replicas", "«scale»: 2\ndeploy: {replicas: 3}", "keep one of them"),
    _service("a container's name and scale", "«container_name»: web\nscale: 2", "remove container_name"),
    _service(
        "a container's name and replicas", "«container_name»: web\ndeploy: {replicas: 2}", "remove container_name"
    ),
    _service("two memory limits", "«mem_limit»: 1g\ndeploy: {resources: {limits: {memory: 2g}}}", "keep one of them"),
    _service("two CPU limits", "«cpus»: 1\ndeploy: {resources: {limits: {cpus: '2'}}}", "keep one of them"),
    _service(
        "two Dockerfiles",
        "build:\n  context: .\n  dockerfile: A\n  «dockerfile_inline»: FROM x",
        "keep one of them",
    ),
    _service("a platform that is not built", "platform: linux/arm64\nbuild: {«platforms»: [linux/amd64]}", "add "),
    _service("a tmpfs where a mount is", "tmpfs: /x\nvolumes: [«'./a:/x'»]", "a target of its own"),
    _service(
        "a count and ids of devices",
        "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: 1, «device_ids»: [a]}]}}}",
        "keep one of them",
    ),
    _top("a secret of two sources", "secrets: {s: {file: a, «environment»: B}}", "keep one of file, environment"),
    _top("a config of two sources", "configs: {c: {content: a, «file»: b}}", "keep one of content, file"),
    _top("a secret of no source", "secrets: {«s»: {}}", "write file: PATH"),
    _top("a config of no source", "configs: {«c»: {}}", "write file: PATH"),
    _top("an external volume with a driver", "volumes: {v: {external: true, «driver»: nfs}}", "leave one of them out"),
    Mistake(
        "neither image nor build",
        Code.MISSING_IMAGE,
        "services:\n  «web»:\n    ports: ['80']\n",
        "write image: NAME or build: DIRECTORY",
    ),
    Mistake(
        "neither image nor build in an override file",
        Code.MISSING_IMAGE,
        "services: {db: {image: a}}\n",
        "write image: NAME",
        {"over.yaml": "services:\n  «web»: {ports: ['80']}\n"},
        options={"paths": ["compose.yaml", "over.yaml"]},
    ),
    Mistake(
        "a list over a mapping",
        Code.CANNOT_MERGE,
        "services: {web: {image: a, healthcheck: {test: x}}}\n",
        "tag the new value !override",
        {"over.yaml": "services:\n  web:\n    healthcheck: «[»x]\n"},
        options={"paths": ["compose.yaml", "over.yaml"]},
    ),
    Mistake(
        "a text over a list",
        Code.CANNOT_MERGE,
        "services: {web: {image: a, ports: ['80']}}\n",
        "write the same form in both files",
        {"over.yaml": "services:\n  web:\n    ports: «'81'»\n"},
        options={"paths": ["compose.yaml", "over.yaml"]},
    ),
    Mistake(
        "a value that !reset takes away and another needs",
        Code.MISSING_IMAGE,
        "services: {web: {image: a}}\n",
        "write image: NAME",
        {"over.yaml": "services:\n  «web»:\n    image: !reset null\n"},
        options={"paths": ["compose.yaml", "over.yaml"]},
    ),
    Mistake(
        "a definition that !reset takes away",
        Code.UNDEFINED_REFERENCE,
        "services: {web: {image: a, networks: [«front»]}}\nnetworks: {front: {}}\n",
        "declare front",
        {"over.yaml": "networks:\n  front: !reset null\n"},
        options={"paths": ["compose.yaml", "over.yaml"]},
    ),
    Mistake(
        "a service and a job of one name",
        _CONFLICT,
        "services: {web: {image: a}}\njobs:\n  «web»: {image: a, triggers: {manual: true}}\n",
        "rename one of them",
    ),
    Mistake(
        "mistakes that different stages find",
        Code.REQUIRED_VARIABLE,
        "services:\n  web:\n    image: «${TAG:?}»\n    «prots»: []\n  db:\n    image: a\n    ports: [«'99999'»]\n"
        "    mem_limit: «big»\n    depends_on: [«redis»]\nsecrets:\n  «s»: {}\n",
        "set TAG",
        more=(
            (Code.UNKNOWN_KEY, "did you mean ports?"),
            (Code.INVALID_VALUE, "65535"),
            (Code.INVALID_VALUE, "512m"),
            (Code.UNDEFINED_REFERENCE, "define it"),
            (Code.CONFLICTING_VALUES, "write file"),
        ),
    ),
)
