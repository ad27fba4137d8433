"""The cluster's certificates and kubeconfigs, made anew for every cluster. Elliptic keys, so that it takes a moment."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.cluster.rig.process import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.rig.settings import Rig

DAYS = "3650"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Who holds it, what for (an extended key usage), and under which names a server may show it."""

    name: str
    subject: str
    usage: str = "clientAuth"
    names: tuple[str, ...] = ()
    kubeconfig: bool = True


def certificates(rig: Rig) -> tuple[Certificate, ...]:
    service = ("kubernetes", "default", "svc", "cluster", "local")
    api = (
        "DNS:localhost",
        *(f"DNS:{'.'.join(service[:length])}" for length in (1, 2, 3, 5)),
        *(f"IP:{address}" for address in ("127.0.0.1", rig.api_service, rig.address)),
    )
    return (
        Certificate("apiserver", "/CN=kube-apiserver", "serverAuth", api, kubeconfig=False),
        Certificate(
            "kubelet-server",
            f"/CN={rig.name}",
            "serverAuth",
            (f"DNS:{rig.name}", f"IP:{rig.address}"),
            kubeconfig=False,
        ),
        Certificate("kubelet-client", "/O=system:masters/CN=apiserver-kubelet-client", kubeconfig=False),
        Certificate("frontproxy", "/CN=front-proxy-client", kubeconfig=False),
        Certificate("admin", "/O=system:masters/CN=admin"),
        Certificate("controller-manager", "/CN=system:kube-controller-manager"),
        Certificate("scheduler", "/CN=system:kube-scheduler"),
        Certificate("proxy", "/CN=system:kube-proxy"),
        Certificate("netpol", "/O=system:masters/CN=netpol"),
        Certificate("node", f"/O=system:nodes/CN=system:node:{rig.name}"),
    )


def make(rig: Rig) -> None:
    """Fills the rig's ``pki`` directory, unless it is complete."""
    directory = rig.pki
    complete = directory / "complete"
    if complete.exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    _authority(directory)
    for certificate in certificates(rig):
        _sign(directory, certificate)
        if certificate.kubeconfig:
            _kubeconfig(rig, certificate.name)
    # What signs the tokens of service accounts.
    _key(directory / "sa.key")
    run(["openssl", "ec", "-in", directory / "sa.key", "-pubout", "-out", directory / "sa.pub"])
    complete.touch()


def _key(path: Path) -> None:
    run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path])


def _authority(directory: Path) -> None:
    _key(directory / "ca.key")
    usage = "keyUsage=critical,keyCertSign,digitalSignature,cRLSign"
    subject = ["-subj", "/CN=hybridcompose-test-ca", "-days", DAYS, "-addext", usage]
    run(["openssl", "req", "-x509", "-new", "-key", directory / "ca.key", "-out", directory / "ca.crt", *subject])


def _sign(directory: Path, certificate: Certificate) -> None:
    key, request, extensions = (directory / f"{certificate.name}.{kind}" for kind in ("key", "csr", "ext"))
    _key(key)
    run(["openssl", "req", "-new", "-key", key, "-subj", certificate.subject, "-out", request])
    lines = [f"extendedKeyUsage={certificate.usage}", "keyUsage=digitalSignature"]
    if certificate.names:
        lines.append(f"subjectAltName={','.join(certificate.names)}")
    extensions.write_text("\n".join(lines) + "\n")
    authority: list[str | Path] = [
        "-CA",
        directory / "ca.crt",
        "-CAkey",
        directory / "ca.key",
        "-CAcreateserial",
        "-days",
        DAYS,
    ]
    signed = directory / f"{certificate.name}.crt"
    run(["openssl", "x509", "-req", "-in", request, *authority, "-extfile", extensions, "-out", signed])
    request.unlink()
    extensions.unlink()


def _kubeconfig(rig: Rig, user: str) -> None:
    """JSON, which every reader of kubeconfigs takes as YAML."""

    def data(name: str) -> str:
        return base64.b64encode((rig.pki / name).read_bytes()).decode()

    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": rig.name,
        "clusters": [
            {"name": rig.name, "cluster": {"server": rig.server, "certificate-authority-data": data("ca.crt")}}
        ],
        "users": [
            {
                "name": user,
                "user": {
                    "client-certificate-data": data(f"{user}.crt"),
                    "client-key-data": data(f"{user}.key"),
                },
            }
        ],
        "contexts": [{"name": rig.name, "context": {"cluster": rig.name, "user": user}}],
    }
    path = rig.pki / f"{user}.kubeconfig"
    path.write_text(json.dumps(config, indent=1))
    path.chmod(0o600)
