"""Who computes next: visitors take turns, the newest wish of each counts, and nobody's slow run holds up the others.

One thread answers what is quick. A second Python thread beside it would nearly double the work (they take the
interpreter from each other), but compiled code lets go of the interpreter: so a second one does what takes long, runs
of many steps and the studies of the tabs. Studies wait while anybody's slider waits, but not for ever.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from dashboard.serving.log import trouble

LONGEST_WAIT = 0.3  # s after which a part of a study runs although sliders wait


class Worker(Protocol):
    """Whoever takes turns: a visitor."""

    def answer(self) -> bool:
        """Answer the newest wish; return whether a long run is wanted."""

    def run_long(self) -> None:
        """Make the long run that is wanted."""

    def study(self) -> bool:
        """Compute one part of a study; return whether there are more."""


def unharmed(work: Callable[[], bool | None]) -> bool:
    """Do one visitor's work; whatever goes wrong in it, the thread lives on for the others."""
    try:
        return bool(work())
    except Exception as error:
        trouble("a visitor's turn failed", error)
        return False


class Turns:
    """Two threads, and three queues of visitors; each visitor stands at most once in each.

    A thread is woken only when there is something for it to do: under load the quick one never sleeps, and the long one
    is not asked after every answer whether it might begin.
    """

    def __init__(self) -> None:
        lock = threading.Lock()
        self._for_quick, self._for_long = threading.Condition(lock), threading.Condition(lock)
        self._wishes: OrderedDict[Worker, None] = OrderedDict()
        self._runs: OrderedDict[Worker, None] = OrderedDict()
        self._studies: OrderedDict[Worker, None] = OrderedDict()
        self._busy = False  # the quick thread answers somebody
        self._last_study = 0.0

    def start(self) -> None:
        """Start both threads; this is done once in each process."""
        for name, work in (("quick", self._answer), ("long", self._compute)):
            threading.Thread(target=work, name=name, daemon=True).start()

    def wish(self, visitor: Worker) -> None:
        """Put a visitor into the queue for an answer."""
        with self._for_quick:
            self._wishes.setdefault(visitor)
            if not self._busy:
                self._for_quick.notify()

    def study(self, visitor: Worker) -> None:
        """Put a visitor into the queue for a part of a study."""
        with self._for_long:
            self._studies.setdefault(visitor)
            self._for_long.notify()

    def leave(self, visitor: Worker) -> None:
        """Take a visitor out of all queues."""
        with self._for_quick:
            for queue in (self._wishes, self._runs, self._studies):
                queue.pop(visitor, None)

    @property
    def waiting(self) -> int:
        """The number of visitors who wait for an answer."""
        return len(self._wishes) + len(self._runs)

    def _answer(self) -> None:
        """Answer one visitor after the other, for ever, in the quick thread."""
        while True:
            with self._for_quick:
                if not self._wishes:
                    self._busy = False
                    if self._studies:
                        self._for_long.notify()
                    self._for_quick.wait_for(lambda: self._wishes)
                visitor, _ = self._wishes.popitem(last=False)
                self._busy = True
            if unharmed(visitor.answer):
                with self._for_long:
                    self._runs.setdefault(visitor)
                    self._for_long.notify()

    def _compute(self) -> None:
        """Make one long run or one part of a study after the other, for ever, in the long thread."""
        while True:
            with self._for_long:
                while not (self._runs or (self._studies and self._study_may_begin())):
                    overdue = self._last_study + LONGEST_WAIT - time.monotonic()
                    self._for_long.wait(overdue if self._studies else None)
                is_run = bool(self._runs)
                visitor, _ = (self._runs if is_run else self._studies).popitem(last=False)
            if is_run:
                unharmed(visitor.run_long)
                continue
            self._last_study = time.monotonic()
            if unharmed(visitor.study):
                self.study(visitor)

    def _study_may_begin(self) -> bool:
        """Return whether no slider waits, or the last part of a study is long ago."""
        quiet = not self._wishes and not self._busy
        return quiet or time.monotonic() - self._last_study >= LONGEST_WAIT
