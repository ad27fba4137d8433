"""Texts and numbers that are not of the form that their key takes."""

from __future__ import annotations

from hybridcompose.diagnostics import Code
from tests.mistakes.case import Mistake


def _service(name: str, line: str, remedy: str, code: Code = Code.INVALID_VALUE) -> Mistake:
    return Mistake(name, code, f"services:\n  web:\n    image: a\n    {line}\n", remedy)


def _top(name: str, line: str, remedy: str, code: Code = Code.INVALID_VALUE) -> Mistake:
    return Mistake(name, code, f"services: {{web: {{image: a}}}}\n{line}\n", remedy)


SCALARS = (
    _service("a port beyond 65535", "ports: [«'99999:80'»]", "a number up to 65535"),
    _service("a container port beyond 65535", "ports: ['80', «'80:99999'»]", "a number up to 65535"),
    _service("a port that is a word", "ports: [«http»]", "a number up to 65535"),
    _service("a port range that ends before it begins", "ports: [«'90-80'»]", "write 80-90"),
    _service("port ranges of different lengths", "ports: [«'80-81:90-92'»]", "as many"),
    _service("a port's protocol", "ports: [«'80/http'»]", "use tcp, udp or sctp"),
    _service("a host name before a port", "ports: [«'localhost:80:80'»]", "write an IP address"),
    _service("a port of nothing", "ports: [«'80:'»]", "write [[IP:]HOST:]CONTAINER"),
    _service("a long port's address", "ports: [{target: 80, host_ip: «nope»}]", "an address such as 127.0.0.1"),
    _service("a long port without a target", "ports: [«{»published: '80'}]", "write target:"),
    _service("a duration without a unit", "healthcheck: {test: x, interval: «'10'»}", "write '10s' for seconds"),
    _service("a duration with an unknown unit", "stop_grace_period: «10sec»", "use ns, us, ms, s, m, h, d or w"),
    _service("a duration that is a word", "stop_grace_period: «soon»", "a number and a unit"),
    _service("a size with an unknown unit", "mem_limit: «10x»", "b, k, m or g"),
    _service("a size that is a word", "shm_size: «big»", "b, k, m or g"),
    _service("a limit with Kubernetes' unit", "deploy: {resources: {limits: {memory: «5Mo»}}}", "b, k, m or g"),
    _service("a number with a comma", "cpus: «'0,5'»", "write a number"),
    _service("a CPU limit with Kubernetes' unit", "deploy: {resources: {limits: {cpus: «500m»}}}", "like 0.5"),
    _service("a pull policy", "pull_policy: «sometimes»", "write always, never, missing"),
    _service("a pull policy that is nearly right", "pull_policy: «allways»", "did you mean always?"),
    _service("a mode of a mount", "configs: [{source: c, mode: «'999'»}]", "write octal digits"),
    _service("a mount's type", "volumes: [{type: «bin», source: ., target: /x}]", "did you mean bind?"),
    _service("a volume with four parts", "volumes: [«'data:/b:ro:z'»]", "write [SOURCE:]TARGET[:OPTIONS]"),
    _service("a volume with an empty part", "volumes: [«':/b'»]", "write [SOURCE:]TARGET[:OPTIONS]"),
    _service("an empty volume", "volumes: [«''»]", "write [SOURCE:]TARGET[:OPTIONS]"),
    _service("a device with four parts", "devices: [«'a:b:c:d'»]", "use the long form"),
    _service("a container's name", "container_name: «'-'»", "write at least two letters"),
    _service(
        "a health check that is a list without CMD", "healthcheck: {test: [«curl», x]}", 'write ["CMD", "curl", …]'
    ),
    _service("a condition", "depends_on: {web: {condition: «healthy»}}", "did you mean service_healthy?"),
    _service("a watch action", "develop: {watch: [{path: ., action: «synch»}]}", "did you mean sync?"),
    _service("an order of an update", "deploy: {update_config: {order: «stop-frist»}}", "did you mean stop-first?"),
    _service("a cgroup", "cgroup: «hosts»", "did you mean host?"),
    _service("gpus", "gpus: «some»", "write 'all'"),
    _service("an umask", "umask: «'089'»", "write octal digits such as 0022"),
    _service("a negative scale", "scale: «-1»", "write 0 or more"),
    _service("a score beyond its limit", "oom_score_adj: «2000»", "write 1000 or less"),
    _service("a percentage beyond 100", "cpu_percent: «200»", "write 100 or less"),
    _service("a host without an address", "extra_hosts: [«myhost»]", "HOST=ADDRESS"),
    _service("a variable's name with a space", "environment: [A=b, «B =c»]", "write B= without a space"),
    _service("a command whose quote is not closed", 'command: «"echo \'a"»', "close the quote"),
    _service("an env file's format", "env_file: [{path: /dev/null, format: «cooked»}]", "write format: raw"),
    _service("an SSH key without a path", "build: {context: ., ssh: [«mine»]}", "write ID=PATH"),
    _service(
        "an additional context without a name", "build: {context: ., additional_contexts: [«dir»]}", "write NAME=VALUE"
    ),
    _service("a label's value as a mapping", "labels: {a: «{»}}", "write a string"),
    _service("a ulimit that is a word", "ulimits: {nofile: «many»}", "write a whole number"),
    _top("a boolean of a network", "networks: {n: {internal: «sometimes»}}", "write true or false"),
    _top("a boolean of a volume", "volumes: {v: {external: «sure»}}", "write true or false"),
    _top("an old external name", "volumes: {v: {name: a, external: {name: «b»}}}", "only write name"),
    Mistake(
        "a project name given with -p",
        Code.INVALID_PROJECT_NAME,
        "services: {web: {image: a}}\n",
        "use lower-case letters",
        options={"project_name": "My Project"},
    ),
    Mistake(
        "a project name of signs alone",
        Code.INVALID_PROJECT_NAME,
        "name: «'---'»\nservices: {web: {image: a}}\n",
        "use lower-case letters",
        options={"project_name": None},
    ),
)
