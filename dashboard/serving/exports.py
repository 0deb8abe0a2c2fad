"""Files of a run, to be taken along: asked for with the choices, made in turn with all other work, kept nowhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from tornado.iostream import StreamClosedError

from dashboard.address import from_query, text
from dashboard.exports.formats import FORMATS, Parts
from dashboard.serving.answers import Guarded
from dashboard.serving.limits import BODY, EXPORTS, RETRY, SLOWEST
from dashboard.serving.log import trouble
from dashboard.session import Session, Snapshot
from model.points import Points

#: What an address holds besides choices: the page's own part of it.
OF_PAGE = ("theme", "tab", "lang", "pin", "lesson", "embed", "room", "v")
LINK = re.compile(r"https?://[\w.~:/?#@!$&()*+,;=%\[\]-]{1,4000}", re.ASCII)  # nothing that ends a text of Python
NAMED = 3  # choices in the name of a file
WRONG = "This file cannot be made"


def snapshot_of(query: str) -> tuple[Snapshot, str]:
    """Return the choices of an address, and a name for a file that shows them.

    Raises
    ------
    ValueError
        In a sentence, if one of them is not allowed: a file must not hold anything else than what was asked for.
    """
    choices, problems = from_query(query, longest_drawn=BODY)
    session = Session()
    problems += session.choose({name: each for name, each in choices.items() if name not in OF_PAGE}).values()
    if problems:
        raise ValueError(" ".join(problems))
    differs = [f"{name}{text(value)}" for name, value in session.changed().items() if not isinstance(value, Points)]
    return session.snapshot(), re.sub(r"[^\w.+-]", "", "-".join(["neuron", *differs[:NAMED]]), flags=re.ASCII)


class Job:
    """A file that is made part by part, among the studies of the visitors; see `dashboard.serving.turns.Worker`."""

    def __init__(self, begin: Callable[[], Parts]) -> None:
        self.made: Future[bytes] = Future()
        self._begin = begin
        self._parts: Parts | None = None

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
            self._parts = self._parts or self._begin()
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

    _job: Job | None = None
    _gone = False

    async def _answer(self, name: str, query: str) -> None:
        state, made = self.state, FORMATS.get(name)
        if made is None:
            self.refuse(404, "Nothing here", f"There is no such file; there are {', '.join(FORMATS)}.")
            return
        if not state.preparation.answering or state.exports >= EXPORTS:
            self.busy("Too many files are being made at once. Try again in a moment.", RETRY)
            return
        state.exports += 1
        try:
            choice, stem = snapshot_of(query)
            self._job = Job(lambda: made.made(choice, self._link()))
            state.turns.study(self._job)
            content = await asyncio.wrap_future(self._job.made)
            await self._hand_out(
                content, f"{stem}-{name}" if made.many else f"{stem}.{name.rpartition('.')[2]}", made.kind
            )
        except ValueError as error:
            self.refuse(400, WRONG, str(error))
        except asyncio.CancelledError:
            if not self._gone:  # the server stops
                raise
        except Exception as error:
            trouble("a file was not made", error)
            self.refuse(500, WRONG, "Making this file failed inside the program. It was logged.")
        finally:
            state.exports -= 1
            if self._job is not None:
                state.turns.leave(self._job)

    def _link(self) -> str:
        """Return the address of the page, as it says, "" where that is none."""
        link = self.request.headers.get("X-Page", "")
        return link if LINK.fullmatch(link) else ""

    async def _hand_out(self, content: bytes, name: str, kind: str) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        with suppress(StreamClosedError):
            try:
                await asyncio.wait_for(asyncio.shield(self.finish(content)), SLOWEST)
            except TimeoutError:
                connection: Any = self.request.connection  # tornado promises less than it has
                connection.stream.close()
