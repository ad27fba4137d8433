"""Every code that a diagnostic can carry: stable names, so that users can accept or search for one.

A code is added where a finding is added; the reference documentation lists them from here.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """The kind of a finding. The value is what users see and write in ``x-hybridcompose.accept``."""

    # --- load: reading the compose files
    NO_COMPOSE_FILE = "no-compose-file"
    SEVERAL_COMPOSE_FILES = "several-compose-files"
    UNREADABLE_FILE = "unreadable-file"
    INVALID_YAML = "invalid-yaml"
    DUPLICATE_KEY = "duplicate-key"
    TOO_MANY_NODES = "too-many-nodes"
    TOO_DEEP = "too-deep"
    EMPTY_PROJECT = "empty-project"
    NOT_A_MAPPING = "not-a-mapping"
    NON_STRING_KEY = "non-string-key"
    INVALID_INTERPOLATION = "invalid-interpolation"
    UNSET_VARIABLE = "unset-variable"
    REQUIRED_VARIABLE = "required-variable"
    INVALID_ENV_FILE = "invalid-env-file"
    MISSING_ENV_FILE = "missing-env-file"
    INCLUDE_CYCLE = "include-cycle"
    EXTENDS_CYCLE = "extends-cycle"
    EXTENDS_UNDEFINED = "extends-undefined"
    CANNOT_MERGE = "cannot-merge"
    UNKNOWN_KEY = "unknown-key"
    INVALID_VALUE = "invalid-value"
    CONFLICTING_VALUES = "conflicting-values"
    UNDEFINED_REFERENCE = "undefined-reference"
    DEPENDENCY_CYCLE = "dependency-cycle"
    MISSING_IMAGE = "missing-image"
    INVALID_PROJECT_NAME = "invalid-project-name"
    OBSOLETE_VERSION = "obsolete-version"
    DEPRECATED_FORM = "deprecated-form"
    TRUNCATED_COMMAND = "truncated-command"
    UNSUPPORTED_RESOURCE = "unsupported-resource"

    # --- gather: reading what the compose files point at
    MISSING_BUILD_CONTEXT = "missing-build-context"
    MISSING_DOCKERFILE = "missing-dockerfile"
    INVALID_DOCKERFILE = "invalid-dockerfile"
    INVALID_DOCKERIGNORE = "invalid-dockerignore"
    CONTEXT_ESCAPE = "context-escape"
    SPECIAL_FILE = "special-file"
    UNREADABLE_SOURCE = "unreadable-source"
    REGISTRY_UNANSWERED = "registry-unanswered"
    REGISTRY_CREDENTIALS = "registry-credentials"

    # --- translate: what becomes of a key
    NOT_TRANSLATED = "not-translated"
    APPROXIMATED = "approximated"
    NO_EQUIVALENT = "no-equivalent"
    NAME_CHANGED = "name-changed"
    NAME_CONFLICT = "name-conflict"
    NO_HEALTHCHECK = "no-healthcheck"
    UNKNOWN_USER = "unknown-user"
    UNKNOWN_ENTRYPOINT = "unknown-entrypoint"
    HOST_ACCESS = "host-access"
    MISSING_BIND_SOURCE = "missing-bind-source"
    BIND_TOO_LARGE = "bind-too-large"
    BIND_COPIED = "bind-copied"
    BIND_LEFT_OUT = "bind-left-out"
    CONTEXT_TOO_LARGE = "context-too-large"
    NO_REGISTRY = "no-registry"
    SECRET_NOT_INLINED = "secret-not-inlined"  # noqa: S105  (a code, not a password)
    BUILD_DIFFERENCE = "build-difference"
    CHECKOUT_CHANGED = "checkout-changed"
    UNSET_SOURCE = "unset-source"
    OBJECT_TOO_LARGE = "object-too-large"
    POD_SECURITY = "pod-security"
    OLD_KUBERNETES = "old-kubernetes"

    # --- render and the command line
    INVALID_OPTION = "invalid-option"
    UNWRITABLE_OUTPUT = "unwritable-output"

    # --- the cluster
    CLUSTER_UNREACHABLE = "cluster-unreachable"
    CLUSTER_REFUSED = "cluster-refused"
    MISSING_PERMISSION = "missing-permission"
    FOREIGN_NAMESPACE = "foreign-namespace"
    FOREIGN_OBJECT = "foreign-object"
    NOT_RUNNING = "not-running"
    BUILD_FAILED = "build-failed"
    SERVICE_FAILED = "service-failed"
    TIMED_OUT = "timed-out"
    PORT_TAKEN = "port-taken"
    NOT_PUBLISHED = "not-published"
