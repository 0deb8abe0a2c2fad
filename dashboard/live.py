"""Latest wins: runs the newest choice of a visitor, publishes the newest result.

Choices that arrive while a run is under way replace each other; only the newest is run next. A run is never
interrupted (its work is bounded before it starts), so a slider that is being dragged always shows something.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from bokeh.document import Document

log = logging.getLogger("dashboard.live")

POOL = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="run")  # shared: kernels release the GIL


class Live:
    """The one worker of a visitor.

    Parameters
    ----------
    doc : bokeh.document.Document
        The visitor's document; results are published while it is locked.
    compute : callable
        Turns a choice into a result, in a thread.
    publish : callable
        Called with (result, ticket) on the server's event loop.
    fail : callable
        Called with (sentence, ticket) when a run was refused or broke.
    """

    def __init__(
        self,
        doc: Document,
        compute: Callable[[Any], Any],
        publish: Callable[[Any, int], None],
        fail: Callable[[str, int], None],
    ) -> None:
        self._doc, self._compute, self._publish, self._fail = doc, compute, publish, fail
        self._waiting: tuple[Any, int] | None = None
        self._busy = self._closed = False

    def request(self, choice: Any, ticket: int) -> None:
        """Ask for a run; a request that has not started yet is replaced."""
        self._waiting = choice, ticket
        if not self._busy:
            self._start()

    def close(self) -> None:
        """Publish nothing more: the visitor has left."""
        self._closed = True
        self._waiting = None

    def _start(self) -> None:
        if self._waiting is None or self._closed:
            return
        (choice, ticket), self._waiting, self._busy = self._waiting, None, True
        POOL.submit(self._compute, choice).add_done_callback(partial(self._done, ticket))

    def _done(self, ticket: int, future: Future) -> None:
        # In the worker's thread: models may only be touched from the event loop, with the document locked.
        if not self._closed:
            self._doc.add_next_tick_callback(partial(self._arrive, ticket, future))

    def _arrive(self, ticket: int, future: Future) -> None:
        self._busy = False
        if self._closed:
            return
        try:
            self._publish(future.result(), ticket)
        except ValueError as error:
            self._fail(str(error), ticket)
        except Exception:
            log.exception("a run failed")
            self._fail("This run failed inside the program; the last good one is still shown. It was logged.", ticket)
        finally:
            self._start()
