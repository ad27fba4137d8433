"""Rules of the translation, each broken on purpose: a named scenario has to notice."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import hybridcompose

PACKAGE = Path(hybridcompose.__file__).parent


class MutationError(Exception):
    """The rule stands elsewhere, or is written otherwise, by now."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """``written`` stands once in ``module`` (a path below the package) and is replaced by ``instead``."""

    name: str
    scenario: str
    module: str
    written: str
    instead: str

    def source(self, directory: Path) -> Path:
        """A copy of the package with the rule broken; what is returned belongs into ``PYTHONPATH``."""
        root = directory / self.name
        copy = root / PACKAGE.name
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        file = copy / self.module
        text = file.read_text()
        if text.count(self.written) != 1:
            raise MutationError(f"{self.name}: {self.module} has {self.written!r} {text.count(self.written)} times")
        file.write_text(text.replace(self.written, self.instead))
        return root


#: The Service of a name with the published ports alone, as users of Kubernetes would write it.
_PORTS = """\
[{"name": f"p{port.target}", "port": int(port.published or port.target), "targetPort": port.target}
            for port in root.project.services[service].ports]"""

MUTATIONS = (
    Mutation(
        "readiness-to-liveness",
        "health/fails-later",
        "translate/health.py",
        'draft.container["readinessProbe"] = {\n        **probe',
        'draft.container["livenessProbe"] = {\n        **probe',
    ),
    Mutation(
        "published-port-as-service-port",
        "names/published",
        "translate/network.py",
        '"spec": {"clusterIP": "None", "selector": selector},',
        '"spec": {"selector": selector, "ports": ' + _PORTS + "} if service and root.project.services[service].ports "
        'else {"clusterIP": "None", "selector": selector},',
    ),
    Mutation(
        "dollars-not-escaped",
        "environment/dollars",
        "translate/escape.py",
        'return _EXPANDED.sub("$$", text) if "$" in text else text',
        "return text",
    ),
    Mutation(
        "files-win-over-environment",
        "environment/precedence",
        "load/environment.py",
        "return {**values, **own}",
        "return {**own, **values}",
    ),
    Mutation(
        "no-shell",
        "health/wait-shell",
        "translate/health.py",
        'return ["/bin/sh", "-c", *escape_all(arguments)]',
        "return escape_all(arguments)",
    ),
    Mutation(
        "secret-dropped",
        "configs-and-secrets/files",
        "translate/configs.py",
        "for index, mount in enumerate(scope.service.secrets):",
        "for index, mount in enumerate(()):",
    ),
    Mutation(
        "wrong-mode",
        "configs-and-secrets/modes",
        "translate/configs.py",
        "entry._replace(mode=given & 0o777)",
        "entry._replace(mode=0o644)",
    ),
    Mutation(
        "alias-lost",
        "names/aliases",
        "translate/names.py",
        "enumerate(attachment.aliases if attachment else ())",
        "enumerate(())",
    ),
    Mutation(
        "never-restarted",
        "restart/on-failure",
        "translate/restart.py",
        'return Restart("Never", attempts) if attempts else Restart(policy)',
        'return Restart("Never")',
    ),
    Mutation(
        "no-grace",
        "signals/grace",
        "translate/workload.py",
        "max(seconds, 1)",
        "1",
    ),
)
