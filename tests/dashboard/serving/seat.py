"""A visitor without a server: loop, turns, socket and browser are played by the test, one step at a time."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from dashboard.serving.visitor import Visitor
from tests.dashboard import reading


class Timer:
    """One call that is asked for later."""

    def __init__(self, wait: float, call: Callable, arguments: tuple) -> None:
        self.wait, self.cancelled = wait, False
        self._call, self._arguments = call, arguments

    def cancel(self) -> None:
        self.cancelled = True

    def fire(self) -> None:
        assert not self.cancelled
        self.cancelled = True
        self._call(*self._arguments)


class Loop:
    """An event loop that runs what it was asked for when the test says so."""

    def __init__(self) -> None:
        self.calls: deque[tuple[Callable, tuple]] = deque()
        self._timers: list[Timer] = []
        self.closed = False

    def call_soon_threadsafe(self, call: Callable, *arguments: Any) -> None:
        if self.closed:
            raise RuntimeError("Event loop is closed")
        self.calls.append((call, arguments))

    def call_later(self, wait: float, call: Callable, *arguments: Any) -> Timer:
        self._timers.append(Timer(wait, call, arguments))
        return self._timers[-1]

    @property
    def timers(self) -> list[Timer]:
        return [timer for timer in self._timers if not timer.cancelled]

    def run(self) -> None:
        """Run everything that was asked for."""
        while self.calls:
            call, arguments = self.calls.popleft()
            call(*arguments)


class Turns:
    """Keeps in mind who wants a turn."""

    def __init__(self) -> None:
        self.wishes: list[Visitor] = []
        self.studies: list[Visitor] = []
        self.left: list[Visitor] = []

    def wish(self, visitor: Visitor) -> None:
        if visitor not in self.wishes:
            self.wishes.append(visitor)

    def study(self, visitor: Visitor) -> None:
        if visitor not in self.studies:
            self.studies.append(visitor)

    def leave(self, visitor: Visitor) -> None:
        self.left.append(visitor)


class Seat:
    """One visitor, and the browser in front.

    The socket takes every frame at once, unless `slow` is set: then it takes one when `take()` is called.

    Attributes
    ----------
    frames : list of (message, sources)
        Everything that was sent.
    sources, ranges, texts : dict
        What the browser shows after all of it.
    answer : dict
        The newest answer.
    closed : list of str
        The reasons for which the connection was closed.
    """

    def __init__(self) -> None:
        self.loop, self.turns = Loop(), Turns()
        self.frames: list[tuple[dict, dict]] = []
        self.closed: list[str] = []
        self.slow = False
        self.sources: dict[str, reading.Columns] = {}
        self.ranges: dict[str, list[float]] = {}
        self.texts: dict[str, Any] = {}
        self.answer: dict[str, Any] = {}
        self._under_way: deque[Future] = deque()
        self.visitor = Visitor(self.turns, self._send, self.closed.append, self.loop)

    def _send(self, frame: bytes) -> Future:
        message, sources = reading.read(frame)
        self.frames.append((message, sources))
        self.sources |= sources
        self.ranges |= message.get("ranges", {})
        self.texts |= message.get("texts", {})
        self.answer = message.get("answer", self.answer)
        future: Future = Future()
        if self.slow:
            self._under_way.append(future)
        else:
            future.set_result(None)
        return future

    def take(self, error: Exception | None = None) -> None:
        """Let the slow socket take the frame that is under way, or fail."""
        assert len(self._under_way) == 1
        future = self._under_way.popleft()
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)

    def say(self, seq: int = 1, **message: Any) -> None:
        """Send a message; nobody reads it yet."""
        self.visitor.wish(json.dumps({"seq": seq, "tab": "fi", **message}))

    def read(self) -> bool:
        """Let the quick thread have its turn, if the visitor stands in its queue; whether a long run is wanted."""
        long = False
        while self.turns.wishes:
            self.turns.wishes.pop()
            long = self.visitor.answer()
        self.loop.run()
        return long

    def ask(self, seq: int = 1, **message: Any) -> dict[str, Any]:
        """Send a message and have it answered, long runs as well; return the answer."""
        self.say(seq, **message)
        if self.read():
            self.run_long()
        return self.answer

    def run_long(self) -> None:
        """Let the long thread make the run that is wanted."""
        self.visitor.run_long()
        self.loop.run()

    def rest(self) -> None:
        """Let the time pass that the choices must stand still."""
        for timer in self.loop.timers:
            timer.fire()

    def study(self, parts: int = 10_000) -> None:
        """Let the long thread have its turns, for so many parts of a study."""
        while self.turns.studies and parts:
            self.turns.studies.pop()
            parts -= 1
            if self.visitor.study():
                self.turns.study(self.visitor)
            self.loop.run()
