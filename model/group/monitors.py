"""What a group records, and what it has recorded."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

import numpy as np

from model.integrators.equation import SHOWN, VARIABLES
from model.kernels import tile
from model.kernels.layout import Record, Records
from model.quantity import shorten


class Item(NamedTuple):
    """The wish to record one variable: of which neurons, and how often [ms]; None is every step."""

    who: np.ndarray
    interval: float | None


class Monitor:
    """The recorded variables of a group, as attributes: `mon.ts`, `mon.V`, `mon.spike`, ...

    Row k of a variable belongs to the step that starts at ts[k]; V, spike, refractory and t_last_spike are those at
    the end of that step, and input is what acted during it. Each array has shape (rows, neurons). Where variables are
    recorded at different intervals, ts has every step and `mon["V.t"]` the times of V.

    Parameters
    ----------
    monitors : None, list, tuple or dict
        Names, or pairs (name, neurons); or a dict by name of None, an interval [ms], a list of neurons, or a pair
        (neurons, interval).
    num : int
        Neurons in the group.
    dtype : dtype
        Of V.
    """

    def __init__(self, monitors: Any, num: int, dtype: Any = np.float64) -> None:
        self._num, self._dtypes = num, {name: VARIABLES[name].dtype or dtype for name in SHOWN}
        self.items = {name: self._item(name, *wish) for name, wish in _wishes(monitors)}
        self._contents: dict[str, np.ndarray] = {}
        self.ts = np.empty(0)
        self.keep(self.room(0, 0.1), np.empty(0), 0.1)

    def output_points(self, steps: int, dt: float) -> int:
        """Return how many numbers a run of `steps` steps of dt [ms] will record."""
        return sum(-(-steps // self.every(name, dt)) * item.who.size for name, item in self.items.items())

    def every(self, name: str, dt: float) -> int:
        """Return the number of steps of dt [ms] from one row of a variable to the next.

        Raises
        ------
        ValueError
            If the interval is not a whole number of steps.
        """
        interval = self.items[name].interval
        if interval is None:
            return 1
        every = round(interval / dt)
        if every < 1 or abs(every * dt - interval) > 1e-6 * dt:
            raise ValueError(
                f"The interval of the monitor of {name} must be a whole number of steps of {dt:g} ms; "
                f"it is {interval:g} ms."
            )
        return every

    def room(self, steps: int, dt: float) -> Records:
        """Return empty arrays for what a run of `steps` steps of dt [ms] will record."""
        records = []
        for name, dtype in self._dtypes.items():
            if name in self.items:
                every, who = self.every(name, dt), self.items[name].who
                rows = np.empty((-(-steps // every), np.unique(who).size), dtype)
                records.append(Record(every, np.unique(who), rows))
            else:
                records.append(Record(0, np.empty(0, np.int64), np.empty((0, 0), dtype)))
        memory = Record(0, np.empty(0, np.int64), np.empty((0, 0)))
        return Records._make([*records, memory, bool(self.items)])

    def keep(self, records: Records, times: np.ndarray, dt: float) -> None:
        """Take over what a run has recorded, in place of what was there; `times` [ms] are the starts of its steps."""
        every = {name: self.every(name, dt) for name in self.items}
        self._contents = {}
        for name, item in self.items.items():
            record = getattr(records, name)
            in_order = np.array_equal(record.who, item.who)
            rows = record.rows if in_order else record.rows[:, np.searchsorted(record.who, item.who)]
            self._contents[name], self._contents[f"{name}.t"] = rows, times[:: every[name]]
        common = set(every.values())
        self.ts = times[:: common.pop()] if len(common) == 1 else times

    def code(self) -> str:
        """Return the code that records in compiled runs, and what it records, as text."""
        lines = [f"# {name}: {item.who.size} neurons" for name, item in self.items.items()]
        return "\n".join([*lines, inspect.getsource(tile.record.py_func)])

    def append(self, t: float, state: Any) -> None:
        """Add a row with the present state at t [ms], for a group that is stepped by hand; intervals do not apply."""
        for name, item in self.items.items():
            row = getattr(state, name)[item.who][None]
            self._contents[name] = np.concatenate([self._contents[name], row])
            self._contents[f"{name}.t"] = np.append(self._contents[f"{name}.t"], t)
        self.ts = np.append(self.ts, t)

    def __getitem__(self, name: str) -> np.ndarray:
        """Return what was recorded of a variable; "V.t" are the times [ms] of the rows of V."""
        try:
            return self._contents[name]
        except KeyError:
            known = ", ".join(self.items) or "nothing"
            raise KeyError(f"{name!r} is not recorded; recorded are: {known}.") from None

    def __getattr__(self, name: str) -> np.ndarray:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as missing:
            raise AttributeError(missing.args[0]) from None

    def _item(self, name: Any, who: Any, interval: Any) -> Item:
        """Return the wish to record a variable, or raise ValueError where it makes no sense."""
        if name not in SHOWN:
            raise ValueError(f"A monitor records one of {', '.join(SHOWN)}; {shorten(name)} is none of them.")
        if interval is not None and not (np.isfinite(interval) and interval > 0):
            raise ValueError(f"The interval of the monitor of {name} must be above 0 ms; {interval} was given.")
        who = np.arange(self._num) if who is None else np.atleast_1d(np.asarray(who))
        if who.ndim != 1 or who.dtype.kind not in "iu" or not ((who >= 0) & (who < self._num)).all():
            raise ValueError(
                f"The neurons to record of {name} must be whole numbers from 0 to {self._num - 1}; not {shorten(who)}."
            )
        return Item(who.astype(np.int64), None if interval is None else float(interval))


def _wishes(monitors: Any) -> list[tuple[Any, tuple]]:
    """Return every accepted form of `monitors` in the one form [(name, (neurons, interval [ms]))]."""
    if monitors is None:
        return []
    if isinstance(monitors, dict):
        return [(name, _dict_wish(value)) for name, value in monitors.items()]
    if isinstance(monitors, (list, tuple)) and all(
        isinstance(m, str) or (isinstance(m, (list, tuple)) and len(m) == 2) for m in monitors
    ):
        return [(m, (None, None)) if isinstance(m, str) else (m[0], (m[1], None)) for m in monitors]
    raise ValueError(
        f"monitors must be a list of names or of pairs (name, neurons), or a dict; {shorten(monitors)} was given."
    )


def _dict_wish(value: Any) -> tuple:
    """Return what a dict holds for a name as the pair (neurons, interval [ms])."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return None, value
    if isinstance(value, tuple) and len(value) == 2 and np.ndim(value[1]) == 0 and np.ndim(value[0]) == 1:
        return value
    return value, None
