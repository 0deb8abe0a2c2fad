"""Addresses as pictures to point a phone at, and what the terminal says when visitors may come."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import segno

from dashboard.serving.limits import PATIENCE, SHARE

log = logging.getLogger("dashboard")
LONGEST_LINK = 1500  # characters, about as many as a camera reads off paper
LINK = re.compile(r"https?://[!-~]+")  # as browsers write it: what is not ASCII is encoded
REMEMBERED = 100  # pictures, up to 50 kB each: a class passes on the same links
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
    if not isinstance(link, str) or len(link) > LONGEST_LINK or not LINK.fullmatch(link):
        return ""
    return _svg_of(link)


@lru_cache(maxsize=REMEMBERED)
def _svg_of(link: str) -> str:
    return str(segno.make(link, error="m", micro=False).svg_inline(scale=3, border=2))


class Painter:
    """Draws pictures of links, one after the other, in a thread of its own that takes a share of a processor."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "pictures")
        self._rest = 0.0  # s, after the last picture

    async def paint(self, link: object) -> str:
        """Return the picture of a link; nothing where there is none, or too many are wanted."""
        work = asyncio.get_running_loop().run_in_executor(self._thread, self._paint, link)
        try:
            return await asyncio.wait_for(work, PATIENCE)
        except TimeoutError:  # and what waited is not drawn any more
            return ""

    def _paint(self, link: object) -> str:
        time.sleep(self._rest)
        begun = time.thread_time()
        try:
            return picture_of(link)
        finally:
            self._rest = (time.thread_time() - begun) * (1.0 / SHARE - 1.0)


painted = Painter().paint  # for all of a process


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
