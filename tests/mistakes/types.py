"""Values of the wrong type, at every level."""

from __future__ import annotations

from hybridcompose.diagnostics import Code
from tests.mistakes.case import Mistake


def _typed(name: str, text: str, remedy: str, code: Code = Code.INVALID_VALUE) -> Mistake:
    return Mistake(name, code, text, remedy)


def _service(name: str, lines: str, remedy: str) -> Mistake:
    """A mistake in a service; ``lines`` stand below its image."""
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    return Mistake(name, Code.INVALID_VALUE, f"services:\n  web:\n    image: a\n{body}", remedy)


TYPES = (
    _typed("services as a list", "services:\n  «-» web\n", "write NAME: below it", Code.NOT_A_MAPPING),
    _typed("services without anything", "«services»:\nvolumes: {}\n", "write NAME: below it", Code.NOT_A_MAPPING),
    _typed("a service as a text", "services:\n  web: «nginx»\n", "write image: nginx", Code.NOT_A_MAPPING),
    _typed("a service as a list", "services:\n  web:\n    «-» image: nginx\n", "image: NAME", Code.NOT_A_MAPPING),
    _typed("a service without anything", "services:\n  «web»:\n  db: {image: a}\n", "write image: NAME"),
    _typed("an image as a number", "services:\n  web:\n    image: «7»\n", "put it in quotes"),
    _typed("an image as a fraction", "services:\n  web:\n    image: «1.5»\n", "put it in quotes"),
    _typed("an image as true", "services:\n  web:\n    image: «true»\n", "put it in quotes"),
    _typed("an image as null", "services:\n  web:\n    image: «null»\n", "write a value, or remove the key"),
    _typed("an image without a value", "services:\n  web:\n    «image»:\n", "write a value, or remove the key"),
    _typed("an image as a list", "services:\n  web:\n    image: «[»nginx]\n", "write a string"),
    _typed("an image as a mapping", "services:\n  web:\n    image:\n      «name»: a\n", "write a string"),
    _service("ports as a text", 'ports: «"80:80"»', "write one entry a line, each after a dash"),
    _service("ports as a number", "ports: «80»", "write one entry a line, each after a dash"),
    _service("ports as a mapping", 'ports:\n  «"80"»: "80"', "write one entry a line, each after a dash"),
    _service("a port as true", "ports: [«true»]", "or a number"),
    _service("a port as null", "ports:\n  - «~»", "write a value, or remove the key"),
    _service("a list entry without anything", "volumes:\n  - ./a:/a\n  «-»", "write a value"),
    _service("expose as a text", "expose: «'80'»", "write one entry a line, each after a dash"),
    _service("an environment as a text", "environment: «A=b»", "write NAME: VALUE"),
    _service("an environment's value as a list", "environment:\n  A: «[»b]", "write a string"),
    _service("an environment's entry as a mapping", "environment:\n  - «A»: b", "write NAME=VALUE"),
    _service("an environment's entry as a number", "environment: [A=b, «5»]", "write NAME=VALUE in quotes"),
    _service("a command as a number", "command: «5»", "put it in quotes"),
    _service("a number in a command", "command: [serve, --port, «8080»]", "put it in quotes"),
    _service("a boolean in a command", "command: [serve, «true»]", "put it in quotes"),
    _service("a command as a mapping", "command:\n  «run»: x", "write a list or a string"),
    _service("volumes as a mapping", "volumes:\n  «data»: /x", "write one entry a line, each after a dash"),
    _service("networks as a text", "networks: «front»", "write a mapping or a list"),
    _service("a network's attachment as a text", "networks: {default: «yes»}", "write aliases"),
    _service("depends_on as a text", "depends_on: «web»", "write a mapping or a list"),
    _service("a dependency without anything", "depends_on:\n  «web»:", "write condition"),
    _service("a health check as a text", "healthcheck: «curl x»", "write disable"),
    _service("a test as a mapping", "healthcheck:\n  test: «{»CMD: x}", "write a list or a string"),
    _service("an interval as a number", "healthcheck: {test: x, interval: «10»}", "such as 10s"),
    _service("a flag as a number", "privileged: «1»", "write true or false"),
    _service("a flag as a list", "privileged: «[»true]", "write true or false"),
    _service("a flag as a word", "privileged: «maybe»", "write true or false"),
    _service("a number as true", "scale: «true»", "write a whole number"),
    _service("a number as a fraction", "scale: «1.5»", "write a whole number"),
    _service("a number as a word", "scale: «many»", "write a whole number"),
    _service("build as a list", "build: «[».]", "write additional_contexts"),
    _service("deploy as a text", "deploy: «swarm»", "write endpoint_mode"),
    _service("labels as a text", "labels: «a»", "write NAME: VALUE"),
    _service("logging as a text", "logging: «none»", "write driver"),
    _service("ulimit with one end", "ulimits:\n  «nofile»: {soft: 5}", "write hard:"),
    _service("a user as a number", "user: «1000»", "put it in quotes"),
    _service("a container's name as a number", "container_name: «5»", "put it in quotes"),
    _service("extra_hosts as a text", "extra_hosts: «a:1.2.3.4»", "write a mapping or a list"),
    _service("a secret as a number", "secrets: [«5»]", "put it in quotes"),
    _service("an env file as a mapping", "env_file: «{»path: a.env}", "write a list or a string"),
    _service("an env file without a path", "env_file:\n  - «required»: false", "write path:"),
    _service("profiles as a text", "profiles: «debug»", "write one entry a line, each after a dash"),
    _service("cap_add as a text", "cap_add: «SYS_ADMIN»", "write one entry a line, each after a dash"),
    _service("a memory limit as a list", "mem_limit: «[»1g]", "write a number"),
    _service("a date where text stands", "hostname: «2020-01-01»", "put it in quotes"),
    _service("a limit of CPUs that is no number", "cpus: «.nan»", "write a number"),
    _typed("networks as a list", "services: {web: {image: a}}\nnetworks:\n  «-» front\n", "write NAME: below it"),
    _typed("a network as a text", "services: {web: {image: a}}\nnetworks: {front: «bridge»}\n", "write attachable"),
    _typed("a volume as a text", "services: {web: {image: a}}\nvolumes: {v: «local»}\n", "write driver"),
    _typed("a config as a text", "services: {web: {image: a}}\nconfigs: {c: «./c»}\n", "write "),
    _typed("a secret as null", "services: {web: {image: a}}\nsecrets:\n  «s»:\n", "write "),
    _typed("a name as a number", "name: «5»\nservices: {web: {image: a}}\n", "put it in quotes"),
    _typed("include as a text", "include: «other.yaml»\nservices: {web: {image: a}}\n", "write - "),
    _typed("an include as a list", "include: [«[»other.yaml]]\nservices: {web: {image: a}}\n", "write - "),
    _typed(
        "an option of a driver as a list", "services: {web: {image: a}}\nvolumes: {v: {driver_opts: {o: «[»a]}}}\n", ""
    ),
    _typed("extends as a list", "services:\n  web: {extends: «[»db]}\n  db: {image: a}\n", "write service: NAME"),
    _typed("extends without a service", "services:\n  web: {«extends»: {file: a.yaml}}\n", "write service: NAME"),
    _typed(
        "a model without its model", "services: {web: {image: a}}\nmodels: {«llm»: {context_size: 5}}\n", "write model:"
    ),
    _typed(
        "a watch rule without a path",
        "services: {web: {image: a, develop: {watch: [«{»action: rebuild}]}}}\n",
        "write path:",
    ),
    Mistake(
        "an empty entry of a list that is merged",
        Code.INVALID_VALUE,
        "services: {web: {image: a, cap_add: [A]}}\n",
        "write a value, or remove the key",
        {"over.yaml": "services:\n  web:\n    security_opt: [x]\n    volumes:\n      - ./a:/a\n      «-»\n"},
        options={"paths": ["compose.yaml", "over.yaml"]},
    ),
    Mistake(
        "true in a list that an extended service has, too",
        Code.INVALID_VALUE,
        "services:\n  web:\n    extends: base\n    security_opt: [a, «true»]\n  base: {image: a, security_opt: [b]}\n",
        "put it in quotes",
    ),
)
