"""Which names this server answers to.

A page of a stranger can have its own name resolved to this machine (DNS rebinding); the browser then takes this server
for the stranger's. So a request must name a host that was allowed, or one that no stranger can own: this machine as it
calls itself, or the very address on which the request arrived.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from bokeh.server.util import match_host

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def allowed(host: str, arrived_at: str, listed: Collection[str]) -> bool:
    """Return whether a request for this host may be answered.

    Parameters
    ----------
    host : str
        The Host header: a name or an address, with or without a port.
    arrived_at : str
        The address of this machine on which the request arrived.
    listed : collection of str
        Hosts given with ``--allow-websocket-origin``, as ``name:port``; ``*`` stands for any part.
    """
    try:
        parts = urlsplit(f"//{host}")
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not name or parts.username is not None or parts.path:
        return False
    if name in LOOPBACK or same_address(name, arrived_at):
        return True
    return any(match_host(f"{name}:{port or default}", each) for each in listed for default in (80, 443))


def same_address(name: str, arrived_at: str) -> bool:
    """Return whether a host is given as the address on which its request arrived."""
    try:
        one, other = ip_address(name), ip_address(arrived_at.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(other, "ipv4_mapped", None)
    return one in (other, mapped)


def same_origin(origin: str | None, host: str, listed: Collection[str]) -> bool:
    """Return whether a page of this server opens a websocket: its Origin header is there and names the same host."""
    if not origin:
        return False
    try:
        parts = urlsplit(origin)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return False
    if parts.netloc.lower() == host.lower():
        return True
    return any(match_host(f"{parts.hostname}:{port}", each) for each in listed)
