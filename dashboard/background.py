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
PAUSE = 0.02  # s between two parts; the processor belongs to the trace first

POOL = ThreadPoolExecutor(max_workers=max(1, (os.cpu_count() or 2) // 2), thread_name_prefix="study")


class Background:
    """The one study of a visitor.

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
        self._number = 0  # of the newest study; an older one is stale
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
        """Drop what is under way."""
        self._number += 1
        if self._timer is not None:
            self._doc.remove_timeout_callback(self._timer)
            self._timer = None

    def _begin(self) -> None:
        self._timer, self._asked_since = None, 0.0
        POOL.submit(self._run, self._study, self._number)

    def _run(self, study: Callable[[], Iterator[Any]], number: int) -> None:
        try:
            for result in study():
                if number != self._number:
                    return
                self._doc.add_next_tick_callback(partial(self._deliver, self._publish, result, number))
                time.sleep(PAUSE)
        except ValueError as error:
            self._doc.add_next_tick_callback(partial(self._deliver, self._fail, str(error), number))
        except Exception:
            log.exception("a study failed")
            said = "This study failed inside the program; it was logged."
            self._doc.add_next_tick_callback(partial(self._deliver, self._fail, said, number))

    def _deliver(self, receiver: Callable[[Any], None], result: Any, number: int) -> None:
        if number == self._number:
            receiver(result)
