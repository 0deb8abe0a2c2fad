"""The `inputs` of a run: what the caller writes, checked and turned into a table that compiled code follows."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator
from itertools import count, pairwise
from typing import Any, NamedTuple

import numpy as np

from model.kernels import layout, tile
from model.quantity import Quantity, shorten
from model.run_settings import RunSettings
from model.runs.execution import LIMITS
from model.stimuli import CURRENT_BOUNDS, Stimulus, WhiteNoise

OPERATIONS = {"+": layout.ADD, "-": layout.SUBTRACT, "*": layout.MULTIPLY, "/": layout.DIVIDE, "=": layout.ASSIGN}
HELD = (
    "A group holds its input over each step, white noise too, which moves its rates by some percent. For noise that is "
    "exact, give the group a sigma, or the current to simulate or spike_trains."
)
TARGETS = {"input": layout.TO_INPUT, "V": layout.TO_V}
V_BOUNDS = RunSettings.param.V_init.bounds


class Grid(NamedTuple):
    """The steps and the neurons that inputs are for."""

    times: np.ndarray | None  # starts of the steps [ms]; None where the group is stepped by hand
    dt: float
    shape: tuple[int, ...]
    num: int
    rng: np.random.Generator
    name: str  # of the group: "name.input" is the same target as "input"


class Row(NamedTuple):
    """One input: numbers in the shape (1,), (num,), (steps,) or (steps, num), or an iterator that yields one step."""

    target: str
    operation: str
    data: np.ndarray
    step_stride: int
    neuron_stride: int
    feed: Iterator | None


class InputTable:
    """All inputs of a run, as a table that compiled code follows.

    Parameters
    ----------
    inputs : tuple or list
        (target, value[, "fix" or "iter"[, op]]) or a list of such; see `ExpIF.run`.
    grid : Grid

    Raises
    ------
    ValueError
        If any of it is not allowed, with the reason.
    """

    def __init__(self, inputs: Any, grid: Grid) -> None:
        self.grid = grid
        self.rows = [_input_row(one, grid) for one in _input_list(inputs)]
        starts = np.cumsum([0] + [row.data.size for row in self.rows])
        table = [
            (OPERATIONS[row.operation], TARGETS[row.target], start, row.step_stride, row.neuron_stride)
            for row, start in zip(self.rows, starts[:-1], strict=True)
        ]
        self.data = np.concatenate([row.data.ravel() for row in self.rows]) if self.rows else np.empty(0)
        self._slots = [slice(a, b) for a, b in pairwise(starts)]
        steady = all(row.step_stride == 0 and row.target == "input" for row in self.rows) and not self.feeding
        one = len(self.rows) == 1 and self.rows[0].target == "input" and self.rows[0].operation == "+"
        alone = one and self.rows[0].neuron_stride == 0
        self.kernel = layout.Inputs(np.array(table, np.int64).reshape(-1, 5), self.data, LIMITS, steady, alone)

    @property
    def feeding(self) -> bool:
        """Return whether an iterator has to be asked at every step."""
        return any(row.feed is not None for row in self.rows)

    def feed(self, n: int) -> None:
        """Ask the iterators for the values of step n, and put them into the table."""
        for row, slot in zip(self.rows, self._slots, strict=True):
            if row.feed is None:
                continue
            try:
                value = next(row.feed)
            except StopIteration:
                raise ValueError(
                    f"The iterator for {row.target} ended after {n} steps; it must yield one value per step."
                ) from None
            values = _checked_input(value, row.target, row.operation)
            self.data[slot] = _per_neuron(values, self.grid, row.target).ravel()

    def stepper(self, group: Any) -> Callable[[float, float], None]:
        """Return a function (t, dt) that applies the inputs of the next step to a group at each call."""
        steps = count()

        def apply(t: float, dt: float) -> None:
            n = next(steps)
            self.feed(n)
            for row, (operation, _, start, step_stride, neuron_stride) in zip(
                self.rows, self.kernel.table, strict=True
            ):
                if step_stride and n >= row.data.shape[0]:
                    raise ValueError(f"The input to {row.target} has values for {n} steps only.")
                target = getattr(group, row.target)
                tile.act(target.size, operation, target, self.data, start + n * step_stride, neuron_stride)

        return apply

    def code(self) -> str:
        """Return the code that applies the inputs, and the table that it follows, as text."""
        lines = [
            f"# {row.target} {row.operation if row.operation == '=' else row.operation + '='} "
            f"{'the next of an iterator' if row.feed else shorten(row.data)}"
            for row in self.rows
        ]
        source = "\n\n".join(inspect.getsource(f.py_func) for f in (tile.act, tile.receive))
        return "\n".join([*lines, "# table: operation, target, offset, step stride, neuron stride",
                          *(f"#   {row}" for row in self.kernel.table.tolist()), "", source])  # fmt: skip


def _input_list(inputs: Any) -> list:
    """Return the inputs as a list of tuples, or raise ValueError unless they have that form."""
    if inputs is None:
        return []
    if not isinstance(inputs, (tuple, list)):
        raise ValueError(f"inputs must be a tuple (target, value, ...) or a list of them; not {shorten(inputs)}.")
    inputs = [inputs] if inputs and isinstance(inputs[0], str) else list(inputs)
    for one in inputs:
        if not isinstance(one, (tuple, list)) or not 2 <= len(one) <= 4:
            raise ValueError(f"An input is (target, value[, 'fix' or 'iter'[, op]]); not {shorten(one)}.")
    return inputs


def _input_row(one: tuple, grid: Grid) -> Row:
    """Return one input, checked, as a row of the table."""
    target, value, kind, operation = (*one, *(None, "+")[len(one) - 2 :]) if len(one) < 4 else one
    target = _target(target, grid)
    if kind not in (None, "fix", "iter"):
        raise ValueError(f"The third part of an input is 'fix' or 'iter'; {shorten(kind)} was given.")
    if operation not in OPERATIONS:
        raise ValueError(f"The operation of an input is one of {' '.join(OPERATIONS)}; not {shorten(operation)}.")
    if isinstance(value, Stimulus):
        if grid.times is None:
            raise ValueError("A stimulus is sampled once per run; give it to run, or give its samples.")
        if kind == "fix":
            raise ValueError("A stimulus changes with time; leave 'fix' away.")
        if isinstance(value, WhiteNoise) and value.I_noise > 0.0:
            warnings.warn(HELD, stacklevel=2)
        sampled = value.sample(grid.times, grid.dt, grid.rng)
        return Row(target, operation, _checked_input(sampled, target, operation), 1, 0, None)
    if isinstance(value, Iterator):
        if kind == "fix":
            raise ValueError("An iterator changes with time; leave 'fix' away or write 'iter'.")
        return Row(target, operation, np.empty(grid.num), 0, 1, value)
    values = _checked_input(value, target, operation)
    if kind != "iter" and values.shape in ((), (grid.num,), grid.shape):
        return Row(target, operation, values.ravel(), 0, int(values.ndim > 0), None)
    if kind == "fix":
        return Row(target, operation, _per_neuron(values, grid, target).ravel(), 0, 1, None)
    return _row_over_time(target, operation, values, grid)


def _row_over_time(target: str, operation: str, values: np.ndarray, grid: Grid) -> Row:
    """Return an input that changes with time, values of shape (steps,) or (steps, num), as a row of the table."""
    steps = grid.times.size if grid.times is not None else len(np.atleast_1d(values))
    if values.ndim == 0 or values.shape[0] < steps or values.shape[1:] not in ((), (grid.num,), grid.shape):
        raise ValueError(
            f"The input to {target} must be one number, one per neuron (shape {(grid.num,)}), or change with time "
            f"(shape {(steps,)} or {(steps, grid.num)}); its shape is {values.shape}."
        )
    values = values[:steps].reshape(steps, -1)
    columns = values.shape[1]
    return Row(target, operation, values, columns, int(columns == grid.num and grid.num > 1), None)


def _target(target: Any, grid: Grid) -> str:
    """Return the state array that an input goes to, "input" or "V", or raise ValueError."""
    short = target.removeprefix(f"{grid.name}.") if isinstance(target, str) else target
    if short in ("spike", "refractory", "t_last_spike"):
        raise ValueError(f"{short} is what a step finds out, not an input to it; inputs go to input or V.")
    if short not in TARGETS:
        raise ValueError(f"An input goes to 'input' or 'V' of {grid.name}; {shorten(target)} is neither.")
    return short


def _checked_input(value: Any, target: str, operation: str) -> np.ndarray:
    """Return the values of an input as float64, or raise ValueError where they are out of range for what they do."""
    low, high = CURRENT_BOUNDS if target == "input" or operation in "*/" else V_BOUNDS
    unit = "" if operation in "*/" else "nA" if target == "input" else "mV"
    quantity = Quantity(1.0, bounds=(low, high), unit=unit)
    quantity.name = f"The input to {target}"
    values = quantity.check_array(value)
    if operation == "/" and (values == 0.0).any():
        raise ValueError(f"The input divides {target} by zero.")
    return values


def _per_neuron(values: np.ndarray, grid: Grid, target: str) -> np.ndarray:
    """Return values as an array of shape (num,), or raise ValueError unless they are one number or one per neuron."""
    if values.shape not in ((), (grid.num,), grid.shape):
        raise ValueError(
            f"The input to {target} must be one number or one per neuron, of shape {(grid.num,)}; "
            f"its shape is {values.shape}."
        )
    return np.broadcast_to(values.ravel(), grid.num)
