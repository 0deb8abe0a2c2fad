"""What the kernels of the neuron group are handed: state, inputs, records, clock, scheme, noise."""

from typing import NamedTuple

import numpy as np

RUNGE_KUTTA, EXPONENTIAL_EULER, STRANG = 0, 1, 2
ADD, SUBTRACT, MULTIPLY, DIVIDE, ASSIGN = range(5)
TO_INPUT, TO_V = 0, 1


class State(NamedTuple):
    """What a group carries from one step to the next; every array has shape (num,)."""

    V: np.ndarray  # mV, float64 or float32: the precision of the run
    input: np.ndarray  # nA; cleared by every step
    spike: np.ndarray  # bool
    refractory: np.ndarray  # bool
    t_last_spike: np.ndarray  # ms, float64
    count: np.ndarray  # int64, spikes so far
    t_first_spike: np.ndarray  # ms, float64; means nothing while count is 0


class Inputs(NamedTuple):
    """Inputs in the order in which they are applied.

    Row r of `table` is (operation, target, offset, step_stride, neuron_stride): at step n of the run neuron i
    takes `data[offset + n * step_stride + i * neuron_stride]`.
    """

    table: np.ndarray  # int64, shape (inputs, 5)
    data: np.ndarray  # float64
    limits: np.ndarray  # largest size of the input [nA] and of V [mV] that is accepted
    steady: bool  # nothing changes from step to step, and nothing acts on V


class Record(NamedTuple):
    """Where one variable is written: row n / every, one column for each neuron in `who`, which rises."""

    every: int  # 0: not recorded
    who: np.ndarray  # int64
    rows: np.ndarray


class Records(NamedTuple):
    """One `Record` for each variable of the group."""

    V: Record
    input: Record
    spike: Record
    refractory: Record
    t_last_spike: Record
    any: bool


class Clock(NamedTuple):
    """Step n of a run starts at origin + (first + n) * dt."""

    origin: float  # ms
    first: int
    dt: float  # ms


class Scheme(NamedTuple):
    """Which scheme; for the Runge-Kutta family `weights` are the rows of the tableau, the last of them the step's."""

    kind: int
    weights: np.ndarray  # shape (stages + 1, stages)


class Noise(NamedTuple):
    """The noise of a run; step n takes the numbers of stream first + n."""

    sigma: float  # mV
    seed: int
    first: int
