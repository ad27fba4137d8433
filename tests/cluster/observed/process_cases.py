"""Arguments, environment, user and privileges of a process."""

from __future__ import annotations

from hybridcompose.diagnostics import format_path
from tests.cluster.observed.case import ANYTHING, Difference, File, Refusal, together, without
from tests.cluster.observed.reporting import reporting

_ONE = """\
BOTH=from-one
DUP=first
ONE=1
export EXPORTED=yes
QUOTED="a b"
SINGLE='a $SETV b'
HASH=a#b
HASH2=a # a comment
INTERP_F=${SETV}-x
INTERP_ONE=${ONE}
MULTI="l1
l2"
COLON: v2
SPACED = v
TRAIL=x
EMPTYF=
ESC="a\\nb\\tc"
ESCS='a\\nb'
SETV
"""
_ENVIRONMENT_FILES = {
    "one.env": File(_ONE),
    "two.env": File("DUP=second\n"),
    "raw.env": File("Q=\"a b\"\nS='x'\nD=$HOME ${X}\nH=a # b\nLEAD= v \n"),
    ".env": File("FROMDOT=dotvalue\n"),
}

ENVIRONMENT = reporting(
    "env",
    "env",
    "argv",
    files=_ENVIRONMENT_FILES,
    variables={"SETV": "fromshell"},
    override=together("a", "list", "imgenv", "raw"),
)

_COMMANDS = (
    "c00-image-default",
    "c01-string",
    "c02-list",
    "c03-entrypoint-string",
    "c04-entrypoint-list-command",
    "c05-command-empty-list",
    "c06-command-empty-string",
    "c07-command-null",
    "c09-entrypoint-empty-list-command",
    "c10-entrypoint-empty-string-command",
    "c11-entrypoint-null",
    "c12-metachars",
    "c13-folded",
    "c14-shell-cmd-image",
    "c15-shell-cmd-image-override",
    "c16-shell-ep-image",
    "c17-shell-ep-image-command",
    "c18-inherit-ep",
    "c19-entrypoint-resets-shellcmd",
    "c20-quotes-in-list",
    "c21-unquoted-empty",
    "c22-dollar-single",
)
COMMANDS = reporting(
    "command",
    "argv",
    "pid1",
    "pid",
    # The program that this one lacks is refused before anything runs.
    override=together(*_COMMANDS) + "  c08-entrypoint-empty-list: !reset null\n",
)
WORDS = reporting(
    "command2",
    "argv",
    override=together(*(f"v{number:02}" for number in range(35))),
)

_NAMED_USERS = ("u01-name", "u02-www", "u05-name-group", "u08-group-add")
USERS = reporting(
    "user",
    "uid",
    "gid",
    "groups",
    "cwd",
    "cwd_stat",
    "env",
    "status",
    "write",
    "files",
    override=without(*_NAMED_USERS),
    refusals=(
        *(Refusal(name, "unknown-user", f"services.{name}.user") for name in _NAMED_USERS[:3]),
        Refusal("u08-group-add", "unknown-user", "services.u08-group-add.group_add[1]"),
    ),
)

_PRIVILEGES = (
    "default",
    "cap_add",
    "cap_drop_all",
    "cap_drop_all_add",
    "cap_add_all",
    "cap_lower",
    "user_cap_add",
    "privileged",
    "privileged_user",
    "nnp",
    "nnp2",
    "seccomp",
    "seccomp_colon",
    "init_false",
    "ipcpriv",
    "ipcshare",
    "tty",
    "stdin",
    "ttystdin",
    "mem",
    "deploy",
    "memswap",
)
#: What the machine is, of which every node is another; and what needs user namespaces of the container runtime.
_OF_THE_NODE = ("pidhost", "ipchost", "utshost", "cgroupns", "userns", "device", "systempaths")
_SOMAXCONN = format_path(("services", "sysctls", "sysctls", "net.core.somaxconn"))
PRIVILEGES = reporting(
    "security",
    "status",
    "pid",
    "tty",
    "root_ro",
    "sysctl",
    "shm",
    "cgroup",
    override=together(*_PRIVILEGES) + "".join(f"  {name}: !reset null\n" for name in _OF_THE_NODE),
    differences=(
        Difference("sysctls/sysctl:net.core.somaxconn", ANYTHING, "no-equivalent", _SOMAXCONN),
        Difference("init/pid", 1, "approximated", "services.init.init"),
        Difference("cpu/cgroup:cores", "unlimited", "no-equivalent", "services.cpu.cpu_quota"),
    ),
)

CASES = (ENVIRONMENT, COMMANDS, WORDS, USERS, PRIVILEGES)
