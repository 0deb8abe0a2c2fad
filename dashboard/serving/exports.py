"""Files of a run, to be taken along: asked for with the choices, made in turn with all other work, kept nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tornado.iostream import StreamClosedError

from dashboard.serving.answers import NOTHING_HERE, Guarded
from dashboard.serving.limits import BODY, SLOWEST
from dashboard.serving.log import trouble
from model.sentences import say

if TYPE_CHECKING:
    from dashboard.exports.asked import Asked

WRONG = say("This file cannot be made")
LATER = say("Too many files are being made at once. Try again in a moment.")


class FileJob:
    """A file that is made part by part, among the studies of the visitors; see `dashboard.serving.turns.Worker`."""

    def __init__(self, parts: Iterator[bytes | None]) -> None:
        self.made: Future[bytes] = Future()
        self._parts = parts

    def answer(self) -> bool:
        """Have no wish."""
        return False

    def run_long(self) -> None:
        """Have no run."""

    def study(self) -> bool:
        """Make a part; return whether there are more."""
        if self.made.cancelled():
            return False
        try:
            part = next(self._parts)
        except Exception as error:
            with suppress(Exception):  # cancelled meanwhile
                self.made.set_exception(error)
            return False
        if part is not None:
            with suppress(Exception):
                self.made.set_result(part)
        return part is None


class Exports(Guarded):
    """Hands out the file of a format, of the choices in the query; a long drawing comes as the body of a POST."""

    COST = 100.0

    _job: FileJob | None = None
    _gone = False

    async def get(self, name: str) -> None:
        """Make a file of the choices in the address."""
        await self._answer(name, self.request.query)

    async def post(self, name: str) -> None:
        """Make a file of the choices in the body, which is a query too."""
        await self._answer(name, self.request.body.decode("ascii", "replace"))

    def on_connection_close(self) -> None:
        """Make nothing for whoever has left."""
        self._gone = True
        if self._job is not None:
            self._job.made.cancel()

    async def _answer(self, name: str, query: str) -> None:
        exports, address = self.state.exports, str(self.request.remote_ip)
        if not self.state.preparation.answering or not exports.take(address):
            self.busy(LATER)
            return
        try:
            made = await self._make(name, query)
        finally:
            exports.give(address)  # who is slow to take a file keeps nobody from having one made
        if made is not None:
            await self._hand_out(*made, address)

    async def _make(self, name: str, query: str) -> tuple[Asked, bytes] | None:
        """Make a file; where that fails, refuse it and return None."""
        from dashboard.exports.asked import asked  # the server begins without the program; now that is loaded

        try:
            file = asked(name, query, self.request.headers.get("X-Page", ""), BODY)
            if file is None:
                self.refuse(404, NOTHING_HERE, say("This server has no such file."))
                return None
            self._job = FileJob(file.parts)
            self.state.turns.study(self._job)
            return file, await asyncio.wrap_future(self._job.made)
        except ValueError as error:
            self.refuse(400, WRONG, str(error))
        except asyncio.CancelledError:
            if not self._gone:  # the server stops
                raise
        except Exception as error:
            trouble("a file was not made", error)
            self.refuse(500, WRONG, say("Making this file failed inside the program. It was logged."))
        finally:
            if self._job is not None:
                self.state.turns.leave(self._job)
        return None

    async def _hand_out(self, file: Asked, content: bytes, address: str) -> None:
        """Send a file, unless too much of what was made still waits for browsers to take it."""
        unsent = self.state.unsent
        if not unsent.take(address, len(content)):
            self.busy(LATER)
            return
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", file.kind)
        self.set_header("Content-Disposition", f'attachment; filename="{file.name}"')
        try:
            with suppress(StreamClosedError):
                await asyncio.wait_for(asyncio.shield(self.finish(content)), SLOWEST)
        except TimeoutError:
            connection: Any = self.request.connection  # tornado promises less than it has
            connection.stream.close()
        finally:
            unsent.give(address, len(content))
