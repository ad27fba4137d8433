"""A flag for every field of ``Options``, so that the library and the command line cannot differ."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, get_type_hints

import click

from hybridcompose.translate.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from dataclasses import Field

#: What ``--help`` says. Every field has its line (a test compares).
HELP = {
    "registry": "Push built images to this registry (HOST[:PORT][/PREFIX]).",
    "pull_registry": "Nodes pull built images from here, where that differs from --registry.",
    "registry_secret": "kubernetes.io/dockerconfigjson Secret for pushing and pulling.",
    "registry_insecure": "The registry speaks plain HTTP.",
    "namespace": "Namespace of all objects (default: the one that kubectl applies to).",
    "ordering": "How depends_on holds: init containers wait, or nothing does.",
    "secrets": "Name the Secrets that must exist, or print their values.",
    "kaniko_image": "Builder image.",
    "tool_image": "Image of helper containers, with a shell and busybox's tools.",
    "allow_host_access": "Allow binds outside the project, host namespaces and devices.",
    "host_gateway": "Address for host-gateway in extra_hosts.",
    "dependency_timeout": "Seconds that a service waits for its dependencies.",
    "server_side_apply": "The manifests are for kubectl apply --server-side: an object may hold 1 MiB.",
    "build_timeout": "Seconds after which a build has failed.",
    "registry_ca": "File with the certificates (PEM) that builds trust the registry by.",
    "pull_secret": "Secret with credentials for pulling, for every pod; repeatable.",
    "node_selector": "Label that the nodes of every pod have (KEY=VALUE); repeatable.",
    "toleration": "Taint that every pod bears (KEY[=VALUE][:EFFECT]); repeatable.",
    "label": "Label of every object (KEY=VALUE); repeatable.",
    "http_proxy": "HTTP_PROXY of builds and services that set none.",
    "https_proxy": "HTTPS_PROXY of builds and services that set none.",
    "no_proxy": "NO_PROXY of builds and services that set none; name the services here.",
}
_SHORT = {"namespace": "-n"}


def _content(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The text of a file. What holds certificates already is taken as it is."""
    if value is None or "-----BEGIN" in value:
        return value
    try:
        with open(value, encoding="utf-8") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise click.BadParameter(f"cannot read {value}: {reason}", context, option) from None


#: Fields that hold what a file says.
_FILES: dict[str, dict[str, Any]] = {"registry_ca": {"callback": _content, "default": None, "metavar": "FILE"}}

#: What is no choice where the manifests go straight to a cluster.
_FIXED = {"namespace", "ordering", "secrets", "server_side_apply"}


def cluster_translation_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a command that runs what it translates: all flags but those that this decides."""
    return _decorated(function, without=_FIXED)


def translation_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a command with the flags; each reaches it under the field's name."""
    return _decorated(function, without=frozenset())


def _decorated(function: Callable[..., Any], *, without: Collection[str]) -> Callable[..., Any]:
    types = get_type_hints(Options)
    for field in reversed([field for field in fields(Options) if field.name not in without]):
        names = [*filter(None, [_SHORT.get(field.name)]), f"--{field.name.replace('_', '-')}", field.name]
        variable = f"HYBRIDCOMPOSE_{field.name.upper()}"
        kind = _FILES.get(field.name) or _kind(field, types[field.name])
        function = click.option(*names, help=HELP.get(field.name), envvar=variable, **kind)(function)
    return function


def _kind(field: Field[Any], kind: Any) -> dict[str, Any]:
    if kind is bool:
        return {"is_flag": True, "default": field.default}
    if kind is int:
        return {"type": int, "default": field.default, "show_default": True, "metavar": "SECONDS"}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        choice = click.Choice([member.value for member in kind])
        return {"type": choice, "default": field.default.value, "show_default": True}
    if str(kind).startswith("tuple"):
        return {"multiple": True, "default": field.default}
    return {"default": field.default, "show_default": field.default is not None, "metavar": "TEXT"}
