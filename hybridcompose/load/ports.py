"""The short form of a published port. Source: Compose Specification, "ports", "Short syntax"."""

from __future__ import annotations

import re
from typing import Any, Final

_PROTOCOLS: Final = ("tcp", "udp", "sctp")
_PORT: Final = re.compile(r"[0-9]+")
#: Digits in front of these are zeros.
_DIGITS: Final = 9
_FORM: Final = "write [[IP:]HOST:]CONTAINER[/PROTOCOL], such as 8080:80 or 127.0.0.1:53:53/udp"


def parse_port(spec: str) -> list[dict[str, Any]]:
    """``[[host_ip:][published]:]target[/protocol]``, with ranges, in long form: one entry per container port.

    ``published`` is text, as it may be a range to choose from. The entries are in the reference's order (by the text of
    the target). Raises ``ValueError`` saying what is wrong and what to write.
    """
    address, published, container = _parts(spec)
    target, protocol = _protocol(spec, container)
    first, last = _range(spec, target, "container port")
    host_ip = _host_ip(spec, address)
    low, high = _range(spec, published, "host port") if published else (0, 0)
    if published and high - low != last - first and last != first:
        raise ValueError(
            f"port {spec!r}: the host range {published} and the container range {target} differ in length; "
            f"write as many host ports as container ports"
        )
    if protocol not in _PROTOCOLS:
        raise ValueError(f"port {spec!r}: unknown protocol {protocol!r}; use tcp, udp or sctp")
    entry: dict[str, Any] = {"mode": "ingress", **({"host_ip": host_ip} if host_ip else {})}
    # In the order of their texts: a slash comes before every digit.
    entries = [{**entry, "target": number, "protocol": protocol} for number in sorted(range(first, last + 1), key=str)]
    for port in entries if published else ():
        port["published"] = f"{low}-{high}" if first == last and low != high else str(low + port["target"] - first)
    if not first:
        del entries[0]["target"]
    return entries


def _parts(spec: str) -> tuple[str, str, str]:
    *front, container = spec.split(":")
    published = front.pop() if front else ""
    return ":".join(front), published, container


def _protocol(spec: str, container: str) -> tuple[str, str]:
    target, *protocol = container.split("/")
    if not target:
        raise ValueError(f"port {spec!r} names no container port: {_FORM}")
    return target, (protocol[0] if protocol and protocol[0] else "tcp").lower()


def _range(spec: str, text: str, what: str) -> tuple[int, int]:
    # What follows a second dash is ignored by the reference.
    ends = text.split("-")[:2]
    if not all(
        _PORT.fullmatch(end) and int(end[-_DIGITS:]) < 1 << 16 and not end[:-_DIGITS].strip("0") for end in ends
    ):
        raise ValueError(
            f"port {spec!r}: {text!r} is no {what}: use a number up to 65535, or a range such as 3000-3005"
        )
    first, last = int(ends[0][-_DIGITS:]), int(ends[-1][-_DIGITS:])
    if last < first:
        raise ValueError(f"port {spec!r}: the range {text} ends before it begins: write {last}-{first}")
    return first, last


def _host_ip(spec: str, address: str) -> str:
    if address in ("", "[]"):
        return ""
    bare = address[1:-1] if address.startswith("[") and address.endswith("]") else address
    if (bare is address and ":" in address) or not _is_ip(bare):
        remedy = "write an IPv6 address in brackets" if ":" in address else "write an IP address, not a name"
        raise ValueError(f"port {spec!r}: {address!r} is no IP address; {remedy}, such as 127.0.0.1:8080:80")
    return bare


def _is_ip(text: str) -> bool:
    import ipaddress

    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text
