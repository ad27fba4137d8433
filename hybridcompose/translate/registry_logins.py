"""The Secret with the credentials that Docker's configuration has for a project's registries.

Builds push and pull with it, and every pod pulls with it, as Docker does with what ``docker login`` has left.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.gather.registries.names import account
from hybridcompose.plan import KubeName, Resource
from hybridcompose.translate.labels import object_labels
from hybridcompose.translate.names import object_name
from hybridcompose.translate.options import Secrets

if TYPE_CHECKING:
    from hybridcompose.gather.facts import Facts
    from hybridcompose.spec import Project
    from hybridcompose.translate.options import Options
    from hybridcompose.translate.report import Report
    from hybridcompose.translate.scope import ProjectScope


def with_logins(project: Project, facts: Facts, options: Options, report: Report) -> Options:
    """The options with that Secret in place of one that is named, where there are credentials and none is named."""
    if not facts.logins.entries or options.registry_secret:
        return options
    if options.secrets is Secrets.EXTERNAL:
        message = f"credentials for {', '.join(sorted(facts.logins.entries))} are not printed"
        remedy = "make a Secret of type kubernetes.io/dockerconfigjson and name it with --registry-secret"
        report.note(Code.SECRET_NOT_INLINED, (), message, remedy)
        return options
    name = secret_name(project)
    return options._replace(registry_secret=name, pull_secret=(*options.pull_secret, name))


def secret_name(project: Project) -> KubeName:
    """One for each project, also where several share a namespace."""
    return object_name(project.name, "registry-credentials")


def login_secret(root: ProjectScope) -> Resource | None:
    """That Secret, where it is used."""
    name = secret_name(root.project)
    if not root.facts.logins.entries or root.options.registry_secret != name:
        return None
    auths = {account(host): dict(entry) for host, entry in sorted(root.facts.logins.entries.items())}
    content = json.dumps({"auths": auths}, separators=(",", ":"))
    manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/dockerconfigjson",
        "metadata": {"name": name, "labels": object_labels(root)},
        "data": {".dockerconfigjson": base64.b64encode(content.encode()).decode()},
    }
    return Resource(manifest, ("services",), "opens the registries that images come from and go to")
