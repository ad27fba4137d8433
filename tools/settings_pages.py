"""The pages of docs/reference about settings of our own: an introduction, and tables from the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.spec.configuration import OPTIONS, Configuration
from hybridcompose.spec.extension import PLACES
from hybridcompose.translate.patch import MERGE_KEYS
from tools.schemas import settings

if TYPE_CHECKING:
    from collections.abc import Callable

_EXTENSION = """\
A compose file says in `x-hybridcompose` what Compose has no words for. `docker compose` takes no notice of keys
that begin with `x-`. Mistakes are told at their line when the project is translated. For editors and other tools
there is a [JSON Schema](../../schemas/x-hybridcompose.json).

```yaml
x-hybridcompose:
  accept: [bind-copied]
  defaults:
    service:
      node_selector: {pool: ci}
services:
  web:
    image: nginx
    ports: ["8080:80"]
    x-hybridcompose:
      probe: {http: {path: /health, port: 80}}
      container:
        resources: {limits: {ephemeral-storage: 1Gi}}
  report:
    image: busybox
    volumes: ["results:/results"]
    x-hybridcompose:
      kind: job
      service_account: reporter
      tolerations: ["dedicated=ci:NoSchedule"]
  archive:
    image: busybox
    volumes: ["results:/results:ro"]
volumes:
  results:
    x-hybridcompose: {storage_class: fast, size: 5Gi}
```

**Accepting findings.** A warning whose code is in `accept` becomes a note, so that `--strict` passes: everywhere,
or for what concerns one service, volume or network. Errors cannot be accepted.

**Merging fields.** `container`, `pod` and `manifest` are merged into what is generated, in this order, as
Kubernetes' strategic merge does it: mappings key by key, `null` removes a key, lists are replaced. Entries of these
lists are merged by the keys in brackets: $lists. What an object is found by (its kind, name and selector) cannot be
changed. What the API server thinks of the result, it says itself.

**Volumes.** Settings of a volume are for the claim that holds it. Volumes that several pods use share a claim where
one service uses them together: their sizes add up, and they must agree on the rest. A volume without a claim says
in a warning that the settings have no effect.
"""

_CONFIGURATION = """\
What holds for all projects of an organisation stands in one YAML file outside of them: the registry, mirrors,
nodes, proxies. `--config-file` names it, else `HYBRIDCOMPOSE_CONFIG`, else it is `hybridcompose/config.yaml` in
`$$XDG_CONFIG_HOME` or `~/.config`, where it need not be. An empty file, such as `/dev/null`, means none. Mistakes
are errors with their line. There is a [JSON Schema](../../schemas/configuration.json).

```yaml
registry:
  push: registry.ci.svc:5000/images
  pull: registry.example
  secret: registry-credentials
pods:
  node_selector: {pool: ci}
  tolerations: ["dedicated=ci:NoSchedule"]
  labels: {team: platform}
proxies:
  https: http://proxy.example:3128
  no_proxy: .svc,.cluster.local,db
options:
  build_timeout: 1800
```

**Precedence.** A flag of the command line wins over its environment variable, that over this file, the file over
what the program does by itself. The variable of a flag is its name in capitals behind `HYBRIDCOMPOSE_`:
`HYBRIDCOMPOSE_REGISTRY`, `HYBRIDCOMPOSE_BUILD_TIMEOUT`; where a flag can be repeated, spaces stand between the
values. What the file switches on, `HYBRIDCOMPOSE_REGISTRY_INSECURE=0` switches off. A value replaces the lower one
as a whole, lists too.

**The library** looks at no file and no variable by itself. `hc.configuration()` finds and reads the file as the
command line does, and `hc.translate(project, configuration=…)` and `hc.up` take what it returns; options beside it
win.
"""


def extension_page(page: Callable[..., str], table: Callable[..., str]) -> str:
    """Every setting of ``x-hybridcompose``, a table per place."""
    lists = ", ".join(f"`{name}` ({', '.join(keys)})" for name, keys in MERGE_KEYS.items())
    head = ("Setting", "Takes", "Meaning")
    sections = (
        f"## {f'In `{place}`' if place else 'At the top level'}\n\n{table(head, map(_cells, settings(model)))}"
        for place, model in PLACES.items()
    )
    return page("x-hybridcompose", _EXTENSION.replace("$lists", lists).rstrip(), *sections)


def configuration_page(page: Callable[..., str], table: Callable[..., str]) -> str:
    """Every setting of the configuration file, with the option that it is a default of."""
    names = {".".join(path).replace("storage_class", "class"): option for path, option in OPTIONS.items()}
    rows = (
        (*_cells(row), f"`--{names[row[0]].replace('_', '-')}`" if row[0] in names else "")
        for row in settings(Configuration)
    )
    head = ("Setting", "Takes", "Meaning", "Option")
    return page("Configuration file", _CONFIGURATION.replace("$$", "$").rstrip(), table(head, rows))


def _cells(row: tuple[str, str, str]) -> tuple[str, str, str]:
    path, kind, description = row
    return f"`{path}`", kind, description
