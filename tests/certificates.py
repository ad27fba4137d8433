"""Certificates that tests make for servers of their own."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def self_signed(directory: Path) -> Path:
    """A certificate for this machine that nobody else vouches for, and its key beside it."""
    program = shutil.which("openssl")
    if program is None:
        reason = "openssl is not installed, which makes the certificate"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    subject = ("-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(directory / "key.pem"))
    made = [program, "req", "-x509", *key, *subject, "-out", str(directory / "cert.pem")]
    subprocess.run(made, check=True, capture_output=True)
    return directory / "cert.pem"


def server_context(certificate: Path) -> ssl.SSLContext:
    """What a server with the certificate needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return context
