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

LONGEST_WAIT = 0.3  # s after which a part of a study runs although sliders wait


class Worker(Protocol):
    """What takes turns: a visitor."""

    def answer(self) -> bool:
        """Answer the newest wish; return whether a long run is wanted."""

    def run_long(self) -> None:
        """Make the long run that is wanted."""

    def study(self) -> bool:
        """Compute one part of a study; return whether there are more."""


class Turns:
    """Two threads, and three queues of visitors; each visitor stands at most once in each."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wishes: OrderedDict[Worker, None] = OrderedDict()
        self._long: OrderedDict[Worker, None] = OrderedDict()
        self._studies: OrderedDict[Worker, None] = OrderedDict()
        self._busy = False  # the quick thread answers somebody
        self._last_study = 0.0

    def start(self) -> None:
        """Start the threads; once in each process."""
        for name, work in (("quick", self._answer), ("long", self._compute)):
            threading.Thread(target=work, name=name, daemon=True).start()

    def wish(self, visitor: Worker) -> None:
        """Let a visitor have an answer."""
        self._add(self._wishes, visitor)

    def study(self, visitor: Worker) -> None:
        """Let a visitor have a part of a study."""
        self._add(self._studies, visitor)

    def leave(self, visitor: Worker) -> None:
        """Forget a visitor."""
        with self._changed:
            for queue in (self._wishes, self._long, self._studies):
                queue.pop(visitor, None)

    @property
    def waiting(self) -> int:
        """How many visitors wait for an answer."""
        return len(self._wishes) + len(self._long)

    def _add(self, queue: OrderedDict[Worker, None], visitor: Worker) -> None:
        with self._changed:
            queue.setdefault(visitor)
            self._changed.notify_all()

    def _answer(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._wishes)
                visitor, _ = self._wishes.popitem(last=False)
                self._busy = True
            if visitor.answer():
                self._add(self._long, visitor)

    def _compute(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._long or self._studies)
                if self._long:
                    work, queue = "run", self._long
                else:
                    quiet = self._quiet_or_long_since()
                    if not quiet:
                        continue
                    work, queue = "study", self._studies
                    self._last_study = time.monotonic()
                visitor, _ = queue.popitem(last=False)
            again: Callable[[], bool | None] = visitor.run_long if work == "run" else visitor.study
            if again():
                self.study(visitor)

    def _quiet_or_long_since(self) -> bool:
        """Wait until no slider waits, or the last study is long ago; False where something else came up."""
        left = self._last_study + LONGEST_WAIT - time.monotonic()
        self._changed.wait_for(lambda: self._long or not (self._wishes or self._busy), max(left, 0.0))
        return bool(self._studies) and not self._long
