"""Addresses as pictures to point a phone at, and what the terminal says when visitors may come."""

from __future__ import annotations

import io
import logging
import os
import socket

import segno

log = logging.getLogger("dashboard")
LONGEST_LINK = 1500  # characters, about as many as a camera reads off paper
CLASS = "EXPIF_CLASS"  # set by `python -m dashboard --class`


def tell(url: str) -> None:
    """Say that the page is ready, and where."""
    log.info("Ready: %s", url.replace("0.0.0.0", "localhost"))  # the address to listen on is none to visit
    if os.environ.get(CLASS):
        print(for_a_class(url, own_address()), flush=True)


def for_a_class(url: str, address: str | None) -> str:
    """Return what a lecturer shows: the address as others reach it, large enough to read and to scan."""
    if address is None:
        return "This machine is in no network that others could reach it by."
    there = url.replace("localhost", address).replace("0.0.0.0", address)
    picture = io.StringIO()
    segno.make(there, error="m").terminal(picture, compact=True)
    return f"\n{picture.getvalue()}\nFor the class:  {there}\n"


def picture_of(link: object) -> str:
    """Return a picture of a link as SVG; nothing for what is no link, or too long for a camera."""
    if not isinstance(link, str) or len(link) > LONGEST_LINK or not link.startswith(("http://", "https://")):
        return ""
    return str(segno.make(link, error="m", micro=False).svg_inline(scale=3, border=2))


def own_address() -> str | None:
    """Return the address of this machine in its network; None where it has none. Nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that belongs to nobody; connecting only chooses a way there
            address = probe.getsockname()[0]
        except OSError:  # no way to the outside: a router without one still gives addresses
            try:
                address = socket.gethostbyname(socket.gethostname())
            except OSError:
                return None
    return None if address.startswith("127.") else address
