"""Files: configs, secrets, binds, volumes, memory."""

from __future__ import annotations

from tests.cluster.observed.case import File
from tests.cluster.observed.reporting import reporting

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
)
TARGETS = reporting("config-target", "files", files={"f": File("f\n")})
DIRECTORIES = reporting("configdir", "files", files={"d/x": File("x\n"), "d/sub/y": File("y\n")})
MEMORY = reporting("tmpfs", "files", "write", "mounts", "shm", "root_ro")
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
)
VOLUMES = reporting("volumes", "files", "write")

CASES = (CONFIGS, TARGETS, DIRECTORIES, MEMORY, BINDS, VOLUMES)
