"""Names of things that are defined nowhere, and circles."""

from __future__ import annotations

from hybridcompose.diagnostics import Code
from tests.mistakes.case import Mistake

_UNDEFINED = Code.UNDEFINED_REFERENCE


def _undefined(what: str, text: str, remedy: str) -> Mistake:
    return Mistake(f"an undefined {what}", _UNDEFINED, text, remedy)


REFERENCES = (
    _undefined(
        "network",
        "services:\n  web:\n    image: a\n    networks: [«frnt»]\nnetworks: {front: {}}\n",
        "did you mean front?",
    ),
    _undefined(
        "network that is attached to",
        "services:\n  web:\n    image: a\n    networks:\n      «back»: {aliases: [x]}\n",
        "declare back under the top-level networks",
    ),
    _undefined(
        "volume",
        "services:\n  web:\n    image: a\n    volumes:\n      - ./a:/a\n      - «data:/data»\nvolumes: {dta: {}}\n",
        "did you mean dta?",
    ),
    _undefined(
        "volume of a long mount",
        "services:\n  web:\n    image: a\n    volumes: [{type: volume, source: «data», target: /x}]\n",
        "for a directory write ./data",
    ),
    _undefined(
        "config", "services:\n  web:\n    image: a\n    configs: [«conf»]\n", "declare conf under the top-level configs"
    ),
    _undefined(
        "config of a long mount",
        "services:\n  web:\n    image: a\n    configs: [{source: «conf», target: /x}]\nconfigs: {confg: {file: x}}\n",
        "did you mean confg?",
    ),
    _undefined(
        "secret", "services:\n  web:\n    image: a\n    secrets: [«pass»]\n", "declare pass under the top-level secrets"
    ),
    _undefined(
        "secret of a build",
        "services:\n  web:\n    build:\n      context: .\n      secrets: [«pass»]\nsecrets: {pas: {file: x}}\n",
        "did you mean pas?",
    ),
    _undefined(
        "service that is depended on",
        "services:\n  web:\n    image: a\n    depends_on: [«dbb»]\n  db: {image: a}\n",
        "did you mean db?",
    ),
    _undefined(
        "service that is depended on with a condition",
        "services:\n  web:\n    image: a\n    depends_on:\n      «redis»: {condition: service_started}\n",
        "define it",
    ),
    _undefined(
        "service that is linked",
        "services:\n  web:\n    image: a\n    links: [«dbb:database»]\n  db: {image: a}\n",
        "did you mean db?",
    ),
    _undefined(
        "service whose volumes are taken",
        "services:\n  web:\n    image: a\n    volumes_from: [«dbb:ro»]\n  db: {image: a}\n",
        "did you mean db?",
    ),
    _undefined(
        "service whose network is shared",
        "services:\n  web:\n    image: a\n    network_mode: «service:dbb»\n  db: {image: a}\n",
        "did you mean db?",
    ),
    _undefined(
        "service whose processes are shared",
        "services:\n  web:\n    image: a\n    pid: «service:dbb»\n  db: {image: a}\n",
        "did you mean db?",
    ),
    _undefined(
        "service of an additional context",
        "services:\n  web:\n    build: {context: ., additional_contexts: {base: «service:dbb»}}\n  db: {build: .}\n",
        "did you mean db?",
    ),
    _undefined(
        "model", "services:\n  web:\n    image: a\n    models: [«llm»]\n", "declare llm under the top-level models"
    ),
    Mistake(
        "a dependency that no profile selects",
        _UNDEFINED,
        "services:\n  web:\n    image: a\n    depends_on: [«debug»]\n  debug: {image: a, profiles: [dev]}\n",
        "activate one of its profiles: dev",
    ),
    Mistake(
        "an extended service that does not exist",
        Code.EXTENDS_UNDEFINED,
        "services:\n  web: {extends: «bse»}\n  base: {image: a}\n",
        "did you mean base?",
    ),
    Mistake(
        "an extended service that does not exist in its file",
        Code.EXTENDS_UNDEFINED,
        "services:\n  web:\n    extends:\n      file: other.yaml\n      service: «bse»\n",
        "did you mean base?",
        {"other.yaml": "services: {base: {image: a}}\n"},
    ),
    Mistake(
        "an extended file without services",
        Code.EXTENDS_UNDEFINED,
        "services:\n  web:\n    extends:\n      file: «other.yaml»\n      service: base\n",
        "name a file with services",
        {"other.yaml": "volumes: {}\n"},
    ),
    Mistake(
        "services that extend each other",
        Code.EXTENDS_CYCLE,
        "services:\n  a: {extends: b}\n  b: {extends: c}\n  c: {extends: «b»}\n",
        "break the circle",
    ),
    Mistake(
        "services of two files that extend each other",
        Code.EXTENDS_CYCLE,
        "services:\n  a: {extends: {file: other.yaml, service: b}}\n",
        "break the circle",
        {"other.yaml": "services:\n  b: {extends: {file: compose.yaml, service: «a»}}\n"},
    ),
    Mistake(
        "a service that depends on itself",
        Code.DEPENDENCY_CYCLE,
        "services:\n  web:\n    image: a\n    depends_on: [«web»]\n",
        "remove one of these",
    ),
    Mistake(
        "services that depend on each other",
        Code.DEPENDENCY_CYCLE,
        "services:\n  a: {image: a, depends_on: [«b»]}\n  b: {image: a, links: [c]}\n  c: {image: a, links: [a]}\n",
        "remove one of these",
    ),
    Mistake(
        "a circle through a link",
        Code.DEPENDENCY_CYCLE,
        "services:\n  a: {image: a, links: [«b»]}\n  b: {image: a, depends_on: [a]}\n",
        "remove one of these",
    ),
    Mistake(
        "files that include each other",
        Code.INCLUDE_CYCLE,
        "include: [b.yaml]\nservices: {web: {image: a}}\n",
        "remove one of these includes",
        {"b.yaml": "include:\n  - «compose.yaml»\n"},
    ),
    Mistake(
        "an undefined network in an override file",
        _UNDEFINED,
        "services: {web: {image: a, networks: [front]}}\nnetworks: {front: {}}\n",
        "declare back",
        {"over.yaml": "services:\n  web:\n    networks: [«back»]\n"},
        options={"paths": ["compose.yaml", "over.yaml"]},
    ),
    Mistake(
        "an undefined volume behind an anchor",
        _UNDEFINED,
        "x-mounts: &mounts [«data:/data»]\nservices:\n  web: {image: a, volumes: *mounts}\n",
        "declare data",
    ),
    Mistake(
        "an undefined secret that a base service names",
        _UNDEFINED,
        "services:\n  web: {extends: {file: base.yaml, service: base}}\n",
        "declare pass",
        {"base.yaml": "services:\n  base:\n    image: a\n    secrets:\n      - «pass»\n"},
    ),
    Mistake(
        "several undefined names",
        _UNDEFINED,
        "services:\n  web:\n    image: a\n    networks: [«front»]\n    secrets: [«pass»]\n  db:\n    image: a\n"
        "    depends_on: [«redis»]\n",
        "declare front",
        more=((_UNDEFINED, "declare pass"), (_UNDEFINED, "define it")),
    ),
)
