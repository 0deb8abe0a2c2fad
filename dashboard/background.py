"""Slow things, beside the trace: one study per visitor, started when the choices rest, dropped when they change."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from bokeh.document import Document

log = logging.getLogger("dashboard.background")

REST = 0.08  # s without a change before a study starts
LONGEST_REST = 0.3  # s after which it starts all the same, so that exact curves follow a drag

POOL = ThreadPoolExecutor(max_workers=max(1, (os.cpu_count() or 2) // 2), thread_name_prefix="study")


END = object()  # of a study


class Background:
    """The one study of a visitor.

    A visitor has at most one part in the pool, and the next one is handed in when that has been published: visitors
    take turns, and a choice that is superseded while it waits computes nothing.

    Parameters
    ----------
    doc : bokeh.document.Document
        The visitor's document; results are published while it is locked.
    publish : callable
        Called with each result on the server's event loop.
    fail : callable
        Called with a sentence when the study was refused or broke.
    """

    def __init__(self, doc: Document, publish: Callable[[Any], None], fail: Callable[[str], None]) -> None:
        self._doc, self._publish, self._fail = doc, publish, fail
        self._study: Callable[[], Iterator[Any]] | None = None
        self._parts: Iterator[Any] | None = None  # what is left of the newest study
        self._number = 0  # of the newest study; an older one is stale
        self._busy = False  # a part is in the pool
        self._asked_since = 0.0
        self._timer: Any = None

    def start(self, study: Callable[[], Iterator[Any]]) -> None:
        """Drop what is under way, and start a study as soon as no newer one is asked for."""
        self.stop()
        now = time.monotonic()
        self._asked_since = self._asked_since or now
        self._study = study
        wait = min(REST, max(0.0, self._asked_since + LONGEST_REST - now))
        self._timer = self._doc.add_timeout_callback(self._begin, int(1000 * wait))

    def stop(self) -> None:
        """Drop what is under way; a part that is being computed is not published."""
        self._number += 1
        self._parts = None
        if self._timer is not None:
            self._doc.remove_timeout_callback(self._timer)
            self._timer = None

    def _begin(self) -> None:
        self._timer, self._asked_since = None, 0.0
        self._parts = self._study()
        self._go_on()

    def _go_on(self) -> None:
        if self._busy or self._parts is None:
            return
        self._busy = True
        POOL.submit(self._compute, self._parts, self._number)

    def _compute(self, parts: Iterator[Any], number: int) -> None:
        """Compute one part, in a thread of the pool."""
        result, problem = END, ""
        if number == self._number:
            try:
                result = next(parts, END)
            except ValueError as error:
                problem = str(error)
            except Exception:
                log.exception("a study failed")
                problem = "This study failed inside the program; it was logged."
        self._doc.add_next_tick_callback(partial(self._arrive, number, result, problem))

    def _arrive(self, number: int, result: Any, problem: str) -> None:
        """Publish a part unless it is stale, and hand in the next one; on the event loop."""
        self._busy = False
        if number == self._number:
            if problem or result is END:
                self._parts = None
            if problem:
                self._fail(problem)
            elif result is not END:
                self._publish(result)
        self._go_on()
