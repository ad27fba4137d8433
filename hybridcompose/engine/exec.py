"""``exec``: a program in a container that runs.

The API server runs programs as the container's own user, in its working directory, with its environment. Anything
else is set up by the image's own shell before the program begins. Source: Kubernetes API, ``PodExecOptions``.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.refusals import refused
from hybridcompose.cluster.streams.exec import BrokenConnectionError, Program, Streams
from hybridcompose.engine.containers import find, source_of
from hybridcompose.engine.conversation import STDOUT, Recorder

if TYPE_CHECKING:
    from hybridcompose.diagnostics import ClusterError
    from hybridcompose.engine.conversation import Partner
    from hybridcompose.engine.target import Target

#: What a shell exits with where a program cannot be run, and where there is none.
CANNOT_RUN, NOT_FOUND = 126, 127
_SHELL = "/bin/sh"
_MISSING = re.compile(r"not found|no such file or directory", re.IGNORECASE)
_RUNTIME = re.compile(r"(OCI runtime exec failed|crun|runc)\b.*", re.DOTALL)

#: Arguments: a working directory, a user, a command as one text for a shell, the same command as words.
#: Who is named without a group has the groups of a login, who is named with one has that alone, as under Docker. What
#: shells add to the environment goes again (``clean``), unless the container has it.
_SETUP = r"""
fail() { echo "$1" >&2; exit 126; }
dir=$1 user=$2 text=$3
shift 3
clean=env line='
'
own=$(tr '\0' '\n' 2>/dev/null </proc/$$/environ) && for name in PWD OLDPWD SHLVL _; do
  case $line$own in *"$line$name="*) ;; *) clean="$clean -u $name" ;; esac
done
$clean true 2>/dev/null || clean=
[ -z "$dir" ] || cd "$dir" || exit 126
[ -n "$user" ] || exec $clean "$@"
name=${user%%:*} group= uid= gid=0 home=/ login=
case $user in *:*) group=${user#*:} ;; esac
while IFS=: read -r n _ u g _ h _; do
  if [ "$n" = "$name" ] || [ "$u" = "$name" ]; then uid=$u gid=$g home=$h login=$n; break; fi
done 2>/dev/null </etc/passwd
if [ -z "$uid" ]; then
  case $name in *[!0-9]*) fail "unable to find user $name: no matching entries in passwd file" ;; esac
  uid=$name
fi
if [ -n "$group" ]; then
  own=$gid gid=
  while IFS=: read -r n _ g members; do
    if [ -z "$gid" ] && { [ "$n" = "$group" ] || [ "$g" = "$group" ]; }; then gid=$g; fi
    case ",$members," in *",$login,"*) own= ;; esac
  done 2>/dev/null </etc/group
  if [ -z "$gid" ]; then
    case $group in *[!0-9]*) fail "unable to find group $group: no matching entries in group file" ;; esac
    gid=$group
  fi
  [ "$gid" = "$own" ] || login=
fi
if [ "$(id -u):$(id -g)" = "$uid:$gid" ]; then exec $clean "$@"; fi
[ "$(id -u)" = 0 ] || fail "the container runs as $(id -u), and only root can become $user"
export HOME="$home"
as=$uid:$gid groups=--groups=$gid
if setpriv --reuid=0 true 2>/dev/null; then
  [ -z "$login" ] || groups=--init-groups
  exec $clean setpriv --reuid="$uid" --regid="$gid" "$groups" "$@"
fi
[ -z "$login" ] || as=$login
if chroot --userspec=0:0 --skip-chdir / true 2>/dev/null; then
  [ -z "$login" ] || exec $clean chroot --userspec="$login" --skip-chdir / "$@"
  exec $clean chroot --userspec="$as" "$groups" --skip-chdir / "$@"
fi
for tool in gosu su-exec; do
  if "$tool" 0:0 true 2>/dev/null; then exec $clean "$tool" "$as" "$@"; fi
done
[ -z "$login" ] || exec su -p -s /bin/sh -c "exec $clean $text" "$login"
set -- "$uid" "$gid" /bin/sh -c "exec $clean \"\$@\"" sh "$@"
if python3 -c '' 2>/dev/null; then
  exec python3 -c 'import os, sys
uid, gid = map(int, sys.argv[1:3]); os.setgroups([gid]); os.setgid(gid); os.setuid(uid)
os.execv(sys.argv[3], sys.argv[3:])' "$@"
fi
if perl -e '' 2>/dev/null; then
  exec perl -e '($u, $g) = splice(@ARGV, 0, 2); $) = "$g $g"; $( = $g; $< = $> = $u; exec {$ARGV[0]} @ARGV' "$@"
fi
echo "the image has no program that becomes $user: setpriv, GNU chroot, gosu, su-exec, python3 or perl" >&2
fail "name a user of its passwd file without a group, or start a new container: run --user $user"
"""
_DETACHED = r"""
command -v "$1" >/dev/null 2>&1 || { echo "exec: \"$1\": executable file not found in \$PATH"; exit 127; }
("$@" </dev/null >/dev/null 2>&1 &)
"""


class Call(NamedTuple):
    """What to run, and how: ``environment`` are variables ``NAME=VALUE``, ``number`` which container of the service.

    ``user`` is ``NAME-OR-NUMBER[:GROUP]``. ``detach``: nobody waits for its end.
    """

    command: tuple[str, ...]
    user: str = ""
    workdir: str = ""
    environment: tuple[str, ...] = ()
    number: int | None = None
    detach: bool = False

    @property
    def needs_shell(self) -> bool:
        return bool(self.user or self.workdir or self.environment or self.detach)

    def words(self) -> tuple[str, ...]:
        """The command line that sets everything up."""
        words = self.command
        if self.environment or self.user or self.workdir:
            if "=" in words[0]:  # env would take it for a variable
                words = (_SHELL, "-c", 'exec "$@"', "sh", *words)
            if self.environment:
                words = ("env", *self.environment, *words)
            words = (_SHELL, "-c", _SETUP, "sh", self.workdir, self.user, shlex.join(words), *words)
        return (_SHELL, "-c", _DETACHED, "sh", *words) if self.detach else words


def run(target: Target, service: str, call: Call, partner: Partner) -> int:
    """Runs the program and returns its exit code: 126 and 127 where it cannot be run.

    Raises ``ClusterError`` where the service does not run, or the connection breaks.
    """
    _, pod = find(target, service, call.number)
    silent = call.detach
    streams = Streams(stdin=partner.stdin and not silent, tty=partner.tty and not silent)
    talk = Recorder() if silent else partner
    try:
        with Program(target.api, source_of(target, pod), call.words(), streams=streams, take=partner.take) as program:
            code = talk.talk(program)
    except BrokenConnectionError as error:
        raise broken(service, error) from error
    return code if code >= 0 else _not_run(service, call, program.problem, partner)


def _not_run(service: str, call: Call, problem: str, partner: Partner) -> int:
    """What the runtime says of a program that could not begin is shown as Docker shows it: on standard output."""
    told = _RUNTIME.search(problem)
    if told is None:
        raise refused(f"the program does not run in {service}: {problem}", "try again; events shows what happened")
    if call.needs_shell and f'"{_SHELL}"' in told[0]:
        raise refused(
            f"the image of {service} has no shell, without which a cluster runs programs as they are",
            "leave --detach, --env, --user and --workdir out, or name programs that take these as arguments",
        )
    partner.take(STDOUT, f"{told[0].strip()}\n".encode())
    return NOT_FOUND if _MISSING.search(told[0]) else CANNOT_RUN


def broken(service: str, error: BrokenConnectionError) -> ClusterError:
    """The connection is gone, and with it what became of the program."""
    message = f"the connection to {service} broke, and how its program ended is not known: {error}"
    return refused(message, "try again; ps -a shows whether the container still runs")
