"""What carries a neuron group from step to step: its state, clock, randomness, and the way into compiled code."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from model import devices
from model.draws import rng_of
from model.group.delays import ConstantDelay
from model.group.inputs import Grid
from model.group.node import Node
from model.group.per_neuron import GroupParameters, OwnParameter
from model.integrators.equation import NEVER, SHOWN, VARIABLES, Numbers, State, fresh_state
from model.kernels import endless
from model.kernels.layout import Clock, Records, white
from model.parameters import ExpIFParameters
from model.quantity import shorten
from model.run_settings import RunSettings
from model.runs.arguments import check_noise, seed_of, steps_of
from model.runs.budget import LIBRARY, check_work
from model.runs.execution import SPIKES_WITHOUT_END, Job, on_cores
from model.runs.schemes import SCHEMES, check_stable, checked_method


class StateArray:
    """A state array as an attribute of the group; what is assigned is copied into it."""

    def __init__(self, name: str) -> None:
        self.name, self.__doc__ = name, VARIABLES[name].doc

    def __get__(self, group: Any, owner: type | None = None) -> Any:
        return self if group is None else getattr(group._state, self.name)

    def __set__(self, group: Any, value: Any) -> None:
        array, given = getattr(group._state, self.name), np.asarray(value)
        if given.shape not in ((), (1,), (group.num,), group.shape) or given.dtype.kind not in "biuf":
            raise ValueError(
                f"{self.name} takes one number or one per neuron, of shape {(group.num,)}; not {shorten(value)}."
            )
        array[...] = given.reshape(-1)


class Engine(Node):
    """A group of neurons without its public face; `ExpIF` explains the arguments.

    Raises
    ------
    ValueError
        If one of them is not allowed.
    """

    target_backend = ("numba", "cuda")
    integral: Callable[..., np.ndarray]  # the public face has it

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # parameters and state arrays, see below

    def __init__(
        self,
        shape: tuple[int, ...],
        parameters: GroupParameters,
        method: str,
        V_init: Any,
        name: str | None,
        sigma: float,
        seed: int | None,
        dtype: Any,
        device: str,
    ) -> None:
        self.shape = self.size = shape
        self.num = math.prod(shape)
        self._parameters = parameters
        self.method = method
        check_work(LIBRARY, steps=1, neurons=self.num, output_points=self.num)
        self._state = fresh_state(self.num, 0.0, _checked_dtype(dtype))
        self.V = self._start(V_init)
        self.sigma, self.dt = checked_float(RunSettings.param.sigma, sigma), 0.1
        self._seed(seed)
        self._clock, self._steps_done = Clock(0.0, 0, self.dt), 0
        self.device = devices.checked_device(device)
        super().__init__(name)

    @property
    def parameters(self) -> ExpIFParameters:
        """The parameters that all neurons share; for one that differs between neurons it is the mean."""
        return self._parameters.shared

    @property
    def method(self) -> str:
        """Name of the integration scheme."""
        return self._method

    @method.setter
    def method(self, name: str) -> None:
        self._method = checked_method(name)

    @property
    def t(self) -> float:
        """Time that the group has reached [ms]."""
        return self._clock.origin + self._clock.first * self._clock.dt

    def _advance(self, start: int, stop: int, inputs: Any, records: Records) -> None:
        """Make the steps from `start` to `stop` of a run; raise ValueError where the input or V leaves its range."""
        check_noise(self.method, self.sigma)
        noise = white(self.sigma, self._noise_seed, self._steps_done)
        p = self._parameters.columns()
        job = Job(start, stop, self._clock, SCHEMES[self.method], noise, p, self._state, inputs, records)
        failed = devices.cuda_kernels().advance(*job) if self.device == "cuda" else on_cores(job, threads=None)[0]
        if failed == endless.ENDLESS:
            raise ValueError(SPIKES_WITHOUT_END)
        if failed >= 0:
            t = self._clock.origin + (self._clock.first + failed) * self.dt
            raise ValueError(
                f"At t = {t:g} ms the input or V left its range (input within {inputs.limits[0]:g} nA, V a finite "
                f"number within {inputs.limits[1]:g} mV); the group is as it was before the run."
            )

    def _schedule(self, duration: Any, dt: float) -> int:
        """Set the clock for a run of `duration` [ms] in steps of dt [ms], and return the number of steps."""
        start = None
        if isinstance(duration, (tuple, list)):
            if len(duration) != 2:
                raise ValueError(f"duration must be a number or (start, end); {shorten(duration)} was given.")
            start, end = sorted(checked_time(t) for t in duration)
            duration = end - start
        steps = steps_of(duration, dt)
        check_stable(self.method, dt, float(np.min(self.tau)))
        self._set_clock(self.t if start is None else start, dt)
        return steps

    def _set_clock(self, t: float, dt: float) -> None:
        """Set the clock to t [ms] and steps of dt [ms]; what has passed since the last spikes stays as it is."""
        now = self.t
        if t != now or dt != self._clock.dt:
            for times in (self.t_last_spike, self.t_first_spike):
                times[times > NEVER] += t - now
            self._clock = Clock(t, 0, dt)
        self.dt = dt

    def _move_clock(self, steps: int) -> None:
        """Let the clock go on by a number of steps."""
        self._clock = self._clock._replace(first=self._clock.first + steps)
        self._steps_done += steps

    def _delays(self) -> list[ConstantDelay]:
        """Return the delay lines that belong to this group."""
        return [node for node in self._children().values() if isinstance(node, ConstantDelay)]

    def _grid(self, times: np.ndarray | None) -> Grid:
        """Return the steps, given by their starts [ms], and the neurons for which inputs are made."""
        return Grid(times, self.dt, self.shape, self.num, self._rng, self.name)

    def _seed(self, seed: Any) -> None:
        """Take the seed of all noise of the group; a new one where it is None."""
        self._noise_seed = seed_of(seed)
        self._rng = rng_of(self._noise_seed)

    def _start(self, V_init: Any) -> np.ndarray | float:
        """Return the membrane potential at the start [mV]: one number, or one for each neuron."""
        if isinstance(V_init, str) and V_init == "rest":
            return self._parameters.resting()
        values = RunSettings.param.V_init.check_array(V_init)
        if values.shape not in ((), (self.num,), self.shape):
            raise ValueError(f"V_init must be 'rest', one number or one per neuron; its shape is {values.shape}.")
        return values

    def _snapshot(self) -> tuple:
        """Return a copy of everything that a run changes."""
        delays = [(line, line.data.copy(), line._row) for line in self._delays()]
        arrays = State(*(array.copy() for array in self._state))
        return arrays, self._clock, self.dt, self._steps_done, self._rng.bit_generator.state, delays

    def _restore(self, before: tuple) -> None:
        """Put everything that a run changes back to a copy of it."""
        arrays, self._clock, self.dt, self._steps_done, self._rng.bit_generator.state, delays = before
        for array, old in zip(self._state, arrays, strict=True):
            array[...] = old
        for line, data, row in delays:
            line.data[...], line._row = data, row

    def _variables(self) -> dict[str, np.ndarray]:
        return {name: getattr(self, name) for name in SHOWN}

    def _integrators(self) -> dict[str, Callable[..., Any]]:
        return {"integral": self.integral}


for _name in Numbers._fields:
    setattr(Engine, _name, OwnParameter(_name))
for _name in VARIABLES:
    setattr(Engine, _name, StateArray(_name))


def checked_float(quantity: Any, value: Any) -> float:
    """Return `value` as a float, or raise ValueError where the declared quantity does not allow it."""
    quantity.check(value)
    return float(value)


def checked_time(t: Any) -> float:
    """Return a time [ms] as a float, or raise ValueError unless it is a finite number."""
    if isinstance(t, bool) or not isinstance(t, (int, float, np.number)) or not -1e9 <= t <= 1e9:
        raise ValueError(f"A time must be a finite number of ms; {shorten(t)} was given.")
    return float(t)


def _checked_dtype(dtype: Any) -> np.dtype:
    """Return the precision of V as a dtype, or raise ValueError unless it is float64 or float32."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = None
    if found not in (np.float64, np.float32):
        raise ValueError(f"dtype must be 'float64' or 'float32'; {shorten(dtype)} was given.")
    return found
