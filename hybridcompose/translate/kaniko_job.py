"""The Job that runs Kaniko: its flags, its pod, and what of ``build`` holds for that pod."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.plan import Resource
from hybridcompose.translate.kaniko_context import DIRECTORY
from hybridcompose.translate.labels import object_labels
from hybridcompose.translate.names import object_name
from hybridcompose.translate.options import BUILD_RESOURCES, SITE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.plan import KubeName, Manifest
    from hybridcompose.spec.build import Build
    from hybridcompose.translate.builder import Builder
    from hybridcompose.translate.kaniko_context import BuildContext
    from hybridcompose.translate.scope import ServiceScope

#: A finished Job is removed after this many seconds, when nobody looks at its log any more.
TTL = 86_400
#: What Pod Security ``baseline`` admits: without FSETID and SETFCAP the image's files differ from Docker's.
CAPABILITIES = (
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
)
#: Where the maintained fork does what BuildKit does only when it is told to.
FORK_FLAGS = (
    "FF_KANIKO_CHOWN_ON_IMPLICIT_DIRS",
    "FF_KANIKO_COPY_AS_ROOT",
    "FF_KANIKO_COPY_CHMOD_ON_IMPLICIT_DIRS",
    "FF_KANIKO_EXPAND_HEREDOC",
    "FF_KANIKO_RUN_HONOR_GROUP",
    "FF_KANIKO_UNTAR_SKIP_ROOT",
)
_FORKS = ("osscontainertools/kaniko", "martizih/kaniko", "mzihlmann/kaniko")
_PROXIES = ("all_proxy", "ftp_proxy", "http_proxy", "https_proxy", "no_proxy")
_CREDENTIALS = "registry-credentials"
_CA_DIRECTORY = "/kaniko/registry-ca"
CA_KEY = "ca.crt"
#: What a build is for that is told so and says nothing else.
DEFAULT_PLATFORM = "linux/amd64"
_KEY_DIRECTORY = "/kaniko/context-key"
#: Where Google's library looks for a key.
GOOGLE_KEY = "GOOGLE_APPLICATION_CREDENTIALS"


def is_fork(image: str) -> bool:
    """Whether an image is the maintained fork of Kaniko, by its name; a mirror that keeps the path counts."""
    return any(fork in image for fork in _FORKS)


class Extras(NamedTuple):
    """What a build has beside its context: flags, switches of the fork, mounts, and the objects that these show."""

    dockerfile: str | None = None
    flags: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    volumes: tuple[Manifest, ...] = ()
    mounts: tuple[Manifest, ...] = ()
    init_containers: tuple[Manifest, ...] = ()
    resources: tuple[Resource, ...] = ()

    def joined(self, other: Extras) -> Extras:
        """Both."""
        return Extras(
            self.dockerfile or other.dockerfile,
            self.flags + other.flags,
            self.variables + other.variables,
            self.volumes + other.volumes,
            self.mounts + other.mounts,
            self.init_containers + other.init_containers,
            self.resources + other.resources,
        )


_NO_EXTRAS = Extras()


class Job(NamedTuple):
    """The Job of one build. ``destinations`` are pushed in this order, the content-addressed one first."""

    scope: ServiceScope
    section: Build
    facts: BuildFacts
    context: BuildContext
    destinations: tuple[str, ...]
    extras: Extras = _NO_EXTRAS

    @property
    def spec(self) -> Manifest:
        return {
            "activeDeadlineSeconds": self.scope.options.build_timeout,
            "backoffLimit": 0,
            "ttlSecondsAfterFinished": TTL,
            "template": {"metadata": {"labels": _pod_labels(self.scope)}, "spec": build_pod(self)},
        }

    def name_with(self, spec: Manifest) -> KubeName:
        """The name of the Job that has its ``spec``. Jobs are immutable: whatever changes the Job changes its name."""
        content = json.dumps([self.facts.digest, spec], sort_keys=True)
        return object_name("build", self.scope.name, hashlib.sha256(content.encode()).hexdigest()[:10])


def _pod_labels(scope: ServiceScope) -> dict[str, str]:
    """Not the service's own labels: its Service would take the builder for one of its pods."""
    return {**object_labels(scope.root), "app.kubernetes.io/component": "build"}


def build_pod(job: Job) -> Manifest:
    """The PodSpec: no token, no service links, no second try."""
    scope = job.scope
    pod: Manifest = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "imagePullSecrets": _pull_secrets(job),
        "initContainers": [*_init_containers(job), *job.extras.init_containers],
        "containers": [BUILDER.container(job)],
        "nodeSelector": _node_selector(BUILDER.platform(job)),
        "hostAliases": _host_aliases(job),
        "volumes": [*(volume for volume, _ in _volumes(job)), *job.extras.volumes],
    }
    if job.section.network == "host" and scope.options.allow_host_access:
        pod["hostNetwork"] = True
    if any(getattr(scope.options, name) for name in SITE):
        from hybridcompose.translate.site import with_site

        pod = with_site(pod, scope.options)
    return _with_resources(scope, {key: value for key, value in pod.items() if value not in ({}, [])})


def _with_resources(scope: ServiceScope, pod: Manifest) -> Manifest:
    """Requests and limits, for namespaces with quotas. What a service may have is no measure for its build."""
    if not any(getattr(scope.options, name) for name in BUILD_RESOURCES):
        return pod
    from hybridcompose.translate.default_resources import filled, of_builds
    from hybridcompose.translate.pod_specs import changed_containers

    amounts = scope.root.once(of_builds)
    return pod if amounts is None else changed_containers(pod, partial(filled, amounts))


def _init_containers(job: Job) -> list[Manifest]:
    """One that waits for a streamed context."""
    if job.context.stream is None:
        return []
    from hybridcompose.translate.kaniko_stream import receiver

    return [receiver(job.scope.options, {"name": "context", "mountPath": DIRECTORY})]


class Kaniko:
    """Kaniko, the fork or Google's release, as its image's name tells."""

    def container(self, job: Job) -> Manifest:
        return _container(job)

    def platform(self, job: Job) -> str | None:
        """A build that was told a platform is for that one."""
        told = job.facts.platform_args and not is_fork(job.scope.options.kaniko_image)
        return job.facts.platform or (DEFAULT_PLATFORM if told else None)


BUILDER: Builder = Kaniko()


def _container(job: Job) -> Manifest:
    options = job.scope.options
    container: Manifest = {
        "name": "kaniko",
        "image": options.kaniko_image,
        "args": [argument.replace("$", "$$") for argument in arguments(job)],  # the kubelet turns $$ into $
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"], "add": list(CAPABILITIES)},
        },
        "volumeMounts": [*(mount for _, mount in _volumes(job)), *job.extras.mounts],
    }
    fork = (*FORK_FLAGS, *job.extras.variables) if is_fork(options.kaniko_image) else ()
    key = {GOOGLE_KEY: f"{_KEY_DIRECTORY}/key.json"} if job.context.key_file and job.context.secret else {}
    variables = {**dict.fromkeys(fork, "true"), **_proxies(job), **key, **dict(job.context.environment)}
    if job.context.secret is not None and not job.context.key_file:
        container["envFrom"] = [{"secretRef": {"name": job.context.secret}}]
    if variables:
        container["env"] = [{"name": name, "value": value.replace("$", "$$")} for name, value in variables.items()]
    return {key: value for key, value in container.items() if value != []}


def _proxies(job: Job) -> dict[str, str]:
    """Kaniko's own, for pulling and pushing, and predefined arguments of every build, as with Docker."""
    options = job.scope.options
    if not (options.http_proxy or options.https_proxy or options.no_proxy):
        return {}
    from hybridcompose.translate.site import proxy_variables

    return proxy_variables(options)


def arguments(job: Job) -> list[str]:
    """Kaniko's flags, in a fixed order. Only what every release knows, except where its name tells the release."""
    section, facts, options = job.section, job.facts, job.scope.options
    return [
        *job.context.flags,
        f"--dockerfile={job.extras.dockerfile or facts.dockerfile}",
        *([f"--target={target}"] if (target := target_of(job)) else []),
        *(f"--build-arg={name}={value}" for name, value in sorted(_arguments(job).items())),
        *(f"--label={name}={value}" for name, value in sorted(section.labels.items())),
        *([f"--custom-platform={facts.platform}"] if facts.platform else []),
        *job.extras.flags,
        *_cache_flags(job),
        *(f"--destination={name}" for name in dict.fromkeys(job.destinations)),
        "--digest-file=/dev/termination-log",
        # Docker's images keep their /var/run; nothing is mounted there, since the pod has no token.
        "--ignore-var-run=false",
        *([] if is_fork(options.kaniko_image) else ["--skip-unused-stages=true"]),  # what the fork does anyway
        *_registry_flags(job),
    ]


def target_of(job: Job) -> str | None:
    """The stage to build. Google's releases are told it also where stages are not needed: they would build them."""
    if job.facts.target and (job.section.target or not is_fork(job.scope.options.kaniko_image)):
        return job.facts.target
    return job.section.target


def _arguments(job: Job) -> dict[str, str]:
    """The build's arguments. Google's releases know none of those that BuildKit and the fork give by themselves."""
    own = {} if is_fork(job.scope.options.kaniko_image) else job.facts.platform_args
    return {**_proxies(job), **own, **job.facts.args, **_in_both_cases(job.facts.args)}


def _in_both_cases(args: Mapping[str, str]) -> dict[str, str]:
    """Arguments that name a proxy: BuildKit gives them to steps in capitals and in small letters, which win."""
    given = {name.lower(): args[name] for name in sorted(args) if name.lower() in _PROXIES}
    return {form: value for name, value in given.items() for form in (name.upper(), name)}


def _pull_secrets(job: Job) -> list[Manifest]:
    """For the images that the pod itself is made of, which the registry may keep as well."""
    secret = job.scope.options.registry_secret
    return [{"name": secret}] if secret is not None and (job.context.stream or job.extras.init_containers) else []


def _cache_flags(job: Job) -> list[str]:
    section = job.section
    if section.no_cache or not (section.cache_from or section.cache_to):
        return ["--cache=false"]
    written = cache_repository(section, job.scope.options.registry)
    place = written or f"{job.destinations[0].rpartition(':')[0]}/cache"
    return ["--cache=true", f"--cache-repo={place}"]


def cache_repository(section: Build, registry: str | None) -> str | None:
    """The repository that ``cache_to`` or ``cache_from`` names, where it is in the registry that is pushed to.

    The builder has the right to write there; Kaniko reads and writes one repository.
    """
    host = (registry or "").partition("/")[0]
    for entry in (*section.cache_to, *section.cache_from):
        plain = {"type": "registry", "ref": entry}
        fields = dict(part.partition("=")[::2] for part in entry.split(",")) if "=" in entry else plain
        name = fields.get("ref", "")
        if fields.get("type") == "registry" and host and name.startswith(f"{host}/"):
            return name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name
    return None


def _registry_flags(job: Job) -> list[str]:
    options = job.scope.options
    if options.registry is None:
        return []
    host = options.registry.partition("/")[0]
    return [
        *([f"--insecure-registry={host}"] if options.registry_insecure else []),
        *(f"--insecure-registry={other}" for other in options.insecure_registry if other != host),
        *([f"--registry-certificate={host}={_CA_DIRECTORY}/{CA_KEY}"] if options.registry_ca else []),
    ]


def _volumes(job: Job) -> list[tuple[Manifest, Manifest]]:
    """Pod volumes, each with its mount."""
    pairs: list[tuple[Manifest, Manifest]] = []
    if job.context.config_map is not None or job.context.stream is not None or job.context.claim is not None:
        volume = {"name": "context", **_context_volume(job.context)}
        pairs.append((volume, {"name": "context", "mountPath": DIRECTORY, "readOnly": True}))
    secret = job.scope.options.registry_secret
    if secret is not None:
        items = [{"key": ".dockerconfigjson", "path": "config.json"}]
        volume = {"name": _CREDENTIALS, "secret": {"secretName": secret, "items": items}}
        pairs.append((volume, {"name": _CREDENTIALS, "mountPath": "/kaniko/.docker", "readOnly": True}))
    if job.scope.options.registry_ca:
        volume = {"name": "registry-ca", "configMap": {"name": ca_name(job.scope)}}
        pairs.append((volume, {"name": "registry-ca", "mountPath": _CA_DIRECTORY, "readOnly": True}))
    if job.context.secret is not None and job.context.key_file:
        volume = {"name": "context-key", "secret": {"secretName": job.context.secret}}
        pairs.append((volume, {"name": "context-key", "mountPath": _KEY_DIRECTORY, "readOnly": True}))
    if job.section.shm_size:
        volume = {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": str(job.section.shm_size)}}
        pairs.append((volume, {"name": "shm", "mountPath": "/dev/shm"}))  # noqa: S108  (a mount in the pod)
    return pairs


def _context_volume(context: BuildContext) -> Manifest:
    if context.claim is not None:
        return {"persistentVolumeClaim": {"claimName": context.claim, "readOnly": True}}
    if context.config_map is None:
        return {"emptyDir": {}}
    return {"configMap": {"name": context.config_map["metadata"]["name"]}}


def ca_name(scope: ServiceScope) -> KubeName:
    """The ConfigMap with the registry's certificates, by what they are."""
    text = scope.options.registry_ca or ""
    return object_name("registry-ca", hashlib.sha256(text.encode()).hexdigest()[:10])


def ca_object(scope: ServiceScope) -> Resource:
    """That ConfigMap."""
    manifest = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": ca_name(scope), "labels": object_labels(scope.root)},
        "data": {CA_KEY: scope.options.registry_ca},
    }
    return Resource(manifest, ("services",), "the certificates that builds trust the registry by")


def _node_selector(platform: str | None) -> dict[str, str]:
    """Kaniko runs the build's steps itself, so it needs a node of that platform."""
    if platform is None:
        return {}
    system, _, rest = platform.partition("/")
    architecture = rest.partition("/")[0]
    selector = {"kubernetes.io/os": system}
    return {**selector, "kubernetes.io/arch": architecture} if architecture else selector


def _host_aliases(job: Job) -> list[Manifest]:
    """``extra_hosts`` of the build, by address."""
    names: dict[str, list[str]] = {}
    for host, addresses in sorted(job.section.extra_hosts.items()):
        for given in addresses:
            address = job.scope.options.host_gateway if given == "host-gateway" else given.strip("[]")
            if address is not None:
                names.setdefault(address, []).append(host)
    return [{"ip": address, "hostnames": hosts} for address, hosts in sorted(names.items())]


def report_network(scope: ServiceScope, section: Build) -> None:
    """Reports what of ``network`` and ``extra_hosts`` the build's pod cannot have."""
    if section.network == "host" and not scope.options.allow_host_access:
        scope.report.error(
            Code.HOST_ACCESS,
            scope.path("build", "network"),
            "the build wants the host's network",
            "give --allow-host-access, or leave network out",
        )
    elif section.network not in (None, "default", "host"):
        scope.report.warning(
            Code.NO_EQUIVALENT,
            scope.path("build", "network"),
            f"the build's steps reach the cluster's network, not only {section.network!r}",
        )
    gateways = [host for host, addresses in section.extra_hosts.items() if "host-gateway" in addresses]
    if gateways and scope.options.host_gateway is None:
        scope.report.warning(
            Code.NO_EQUIVALENT,
            scope.path("build", "extra_hosts"),
            f"{', '.join(sorted(gateways))}: a cluster has no host gateway",
            "give --host-gateway ADDRESS",
        )
