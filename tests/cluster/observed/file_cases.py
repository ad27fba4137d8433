"""Files: configs, secrets, binds, volumes, memory."""

from __future__ import annotations

import hashlib

from tests.cluster.observed.case import ANYTHING, MISSING, Difference, File
from tests.cluster.observed.reporting import reporting

_FIRST_BIND = "services.{service}.volumes[0]"
_READ_ONLY = "read-only file system"
#: Of what stands in the secret.
_DIGEST = hashlib.sha256(b"s600\n").hexdigest()[:16]

CONFIGS = reporting(
    "configs",
    "files",
    "write",
    files={
        "c.txt": File("file\n"),
        "c0600.txt": File("c600\n", 0o600),
        "cexec.sh": File("#!/bin/sh\n", 0o755),
        "s.txt": File("s\n", 0o664, (1234, 1235)),
        "s0600.txt": File("s600\n", 0o600),
    },
    variables={"SETV": "fromenv"},
    differences=(
        Difference("*/files:/run/secrets/*:[ug]id", 0, "approximated", "secrets.s_file.file"),
        Difference("short/write:/cfg_content", _READ_ONLY, "approximated", "configs.cfg_content.content"),
        Difference("user/files:/run/secrets/s_0600:mode", "0604", "approximated", "services.user.secrets[2]"),
        Difference("user/files:/run/secrets/s_0600:readable", "yes", "approximated", "services.user.secrets[2]"),
        Difference("user/files:/run/secrets/s_0600:sha256", _DIGEST, "approximated", "services.user.secrets[2]"),
    ),
)
TARGETS = reporting("config-target", "files", files={"f": File("f\n")})
DIRECTORIES = reporting("configdir", "files", files={"d/x": File("x\n"), "d/sub/y": File("y\n")})
MEMORY = reporting(
    "tmpfs",
    "files",
    "write",
    "mounts",
    "shm",
    "root_ro",
    differences=(
        Difference("long/mounts:/t*", ANYTHING, "approximated", "services.long.volumes[0]"),
        Difference("short/mounts:*", ANYTHING, "approximated", "services.short.tmpfs[0]"),
        Difference("str/mounts:*", ANYTHING, "approximated", "services.str.tmpfs[0]"),
        Difference("ro/mounts:/t:*", ANYTHING, "approximated", "services.ro.tmpfs[0]"),
        Difference("short/files:/home/app:mode", "1777", "approximated", "services.short.tmpfs[2]"),
        Difference("ro/write:/etc/hosts", "ok", "approximated", "services.ro.read_only"),
    ),
)
BINDS = reporting(
    "binds",
    "files",
    "write",
    files={
        "d/x.sh": File("x\n", 0o750),
        "d/sub/": File(mode=0o1777),
        "d/sub/y": File("y\n", 0o644, (1000, 1001)),
        "d/link": File(link="x.sh"),
        "d/abslink": File(link="/etc/hostname"),
        "f.txt": File("f\n", 0o640),
    },
    differences=(
        Difference("*/files:/*/abslink:*", MISSING, "context-escape", "services.rw.volumes[0]"),
        Difference("*/files:/*/link:*", ANYTHING, "approximated", _FIRST_BIND),
        Difference("*/files:/*/sub:mode", "0755", "approximated", _FIRST_BIND),
        Difference("user/files:/b*:[ug]id", 1000, "approximated", _FIRST_BIND),
        Difference("*/files:/*/sub/y:[ug]id", 0, "approximated", _FIRST_BIND),
        Difference("user/files:/f:[ug]id", 1000, "approximated", "services.user.volumes[1]"),
        Difference("user/files:/b/x.sh:*", ANYTHING, "approximated", _FIRST_BIND),
        Difference("user/files:/f:*", ANYTHING, "approximated", "services.user.volumes[1]"),
        Difference("user/write:/b", "0644 1000:1000", "approximated", _FIRST_BIND),
        Difference("user/write:/f", "ok", "approximated", "services.user.volumes[1]"),
    ),
)
_BUILT = "FROM ${IMAGES}/lab/vol:1\\nVOLUME /decl\\n"
VOLUMES = reporting(
    "volumes",
    "files",
    "write",
    # What an image declares is known of one that is built.
    override=f'services: {{first: {{build: {{context: ., dockerfile_inline: "{_BUILT}"}}}}}}\n',
    differences=(Difference("from/write:/data", _READ_ONLY, "approximated", "services.from.volumes_from[0]"),),
)

CASES = (CONFIGS, TARGETS, DIRECTORIES, MEMORY, BINDS, VOLUMES)
