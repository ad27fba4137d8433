"""Init containers that put files into volumes before a service starts.

One container of the tool image copies the project's files, and the static busybox that the second one needs.
One container of the service's own image then copies what that image holds at the targets of new volumes, with
owners and modes, as Docker does on the first use of a volume.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hybridcompose.translate.escape import escape_all

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.scope import PodDraft, ProjectScope, ServiceScope

ROOT = "/hybridcompose"
TOOLS = f"{ROOT}/tools"
TOOLS_VOLUME = "hybridcompose-tools"
PREPARE = "prepare-volumes"
_BUSYBOX = "/bin/busybox"

#: Arguments: busybox, the directory to put it into (or ""), then one action, source, target and owner at a time.
PREPARE_SCRIPT = """\
set -eu
b=$1 tools=$2
shift 2
if [ -n "$tools" ]; then "$b" cp "$b" "$tools/busybox"; fi
while [ $# -gt 0 ]; do
  action=$1 from=$2 to=$3 owner=$4
  shift 4
  case $action in
    copy) "$b" cp -a "$from/." "$to/" ;;
    directory) "$b" mkdir -p "$to" ;;
    join) "$b" cat "$from"/* >"$to" ;;
    mode) "$b" chmod "$from" "$to" ;;
    file) if [ ! -e "$to" ]; then : >"$to"; fi ;;
  esac
  if [ -n "$owner" ]; then "$b" chown -R "$owner" "$to"; fi
done
"""

#: Arguments: busybox, then one image directory, volume directory and lock file (or "") at a time. Only an empty volume
#: is filled. Where the image has nothing, it is a plain directory: an emptyDir, which has no lock, starts as 0777, and
#: the directory of a claim is made here once and then left as services set it. Pods that share one take turns; they are
#: on one node. Debian's busybox has no flock: a directory does then,
#: which stays behind when its maker is killed, and is therefore respected for a minute.
FILL_SCRIPT = """\
set -eu
b=$1
shift
while [ $# -gt 0 ]; do
  from=$1 to=$2 lock=$3
  shift 3
  (
    umask 022
    if [ -n "$lock" ] && ! "$b" flock 9 2>/dev/null; then
      n=0
      until "$b" mkdir "$lock.d" 2>/dev/null || [ $((n += 1)) -gt 60 ]; do "$b" sleep 1; done
      trap '"$b" rmdir "$lock.d"' EXIT
    fi
    "$b" mkdir -p "$to"
    if [ -n "$("$b" ls -A "$to")" ]; then exit 0; fi
    if [ -d "$from" ]; then
      "$b" cp -a "$from/." "$to/"
    elif [ -z "$lock" ]; then
      "$b" chmod 0755 "$to"
    fi
  ) 9>"${lock:-/dev/null}"
done
"""

#: As the kubelet gets them: many pods run them.
_PREPARE_SCRIPT, _FILL_SCRIPT = escape_all((PREPARE_SCRIPT, FILL_SCRIPT))

#: What copying with owners and modes takes, and no more.
_COPYING: dict[str, Any] = {
    "runAsUser": 0,
    "runAsGroup": 0,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"], "add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


@dataclass(slots=True)
class Preparation:
    """What has to be in a pod's volumes before its container starts."""

    actions: list[str] = field(default_factory=list)
    action_mounts: list[Manifest] = field(default_factory=list)
    fills: list[str] = field(default_factory=list)
    fill_mounts: list[Manifest] = field(default_factory=list)

    def place(self, volume: str) -> str:
        """Mounts a volume for copying; returns where."""
        target = f"{ROOT}/targets/{volume}"
        mount = {"name": volume, "mountPath": target}
        if mount not in self.action_mounts:
            self.action_mounts.append(mount)
        return target

    def copy(self, source: Manifest, target: str, owner: str = "") -> None:
        """Copies a directory, given as a mount without its path, to a place in a volume."""
        self.actions += ["copy", self.show(source), target, owner]

    def show(self, source: Manifest) -> str:
        """Mounts a directory to copy from, given as a mount without its path; returns where."""
        origin = f"{ROOT}/sources/{source['name']}"
        self.action_mounts.append({**source, "mountPath": origin, "readOnly": True})
        return origin

    def join(self, pieces: str, target: str, mode: int, owner: str = "") -> None:
        """Makes a file of the pieces in a directory."""
        self.make("directory", posixpath.dirname(target), owner)
        self.actions += ["join", pieces, target, owner]
        self.set_mode(target, mode)

    def make(self, kind: str, target: str, owner: str = "") -> None:
        """Makes a ``directory`` or an empty ``file`` in a volume."""
        self.actions += [kind, "", target, owner]

    def set_mode(self, target: str, mode: int, owner: str = "") -> None:
        """Gives a place in a volume a mode and an owner. The mode comes last: another owner clears some of its bits."""
        if owner:
            self.actions += ["directory", "", target, owner]
        self.actions += ["mode", f"{mode:o}", target, ""]

    def fill(self, image_path: str, volume: str, sub_path: str | None = None) -> None:
        """Fills an empty volume, or a directory of a claim, with what the image has at ``image_path``."""
        place = f"{ROOT}/volumes/{volume}"
        self._show_to_fill({"name": volume, "mountPath": place})
        if sub_path is None:
            self.fills += [image_path, place, ""]
        else:
            # Beside the directory: the service's own mount never shows it.
            self.fills += [image_path, f"{place}/{sub_path}", f"{place}/.{sub_path}.lock"]

    def fill_from_claim(self, source: str, claim: str, volume: str, sub_path: str | None = None) -> None:
        """Fills it with what a claim holds, which the pod has as the volume ``source``.

        A claim that is made here holds its volume in a directory of its own name.
        """
        origin = f"{ROOT}/copied/{claim}"
        self._show_to_fill({"name": source, "mountPath": origin, "readOnly": True})
        self.fill(f"{origin}/{claim}", volume, sub_path)
        self.fill(origin, volume, sub_path)

    def _show_to_fill(self, mount: Manifest) -> None:
        self.fill_mounts = [other for other in self.fill_mounts if other["mountPath"] != mount["mountPath"]]
        self.fill_mounts.append(mount)


def add_init_containers(scope: ServiceScope, draft: PodDraft, preparation: Preparation) -> None:
    """The one or two init containers that the preparation asks for; one that copies files already copies these too."""
    if preparation.fills:
        draft.add_volume({"name": TOOLS_VOLUME, "emptyDir": {}})
    present = next((found for _, found in draft.init_containers if found["name"] == PREPARE), None)
    if present is not None and not preparation.fills:
        more = {
            **present,
            "args": [*present["args"], *escape_all(preparation.actions)],
            "volumeMounts": [*present["volumeMounts"], *preparation.action_mounts],
        }
        draft.init_containers[:] = [
            (stage, more if found is present else found) for stage, found in draft.init_containers
        ]
    elif preparation.actions or preparation.fills:
        draft.init_containers.append((draft.FILL, _prepare(scope, preparation)))
    if preparation.fills:
        draft.init_containers.append((draft.FILL, _fill(scope, draft, preparation)))


def _prepare(scope: ServiceScope, preparation: Preparation) -> Manifest:
    if not preparation.actions and not preparation.action_mounts:
        return copy_tools(scope)
    return _preparing(scope.root, preparation, with_tools=bool(preparation.fills))


def copy_tools(scope: ServiceScope) -> Manifest:
    """An init container that puts the static busybox where containers of other images can run it.

    One mapping, which all pods share.
    """
    return scope.root.once(_copying_tools)


def _copying_tools(root: ProjectScope) -> Manifest:
    return _preparing(root, Preparation(), with_tools=True)


def _preparing(root: ProjectScope, preparation: Preparation, *, with_tools: bool) -> Manifest:
    tools = [{"name": TOOLS_VOLUME, "mountPath": TOOLS}] if with_tools else []
    arguments = [_BUSYBOX, TOOLS if tools else "", *preparation.actions]
    return {
        "name": PREPARE,
        "image": root.options.tool_image,
        "imagePullPolicy": "IfNotPresent",
        "command": [_BUSYBOX, "sh", "-c"],
        "args": [_PREPARE_SCRIPT, PREPARE, *escape_all(arguments)],
        "securityContext": _COPYING,
        "volumeMounts": [*tools, *preparation.action_mounts],
    }


def _fill(scope: ServiceScope, draft: PodDraft, preparation: Preparation) -> Manifest:
    return {
        "name": "fill-volumes",
        "image": draft.container.get("image", scope.service.image),
        "imagePullPolicy": draft.container.get("imagePullPolicy", "IfNotPresent"),
        "command": [f"{TOOLS}/busybox", "sh", "-c"],
        "args": [_FILL_SCRIPT, "fill-volumes", f"{TOOLS}/busybox", *escape_all(preparation.fills)],
        "securityContext": _COPYING,
        "volumeMounts": [{"name": TOOLS_VOLUME, "mountPath": TOOLS}, *preparation.fill_mounts],
    }
