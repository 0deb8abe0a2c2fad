"""The latest runs, whole: whoever looks at a part of one closely need not wait for it to be made again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from dashboard.result import Result
from dashboard.session import Snapshot

SAMPLES = 2_000_000  # of all remembered runs together; one takes 25 bytes


class Recent:
    """The latest runs by their choices, up to so many samples in all; the one not asked for longest goes first."""

    def __init__(self, samples: int = SAMPLES) -> None:
        self._most, self._held = samples, 0
        self._runs: OrderedDict[Snapshot, Result] = OrderedDict()
        self._lock = Lock()  # both computing threads come here

    def __contains__(self, choice: Snapshot) -> bool:
        return choice in self._runs

    def keep(self, result: Result) -> Result:
        """Remember a run, and return it."""
        with self._lock:
            if result.choice not in self._runs:
                self._held += result.trace.t.size
            self._runs[result.choice] = result
            self._runs.move_to_end(result.choice)
            while self._held > self._most:
                self._held -= self._runs.popitem(last=False)[1].trace.t.size
        return result

    def get(self, choice: Snapshot, compute: Callable[[Snapshot], Result]) -> Result:
        """Return the run of these choices; it is computed where it is not remembered."""
        run = self._runs.get(choice)
        return self.keep(compute(choice) if run is None else run)
