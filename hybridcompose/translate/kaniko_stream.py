"""A build context that no manifest can hold: the Job's pod waits for it, and who applies the manifests sends it.

The pod's init container waits for a file. A second process in that container, started by the sender, reads as many
bytes as it was told to expect (the end of a stream is not passed on by every cluster), checks them, and only then
gives the file its name. A stream that breaks leaves nothing behind, so that the next one begins anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.plan import KubeName, StreamedContext
from hybridcompose.translate.kaniko_context import ARCHIVE, DIRECTORY
from hybridcompose.translate.ordering import TOOL_SECURITY

if TYPE_CHECKING:
    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.options import Options

CONTAINER = KubeName("receive-context")
FILE = f"{DIRECTORY}/{ARCHIVE}"

#: Whatever arrives, at whatever speed, puts the end off: a listing shows the sizes of files that still grow.
WAIT = """\
# Arguments: the file to wait for, the seconds to wait while nothing arrives.
file=$1 limit=$2
trap 'exit 1' TERM
seconds() { read -r up rest </proc/uptime; up=${up%.*}; }
seen=
until [ -e "$file" ]; do
  seconds
  now=$(ls -ln "${file%/*}")
  if [ "$now" != "$seen" ]; then
    seen=$now
    since=$up
  elif [ $((up - since)) -ge "$limit" ]; then
    echo "hybridcompose: nothing of the build context arrived for $limit s." \\
      "It is sent by hybridcompose up or build, which must go on until it has arrived." >&2
    exit 1
  fi
  sleep 0.3
done
echo "the build context is there"
"""

RECEIVE = """\
# Arguments: the file to write, its size in bytes, its SHA-256. Standard input: its content.
file=$1 size=$2 sum=$3
# Whoever ends with something unread loses what it has just said.
say() { echo "$1" >&2; sleep 1; }
if [ -e "$file" ]; then
  say "the build context is there already"
  exit 0
fi
part=$file.$$.part
trap 'rm -f "$part"' EXIT
if ! head -c "$size" >"$part"; then
  say "the build context cannot be written"
  exit 1
fi
set -- $(sha256sum <"$part")
if [ "$1" != "$sum" ]; then
  say "what arrived is not the whole archive"
  exit 1
fi
mv "$part" "$file"
"""


def receiver(options: Options, mount: Manifest) -> Manifest:
    """The init container that waits; ``mount`` is where the archive will be."""
    return {
        "name": CONTAINER,
        "image": options.tool_image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", WAIT, CONTAINER],
        "args": [FILE, str(options.context_timeout)],
        "securityContext": TOOL_SECURITY,
        # What it says at last becomes the container's termination message.
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [mount],
    }


def streamed(facts: BuildFacts) -> StreamedContext | None:
    """What is to be sent; ``None`` where it is not known how to make the archive."""
    if facts.source is None:
        return None
    size, checksum = facts.streamed_size, facts.streamed_sha256
    command = ("sh", "-c", RECEIVE, "receive", FILE, str(size), checksum)
    return StreamedContext(CONTAINER, command, size, checksum, facts.source)
