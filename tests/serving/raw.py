"""A visitor that speaks to the server by hand, well or badly."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
from urllib.parse import urlsplit

from tornado.httpclient import HTTPRequest
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, websocket_connect

PATIENCE = 20.0  # s


def get(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for an address; return status, headers (names in small letters) and content. Never through a proxy."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def token_of(url: str) -> str:
    """Load the page and take its token."""
    return re.search(rb'name="token" content="([^"]+)"', get(url)[2])[1].decode()


class Raw:
    """One websocket. `url` is the address of the page."""

    def __init__(self, url: str, token: str | None = None, **headers: str) -> None:
        self.parts = urlsplit(url)
        self.token = token if token is not None else token_of(url)
        self.headers = {"Origin": f"http://{self.parts.netloc}"} | headers
        self.seq = 0

    async def __aenter__(self) -> Raw:
        request = HTTPRequest(f"ws://{self.parts.netloc}{self.parts.path}/ws", headers=self.headers)
        self.socket = await websocket_connect(request, subprotocols=["expif", self.token])
        self.open = True
        return self

    async def __aexit__(self, *error: object) -> None:
        self.socket.close()
        try:
            while self.open:
                await self.frame()
        except (WebSocketClosedError, StreamClosedError, TimeoutError):
            pass
        await asyncio.sleep(0.05)  # the connection itself is closed a turn of the loop later

    async def send(self, message: object) -> None:
        """Send a message, as JSON unless it is text or bytes already."""
        ready = isinstance(message, (str, bytes))
        await self.socket.write_message(message if ready else json.dumps(message), isinstance(message, bytes))

    async def frame(self) -> dict | None:
        """Return the next message of the server; None when it has closed the connection."""
        data = await asyncio.wait_for(self.socket.read_message(), PATIENCE)
        self.open = data is not None
        return None if data is None else json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])

    async def ask(self, **message: object) -> dict | None:
        """Send a message and return its answer, with what else came along."""
        self.seq += 1
        await self.send({"seq": self.seq, "tab": "fi", "choose": {}, **message})
        while (frame := await self.frame()) is not None:
            if frame.get("answer", {}).get("seq") == self.seq:
                return frame
        return None

    async def closed(self) -> int | None:
        """Wait until the server has closed the connection; return its code."""
        while await self.frame() is not None:
            pass
        return self.socket.close_code
