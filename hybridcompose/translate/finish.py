"""What holds for every pod, done when all of them are made: mirrors of images, default resources, Pod Security."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hybridcompose.translate.options import PodSecurity
from hybridcompose.translate.pod_specs import changed_containers, changed_pod, is_build

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hybridcompose.plan import Resource
    from hybridcompose.translate.scope import ProjectScope


def finished(root: ProjectScope, resources: Iterable[Resource]) -> Iterable[Resource]:
    """The resources with their pods as the options want them. What does not fit is reported."""
    if root.options.pod_security is not PodSecurity.PRIVILEGED:
        resources = _secured(root, resources)
    return _rewritten(root, _with_defaults(root, resources))


def _secured(root: ProjectScope, resources: Iterable[Resource]) -> Iterator[Resource]:
    from hybridcompose.translate.pod_security import secured

    return (changed_pod(resource, partial(secured, root, resource)) for resource in resources)


def _with_defaults(root: ProjectScope, resources: Iterable[Resource]) -> Iterable[Resource]:
    from hybridcompose.translate.default_resources import defaults_of, filled

    defaults = defaults_of(root)
    if defaults is None:
        return resources
    fill = partial(changed_containers, change=partial(filled, defaults))
    # A build takes what it takes: a limit that suits a service would end it.
    return (resource if is_build(resource) else changed_pod(resource, fill) for resource in resources)


def _rewritten(root: ProjectScope, resources: Iterable[Resource]) -> Iterable[Resource]:
    if not root.options.image_rewrite:
        return resources
    from hybridcompose.translate.image_names import rewrites_of, rewritten

    rewrite = partial(rewritten, root.once(rewrites_of))
    return (changed_pod(resource, rewrite) for resource in resources)
