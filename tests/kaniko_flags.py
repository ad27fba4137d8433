"""The flags of Google's last release of Kaniko, 1.24.0, as its ``--help`` lists them; a test on a cluster compares."""

from __future__ import annotations

import re

_GOOGLE = """
    --build-arg --cache --cache-copy-layers --cache-dir --cache-repo --cache-run-layers --cache-ttl
    --cleanup --compressed-caching --compression --compression-level --context --context-sub-path
    --custom-platform --destination --digest-file --dockerfile --force --force-build-metadata --git
    --help --ignore-path --ignore-var-run --image-download-retry --image-fs-extract-retry
    --image-name-tag-with-digest-file --image-name-with-digest-file --insecure --insecure-pull
    --insecure-registry --kaniko-dir --label --log-format --log-timestamp --no-push --no-push-cache
    --oci-layout-path --push-ignore-immutable-tag-errors --push-retry --registry-certificate
    --registry-client-cert --registry-map --registry-mirror --reproducible --single-snapshot
    --skip-default-registry-fallback --skip-push-permission-check --skip-tls-verify
    --skip-tls-verify-pull --skip-tls-verify-registry --skip-unused-stages --snapshot-mode --tar-path
    --target --use-new-run --verbosity
"""
GOOGLE = frozenset(_GOOGLE.split())
_FLAG = re.compile(r"^ +(?:-[a-z], )?(--[A-Za-z-]+)", re.MULTILINE)


def flags_of(text: str) -> set[str]:
    """The flags that the text of ``--help`` lists, without the old spellings of some: ``--customPlatform``."""
    return {flag for flag in _FLAG.findall(text) if flag.islower()}
