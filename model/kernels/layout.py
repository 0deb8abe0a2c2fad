"""What the loops over neurons are handed beside their state: inputs, records, clock, scheme, noise."""

from typing import NamedTuple

import numpy as np

STRANG = -1  # the number of the scheme that is not on the time grid; the others count through `STEPS`
ADD, SUBTRACT, MULTIPLY, DIVIDE, ASSIGN = range(5)
TO_INPUT, TO_V = 0, 1


class Inputs(NamedTuple):
    """Inputs in the order in which they are applied.

    Row r of `table` is (operation, target, offset, step_stride, neuron_stride): at step n of the run neuron i
    takes `data[offset + n * step_stride + i * neuron_stride]`.
    """

    table: np.ndarray  # int64, shape (inputs, 5)
    data: np.ndarray  # float64
    limits: np.ndarray  # largest size of the input [nA] and of V [mV] that is accepted
    steady: bool  # nothing changes from step to step, and nothing acts on V
    alone: bool  # there is nothing but one current that all neurons feel, added


class Record(NamedTuple):
    """Where one variable is written: row n / every, one column for each neuron in `who`, which rises."""

    every: int  # 0: not recorded
    who: np.ndarray  # int64
    rows: np.ndarray


class Records(NamedTuple):
    """One `Record` for each variable."""

    V: Record
    input: Record
    spike: Record
    refractory: Record
    t_last_spike: Record
    memory: Record  # what noise with a memory remembers; on the CPU only
    any: bool


class Spikes(NamedTuple):
    """Where every spike is written, in the order in which a loop finds them: time [ms] and neuron."""

    t: np.ndarray  # float64; of length 0 where spikes are not recorded
    who: np.ndarray  # int64
    noted: np.ndarray  # int64, shape (1,): how many spikes there were, with or without room for them


class Clock(NamedTuple):
    """Step n of a run starts at origin + (first + n) * dt."""

    origin: float  # ms
    first: int
    dt: float  # ms


class Scheme(NamedTuple):
    """Which scheme, how often its step asks for the exponential, and the weights that it is handed."""

    kind: int
    stages: int
    weights: np.ndarray  # shape (WEIGHTS,)


class Noise(NamedTuple):
    """The noise of a run; step n takes the numbers of stream first + n."""

    sigma: float  # mV
    tau_noise: float  # ms, 0 for white noise
    seed: int
    first: int
    neuron: int  # number of the first neuron: another number is other noise
    memory: np.ndarray  # float64, (num,): what noise with a memory remembers, nan before it begins; else (0,)
    shared: np.ndarray  # noise that all neurons feel: two normal numbers for each piece of each step, (pieces, 2)
    shared_sigma: float  # mV


def white(sigma: float = 0.0, seed: int = 0, first: int = 0) -> Noise:
    """White noise of each neuron, or none."""
    return Noise(sigma, 0.0, seed, first, 0, np.empty(0), np.empty((0, 2)), 0.0)


def no_spikes(room: int = 0) -> Spikes:
    """Room for so many spikes."""
    return Spikes(np.empty(room), np.empty(room, np.int64), np.zeros(1, np.int64))


def no_records(real: np.dtype) -> Records:
    """Records of nothing, for a state whose V has the type `real`."""
    none = [Record(0, np.empty(0, np.int64), np.empty((0, 0), of)) for of in (real, float, bool, bool, float, float)]
    return Records._make([*none, False])
