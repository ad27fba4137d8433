"""A recorded project as the cluster is to run it, and what is known to differ there."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.cluster.observed import evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.cluster.observed.leaves import Leaves
    from tests.cluster.observed.runner import Running


DOCS = Path(__file__).parents[3] / "docs" / "reference"
DOCUMENTED = "documented"
ANYTHING = object()
#: The value of what is not there.
MISSING = "<missing>"


class File(NamedTuple):
    """A file of a project; ``owner`` is uid and gid. A name that ends with a slash is a directory, without content."""

    content: str = ""
    mode: int = 0o644
    owner: tuple[int, int] = (0, 0)
    link: str = ""


class Refusal(NamedTuple):
    """A service that is refused before anything runs, with the code and path of the error."""

    service: str
    code: str
    path: str


class Difference(NamedTuple):
    """A difference that the user is told of when the project is rendered.

    ``where`` is a pattern for ``service/value``, ``seen`` what it is in the pod (``ANYTHING`` where that depends on the
    cluster). ``code`` and ``path`` are those of the diagnostic; ``{service}`` in the path stands for the service that
    differs. What holds for every pod is said on a page, and not again for each: the code is then ``DOCUMENTED``, and
    the path is the page with the words on it, as in ``page.md: words``.
    """

    where: str
    seen: Any
    code: str
    path: str
    #: Whether it can be counted on: some things depend on who is quicker.
    always: bool = True

    def is_told(self, service: str, told: frozenset[tuple[str, str]]) -> bool:
        """Whether users are told, in ``told`` or on the page."""
        if self.code != DOCUMENTED:
            return (self.code, self.path.replace("{service}", service)) in told
        page, _, words = self.path.partition(": ")
        return words in " ".join((DOCS / page).read_text(encoding="utf-8").split())

    def is_seen(self, value: Any) -> bool:
        return self.seen is ANYTHING or bool(self.seen == value)

    def matches(self, place: str) -> bool:
        return fnmatchcase(place, self.where)


Values = dict[str, "Leaves"]


@dataclass(frozen=True)
class Case:
    """``name`` is that of the record. ``recorded`` reads it, ``observe`` looks at the same on the cluster, by service.

    ``override`` is a second compose file, with what a cluster needs to be told, or what cannot run there.
    """

    name: str
    recorded: Callable[[], Values]
    observe: Callable[[Running], Values]
    files: Mapping[str, File] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    override: str = ""
    options: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def write(self, directory: Path) -> list[Path]:
        """The project's files; returns its compose files."""
        directory.mkdir()
        for name, file in self.files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if name.endswith("/"):
                path.mkdir(exist_ok=True)
            elif file.link:
                path.symlink_to(file.link)
                continue
            else:
                path.write_text(file.content, encoding="utf-8")
            os.chown(path, *file.owner)
            path.chmod(file.mode)
        written = {"compose.yaml": evidence.compose_text(self.name), "cluster.yaml": self.override}
        paths = []
        for name, text in written.items():
            if text:
                paths.append(directory / name)
                paths[-1].write_text(text, encoding="utf-8")
        return paths


def together(*services: str) -> str:
    """A second compose file that puts services into one pod: it starts once, and each still has what it observes."""
    first, *others = services
    return "services:\n" + "".join(f'  {name}: {{network_mode: "service:{first}"}}\n' for name in others)


def without(*services: str) -> str:
    """A second compose file that leaves services out."""
    return "services:\n" + "".join(f"  {name}: !reset null\n" for name in services)


#: What Kubernetes gives every pod, whatever the compose file says.
EVERYWHERE = (
    Difference("*/env:KUBERNETES_*", ANYTHING, DOCUMENTED, "pods.md: variables that begin with `KUBERNETES_`"),
    Difference("*/hosts:ip6-*", ANYTHING, DOCUMENTED, "pods.md: names of IPv6 groups"),
    Difference("*/resolv:search", ANYTHING, DOCUMENTED, "pods.md: search domains of the namespace"),
    Difference("*/resolv:option ndots", "5", DOCUMENTED, "pods.md: `ndots:5`"),
)
