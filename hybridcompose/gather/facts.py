"""``Facts``: what a translation knows of the world outside the compose files, as frozen values."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.diagnostics import Diagnostic
    from hybridcompose.gather.contents import Contents
    from hybridcompose.spec import Duration


#: A source that holds more bytes than this is not read: it would be too much for manifests.
MAX_BYTES = 3 * 1024 * 1024

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class SourceKind(StrEnum):
    """What stands at a path that a compose file names."""

    FILE = "file"
    DIRECTORY = "directory"
    MISSING = "missing"
    SPECIAL = "special"


class SourceFile(NamedTuple):
    """One file below a bound directory (``path`` relative, ``/``-separated), or the bound file itself (``path`` "").

    ``content`` is ``None`` where the file was not read because the source is over the reading limit.
    A symbolic link that stays in the directory is followed; ``mode`` holds the permission bits.
    """

    path: str
    mode: int
    size: int
    content: bytes | None = None

    def __repr__(self) -> str:
        # The content may be a secret.
        return f"SourceFile(path={self.path!r}, mode={self.mode:#o}, size={self.size})"


class BoundSource(NamedTuple):
    """What a bind mount, a config file or a secret file shows.

    ``files`` is sorted by path. ``size`` is the sum of all files in bytes, read or not. ``inside_project`` says
    whether the source lies inside the project's border: what does not is not read, unless it is a config or secret
    file. ``directories`` are the empty directories below it. ``truncated``: it has more entries than are looked at.
    """

    source: str
    kind: SourceKind
    mode: int = 0
    size: int = 0
    files: tuple[SourceFile, ...] = ()
    directories: tuple[str, ...] = ()
    inside_project: bool = True
    truncated: bool = False

    @property
    def complete(self) -> bool:
        """Whether every file was read."""
        return not self.truncated and all(file.content is not None for file in self.files)


class ImageHealthcheck(NamedTuple):
    """A HEALTHCHECK instruction. ``test`` is as in Compose (``CMD``, ``CMD-SHELL``, ``NONE`` first)."""

    test: tuple[str, ...] = ()
    interval: Duration | None = None
    timeout: Duration | None = None
    start_period: Duration | None = None
    start_interval: Duration | None = None
    retries: int | None = None


class CopiedPath(NamedTuple):
    """A COPY or ADD from the build context into the final image, one for each source.

    ``sources`` are relative to the context (``.`` is all of it). ``target`` is the absolute path, without a trailing
    slash, where the source's file or the content of its directory ends up; for a wildcard it is the directory.
    """

    sources: tuple[str, ...]
    target: str


class ImageConfig(NamedTuple):
    """What is known of an image's configuration. ``None`` or empty means "not known", except where ``complete``.

    For a built image it comes from the final (or target) stage of the Dockerfile. ``complete`` is true where
    the whole configuration is known (``FROM scratch``, or a registry answered). ``users`` (uid and gid) and
    ``groups`` (gid) are those of the image's files by name, where they were looked up. ``shell`` is what the shell
    forms of instructions are given to (empty: Docker's), ``on_build`` the instructions that ONBUILD leaves to who
    builds from the image, as they are written.
    """

    user: str | None = None
    working_dir: str | None = None
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    environment: Mapping[str, str] = _NOTHING
    exposed_ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    healthcheck: ImageHealthcheck | None = None
    stop_signal: str | None = None
    copied: tuple[CopiedPath, ...] = ()
    complete: bool = False
    users: Mapping[str, tuple[int, int]] = _NOTHING
    groups: Mapping[str, int] = _NOTHING
    shell: tuple[str, ...] = ()
    on_build: tuple[str, ...] = ()


class ImageUse(NamedTuple):
    """Where a Dockerfile names an image or a named context: in FROM or ``COPY --from``.

    ``name`` has its arguments expanded; ``written`` is the text between these lines that stands for it.
    """

    name: str
    first_line: int
    last_line: int
    written: str


class Reworded(NamedTuple):
    """A word ``written`` between these lines of a Dockerfile, and what a builder is given in its place.

    ``written`` may also be these lines as a whole. Where it is empty, ``new`` is an instruction that follows them.
    """

    first_line: int
    last_line: int
    written: str
    new: str


class SecretUse(NamedTuple):
    """A secret that a step mounts: as a file at ``target``, or as the variable ``variable`` alone."""

    name: str
    target: str
    variable: str = ""


class Flavour(StrEnum):
    """The two kinds of Kaniko: the maintained fork, and Google's releases."""

    FORK = "fork"
    RELEASE = "release"


class FlavourDifference(NamedTuple):
    """What one kind of Kaniko makes otherwise than BuildKit does, of the instruction ``word`` at ``line``.

    It makes the result another one unless it ``is_note``.
    """

    flavour: Flavour
    line: int
    word: str
    message: str
    remedy: str
    is_note: bool = False


class Checkout(NamedTuple):
    """The directory ``directory`` (``""``: the top) of the repository ``host`` + path ``repository`` at ``commit``.

    ``scheme`` is that of the remote's address. ``changed`` are files of the context that are not so in the commit:
    changed, added, or ignored by Git. ``published`` says that a branch of the remote holds the commit, as far as this
    checkout knows.
    """

    repository: str
    scheme: str
    commit: str
    directory: str
    changed: tuple[str, ...] = ()
    published: bool = True


class BuildFacts(NamedTuple):
    """One build section, read.

    ``archive`` is the deterministic gzip tar of the context (``None`` for a remote context), ``archive_size`` its
    length in bytes, ``dockerfile`` the name of the Dockerfile inside it. ``digest`` is the SHA-256, in hexadecimal,
    over everything that the build can see: archive, Dockerfile, arguments, target, labels, platform.
    ``archive`` is also ``None`` where it is longer than is kept in memory: ``source`` makes it again, piece by piece,
    ``streamed_size`` bytes with the SHA-256 ``streamed_sha256`` (hexadecimal), compressed less than what is kept.
    ``args`` are the build arguments with their values, ``platform`` what is built for where the compose file says it.
    ``largest`` names the biggest entries at the top of the context with their size in bytes, uncompressed.
    ``text`` is the Dockerfile, ``ignored`` the patterns that hold for its COPY, ``uses`` and ``secrets`` what it
    takes from elsewhere. ``contexts`` are the directories that it names, each as a build whose image holds them.
    ``resolved`` names the base images, as the Dockerfile does, whose digests a registry told: ``digest`` covers them.
    ``steps`` are its instructions as far as they are needed: text, first and last line; ``file`` is where it can be
    opened, empty for one in the compose file. ``checkout`` is the Git checkout of the context, or why there is none,
    where that was asked for. ``differences`` are those that depend on the kind of Kaniko. ``platform_args`` are
    arguments that it asks for and BuildKit gives by itself; where no platform is known they are those of Docker's
    usual one. ``stage_names`` are references to stages that are no names in small letters, and ``target`` is the name
    of the stage to build where the build names one; ``run_lines`` are its heredocs of RUN without heredocs,
    ``label_lines`` set labels of the build again that it sets as well.
    """

    service: str
    context: str
    digest: str
    dockerfile: str
    archive: bytes | None = None
    archive_size: int = 0
    streamed_size: int = 0
    streamed_sha256: str = ""
    source: Contents | None = None
    remote: bool = False
    stages: tuple[str, ...] = ()
    base_images: tuple[str, ...] = ()
    args: Mapping[str, str] = _NOTHING
    platform: str | None = None
    largest: tuple[tuple[str, int], ...] = ()
    image: ImageConfig = ImageConfig()
    text: str = ""
    ignored: tuple[str, ...] = ()
    uses: tuple[ImageUse, ...] = ()
    secrets: tuple[SecretUse, ...] = ()
    contexts: Mapping[str, BuildFacts] = _NOTHING
    resolved: frozenset[str] = frozenset()
    steps: tuple[tuple[str, int, int], ...] = ()
    file: str = ""
    checkout: Checkout | str | None = None
    differences: tuple[FlavourDifference, ...] = ()
    platform_args: Mapping[str, str] = _NOTHING
    stage_names: tuple[Reworded, ...] = ()
    target: str = ""
    run_lines: tuple[Reworded, ...] = ()
    label_lines: tuple[Reworded, ...] = ()

    def __repr__(self) -> str:
        # The archive is long and of no use to a reader, and build arguments may be secrets.
        return f"BuildFacts(service={self.service!r}, context={self.context!r}, digest={self.digest!r})"


class RegistryLogins(NamedTuple):
    """Credentials by registry: the entries below ``auths`` of a Docker configuration, keyed by the registry's host."""

    entries: Mapping[str, Mapping[str, str]] = _NOTHING

    def __repr__(self) -> str:
        return f"RegistryLogins({', '.join(sorted(self.entries))})"


class Facts(NamedTuple):
    """Everything gathered for a project.

    ``sources`` is keyed by absolute path (bind sources, config and secret files), ``builds`` by service name,
    ``images`` by image reference as the compose file writes it, ``environment`` holds what secrets and configs
    take from variables. ``border`` is the directory that the project reaches up to, absolute: its checkout's top, or
    the project directory (empty: not gathered). ``logins`` are what opens the registries that the project's images
    come from and go to, where they are to be taken along.
    """

    sources: Mapping[str, BoundSource] = _NOTHING
    builds: Mapping[str, BuildFacts] = _NOTHING
    images: Mapping[str, ImageConfig] = _NOTHING
    diagnostics: tuple[Diagnostic, ...] = ()
    border: str = ""
    logins: RegistryLogins = RegistryLogins()
