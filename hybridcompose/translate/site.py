"""What an organisation's cluster asks of every pod: nodes, tolerations, credentials, labels, proxies.

Imported when an option asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.spec.settings import is_label
from hybridcompose.translate.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hybridcompose.plan import Manifest
    from hybridcompose.translate.options import Options
    from hybridcompose.translate.report import Report
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def nodes(scope: ServiceScope, draft: PodDraft) -> None:
    """``node_selector`` below what the service's platform says, ``toleration``, ``pull_secret``."""
    draft.pod |= with_site(draft.pod, scope.options)


def with_site(pod: Manifest, options: Options) -> Manifest:
    """A PodSpec that goes to the site's nodes and pulls with its credentials."""
    own = [entry["name"] for entry in pod.get("imagePullSecrets", [])]
    fields: Manifest = {
        "nodeSelector": {**pairs(options.node_selector), **pod.get("nodeSelector", {})},
        "tolerations": list(tolerations_of(options.toleration)),
        "imagePullSecrets": [{"name": name} for name in dict.fromkeys([*own, *options.pull_secret])],
    }
    return {**pod, **{field: value for field, value in fields.items() if value}}


def credentials(scope: ServiceScope, draft: PodDraft) -> None:
    """The registry's credentials for what was built there."""
    name = scope.options.registry_secret
    if name and name not in scope.options.pull_secret and _is_ours(scope, draft):
        draft.pod["imagePullSecrets"] = [*draft.pod.get("imagePullSecrets", []), {"name": name}]


def _is_ours(scope: ServiceScope, draft: PodDraft) -> bool:
    registry = (scope.options.pull_registry or scope.options.registry or "").strip("/")
    return bool(registry) and str(draft.container.get("image", "")).startswith(f"{registry}/")


def proxies(scope: ServiceScope, draft: PodDraft) -> None:
    """The proxies' variables, as Docker sets them from its client's configuration; the service's own win."""
    variables = proxy_variables(scope.options)
    if variables:
        env = {entry["name"]: entry for entry in draft.container.get("env", ())}
        own = {name.upper() for name in scope.service.environment}
        added = {name: value for name, value in variables.items() if name.upper() not in own}
        env |= {name: {"name": name, "value": escape(value)} for name, value in added.items()}
        draft.container["env"] = [env[name] for name in sorted(env)]


def proxy_variables(options: Options) -> dict[str, str]:
    """``HTTP_PROXY`` and its siblings, in both cases: programs read the one or the other."""
    given = {"HTTP_PROXY": options.http_proxy, "HTTPS_PROXY": options.https_proxy, "NO_PROXY": options.no_proxy}
    return {form: value for name, value in given.items() if value for form in (name, name.lower())}


def tolerations_of(texts: Iterable[str]) -> Iterator[Manifest]:
    """``KEY[=VALUE][:EFFECT]``, as kubectl writes taints; without a value any is borne, without an effect every one."""
    for text in texts:
        taint, _, effect = text.partition(":")
        key, equals, value = taint.partition("=")
        toleration = {"key": key, "operator": "Equal", "value": value} if equals else {"key": key, "operator": "Exists"}
        yield {**toleration, "effect": effect} if effect else toleration


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """``KEY=VALUE`` texts; a later one wins."""
    return {key: value for key, _, value in (text.partition("=") for text in texts)}


def check_options(options: Options, report: Report) -> None:
    """Reports what of the options has not the form that it should have."""
    for name in ("node_selector", "label"):
        for text in getattr(options, name):
            key, equals, value = text.partition("=")
            if not equals or not is_label(key, value):
                remedy = "write KEY=VALUE with letters, digits, dashes, dots and underscores"
                report.error(Code.INVALID_OPTION, (), f"{name}: {text!r} is no label", remedy)
    for text in options.toleration:
        effect = text.partition(":")[2]
        if not text or (":" in text and effect not in _EFFECTS):
            remedy = f"write KEY, KEY=VALUE or KEY=VALUE:EFFECT with {', '.join(_EFFECTS)}"
            report.error(Code.INVALID_OPTION, (), f"toleration: {text!r} is none", remedy)


CONCERNS: tuple[Concern, ...] = (nodes, credentials, proxies)
