"""What every code means and what helps, for the reference documentation. Grouped by the stage that finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics.codes import Code

if TYPE_CHECKING:
    from collections.abc import Mapping


class Entry(NamedTuple):
    """One code for people: what was found, and what to do about it."""

    meaning: str
    remedy: str


LOAD: Mapping[Code, Entry] = {
    Code.NO_COMPOSE_FILE: Entry(
        "No compose file was given, and none of the default names exists here or in a parent directory.",
        "Name the file with `-f`.",
    ),
    Code.SEVERAL_COMPOSE_FILES: Entry(
        "Several files with a default name exist; the first in Docker Compose's order is used.",
        "Name the file with `-f`, or remove the others.",
    ),
    Code.UNREADABLE_FILE: Entry(
        "A file that must be read does not exist, is a directory, or may not be read.",
        "Correct the path or the permissions.",
    ),
    Code.INVALID_YAML: Entry("The file is not YAML.", "Correct the text at the place that is named."),
    Code.DUPLICATE_KEY: Entry("A mapping holds the same key twice.", "Remove one of the two."),
    Code.TOO_MANY_NODES: Entry(
        "The file has more YAML nodes, aliases expanded, than the limit.", "Split the project into several."
    ),
    Code.TOO_DEEP: Entry("Files include one another deeper than any real ones do.", "Include them from fewer places."),
    Code.EMPTY_PROJECT: Entry("The files hold no project.", "Add a service."),
    Code.NOT_A_MAPPING: Entry("A mapping must stand here, and something else does.", "Write `key: value` pairs."),
    Code.NON_STRING_KEY: Entry("A key is not a string.", "Put the key in quotes."),
    Code.INVALID_INTERPOLATION: Entry(
        "A `$` begins something that is not a variable.", "Write `$$` for a dollar sign."
    ),
    Code.UNSET_VARIABLE: Entry(
        "A variable without a default is not set; an empty text stands for it.",
        "Set it, or write `${NAME:-default}`.",
    ),
    Code.REQUIRED_VARIABLE: Entry("A variable that is marked as required (`:?`) is not set.", "Set it."),
    Code.INVALID_ENV_FILE: Entry("A line of an environment file cannot be read.", "Correct the line that is named."),
    Code.MISSING_ENV_FILE: Entry(
        "An environment file does not exist.", "Make it, or write `required: false` beside its `path`."
    ),
    Code.INCLUDE_CYCLE: Entry("Files include each other in a circle.", "Take one `include` out."),
    Code.EXTENDS_CYCLE: Entry("Services extend each other in a circle.", "Take one `extends` out."),
    Code.EXTENDS_UNDEFINED: Entry("`extends` names a service that does not exist.", "Correct the name or the file."),
    Code.CANNOT_MERGE: Entry(
        "Two files give values for one key that cannot be merged.", "Use `!override` in the later file."
    ),
    Code.UNKNOWN_KEY: Entry("The specification has no such key.", "Correct it; keys of your own begin with `x-`."),
    Code.INVALID_VALUE: Entry("The value is not one that this key takes.", "Write a value as the message says."),
    Code.CONFLICTING_VALUES: Entry("Two keys contradict each other.", "Keep one of the two."),
    Code.UNDEFINED_REFERENCE: Entry(
        "A service, network, volume, config or secret is named and not defined.", "Define it, or correct the name."
    ),
    Code.DEPENDENCY_CYCLE: Entry("Services depend on each other in a circle.", "Take one `depends_on` out."),
    Code.MISSING_IMAGE: Entry("A service has neither `image` nor `build`.", "Give it one."),
    Code.INVALID_PROJECT_NAME: Entry(
        "The project's name is not valid.", "Use lower-case letters, digits, `-` and `_`, a letter or digit first."
    ),
    Code.OBSOLETE_VERSION: Entry("`version` has no meaning any more.", "Remove it."),
    Code.DEPRECATED_FORM: Entry("A form that is still read and should not be written.", "Write the newer form."),
    Code.TRUNCATED_COMMAND: Entry(
        "A command in one text is cut at an unquoted `;`, `&`, `|`, `<` or `>`: Docker Compose runs no shell.",
        'Write `["sh", "-c", "…"]`.',
    ),
    Code.UNSUPPORTED_RESOURCE: Entry(
        "A file is named by an address that cannot be read from (`oci:` or a Git repository).",
        "Fetch it first and name the local file.",
    ),
}

GATHER: Mapping[Code, Entry] = {
    Code.MISSING_BUILD_CONTEXT: Entry("The build context is not there.", "Correct `build.context`."),
    Code.MISSING_DOCKERFILE: Entry("The Dockerfile is not there.", "Correct `build.dockerfile`."),
    Code.INVALID_DOCKERFILE: Entry("The Dockerfile cannot be parsed.", "Correct the line that is named."),
    Code.INVALID_DOCKERIGNORE: Entry("A pattern of `.dockerignore` is not valid.", "Correct the pattern."),
    Code.CONTEXT_ESCAPE: Entry("A path leads out of the build context.", "Move what is needed into the context."),
    Code.SPECIAL_FILE: Entry(
        "A socket, pipe or device stands where files are read; it is left out.", "List it in `.dockerignore`."
    ),
    Code.UNREADABLE_SOURCE: Entry("A file that a service needs may not be read.", "Correct its permissions."),
    Code.REGISTRY_UNANSWERED: Entry(
        "A registry gives no answer, so that what it knows of images is not used; a build runs as a Job.",
        "Nothing is to do, or see [registries](../how-to/registries.md).",
    ),
    Code.REGISTRY_CREDENTIALS: Entry(
        "Docker's configuration, or a credential helper that it names, gives no credentials.",
        "Do what the message says. See [registries](../how-to/registries.md).",
    ),
}

TRANSLATE: Mapping[Code, Entry] = {
    Code.NOT_TRANSLATED: Entry("This key is not translated yet and has no effect.", "See [the list of keys](keys.md)."),
    Code.APPROXIMATED: Entry(
        "The key is translated, and its behaviour differs as the message says.", "Decide whether it matters to you."
    ),
    Code.NO_EQUIVALENT: Entry("Nothing in Kubernetes does what this key does.", "Do without it, as the remedy says."),
    Code.NAME_CHANGED: Entry(
        "A name is not a valid DNS name, so that the service answers under another one.",
        "Use lower-case letters, digits and `-`, and the new name wherever the old one is used as a host.",
    ),
    Code.NAME_CONFLICT: Entry("Two names become the same valid name.", "Rename one of the two."),
    Code.NO_HEALTHCHECK: Entry(
        "A service is awaited with `service_healthy`, or has timings of a check, and there is no check.",
        "Give the service a `healthcheck.test`.",
    ),
    Code.UNKNOWN_USER: Entry(
        "A user or group is named, and nobody knows its number before the image runs.", "Write numbers: `1000:1000`."
    ),
    Code.UNKNOWN_ENTRYPOINT: Entry(
        "`entrypoint` is cleared, and what the image runs then is not known.", "Write the whole `command`."
    ),
    Code.HOST_ACCESS: Entry(
        "A service wants something of the machine that it runs on.",
        "Do without, or allow it with `--allow-host-access`.",
    ),
    Code.MISSING_BIND_SOURCE: Entry(
        "The source of a bind mount does not exist. Docker makes an empty directory, and so does the pod; "
        "with `create_host_path: false` it is an error.",
        "Make the source, or use a named volume.",
    ),
    Code.BIND_TOO_LARGE: Entry(
        "What a bind mount shows is more than manifests carry.",
        "Bind less, or copy it into the image with the Dockerfile.",
    ),
    Code.BIND_COPIED: Entry(
        "A writable bind mount became a copy: what the service writes stays in its pod.",
        "Fetch results with `kubectl cp`.",
    ),
    Code.BIND_LEFT_OUT: Entry(
        "A mount of sources over a built image is left out: the Dockerfile copies the same files there.",
        "Nothing is to do.",
    ),
    Code.CONTEXT_TOO_LARGE: Entry(
        "A build context does not fit into a manifest.",
        "See [large build contexts](../how-to/large-build-contexts.md).",
    ),
    Code.NO_REGISTRY: Entry("An image is built, and there is no registry to push it to.", "Give `--registry`."),
    Code.SECRET_NOT_INLINED: Entry(
        "A Secret is referred to and not printed.",
        "Make it with the command of the message. See [secrets](../how-to/secrets.md).",
    ),
    Code.CHECKOUT_CHANGED: Entry(
        "A build context is fetched from its repository, where it is not what it is here.",
        "Commit and push, or leave out `--context-mode git`.",
    ),
    Code.BUILD_DIFFERENCE: Entry(
        "An instruction that Kaniko treats otherwise than BuildKit does.", "Change the line if the message says so."
    ),
    Code.UNSET_SOURCE: Entry(
        "The variable that a config or a secret takes its content from is not set.", "Set the variable."
    ),
    Code.OBJECT_TOO_LARGE: Entry("An object is larger than the API server takes.", "Make its content smaller."),
    Code.POD_SECURITY: Entry(
        "The Pod Security Standard that was chosen does not admit this.",
        "Change the key, or choose another level with `--pod-security`.",
    ),
    Code.OLD_KUBERNETES: Entry(
        "The Kubernetes release that was chosen is too old for this.",
        "Do without the key, or use a newer cluster and say so with `--kubernetes-version`.",
    ),
}

OUTPUT: Mapping[Code, Entry] = {
    Code.INVALID_OPTION: Entry("An option has a value that it does not take.", "Correct the option."),
    Code.UNWRITABLE_OUTPUT: Entry("The result cannot be written where it should go.", "Choose another directory."),
}

CLUSTER: Mapping[Code, Entry] = {
    Code.CLUSTER_UNREACHABLE: Entry(
        "No cluster is configured, or its API server does not answer.",
        "Check with `kubectl version`; name another with `--kubeconfig` or `--context`.",
    ),
    Code.CLUSTER_REFUSED: Entry(
        "The API server refuses a request: a quota, an admission rule, an object that it does not take.",
        "The message is the server's; ask who runs the cluster.",
    ),
    Code.MISSING_PERMISSION: Entry(
        "The account may not do what a command needs; the message names the verb, the resource and the namespace.",
        "`hybridcompose rbac` prints the role that the commands need.",
    ),
    Code.FOREIGN_NAMESPACE: Entry(
        "The namespace was made for another project.", "Choose another with `--namespace`, or take that one down."
    ),
    Code.FOREIGN_OBJECT: Entry(
        "An object of the name that the project needs exists in a shared namespace, and belongs to somebody else.",
        "Choose another project name with `-p`, or another namespace.",
    ),
    Code.NOT_RUNNING: Entry(
        "The service has no pods in the namespace, or there is no such service.",
        "Correct the name, or run `up` first.",
    ),
    Code.BUILD_FAILED: Entry("The image could not be built.", "The builder's last lines say why."),
    Code.SERVICE_FAILED: Entry(
        "A service could not start, ended, or became unhealthy while others needed it.",
        "Its state, its events and its last lines are shown above the message.",
    ),
    Code.TIMED_OUT: Entry(
        "What was waited for did not come in time.", "Give more time, or see what the pod waits for."
    ),
    Code.PORT_TAKEN: Entry(
        "A published port cannot be opened on this machine.",
        "End what uses it, publish another, or choose `--publish auto`.",
    ),
    Code.NOT_PUBLISHED: Entry(
        "A port is not among those of the service, or nothing forwards it to this machine.",
        "Correct the number; outside the cluster run `up --publish`.",
    ),
}

STAGES: tuple[tuple[str, Mapping[Code, Entry]], ...] = (
    ("Reading the compose files", LOAD),
    ("Reading what they point at", GATHER),
    ("Translating", TRANSLATE),
    ("Writing, and the command line", OUTPUT),
    ("Running in a cluster", CLUSTER),
)
