"""What is kept of the spikes of many neurons."""

from typing import NamedTuple

import numpy as np
from numba import njit


class Tally(NamedTuple):
    """Spikes counted, and recorded where there is room.

    Attributes
    ----------
    count : int64 array, shape (n,)
        Spikes of each neuron.
    first, last : float64 array, shape (n,)
        Times of its first and last spike [ms].
    t, who : float64 and int64 arrays of one length
        Time [ms] and neuron of every recorded spike; of length 0 where none is to be recorded.
    noted : int64 array, shape (1,)
        How many spikes were recorded, or would have been had there been room.
    """

    count: np.ndarray
    first: np.ndarray
    last: np.ndarray
    t: np.ndarray
    who: np.ndarray
    noted: np.ndarray


def empty(neurons: int, room: int = 0) -> Tally:
    """A tally without spikes, with room to record `room` of them."""
    return Tally(
        np.zeros(neurons, np.int64), np.zeros(neurons), np.zeros(neurons),
        np.empty(room), np.empty(room, np.int64), np.zeros(1, np.int64),
    )  # fmt: skip


@njit(inline="always")
def note(tally, i, t, repeats, interval):
    """Note a spike of neuron i at t, and `repeats` more, each `interval` after the one before."""
    if tally.count[i] == 0:
        tally.first[i] = t
    tally.last[i] = t + repeats * interval
    tally.count[i] += 1 + repeats
    if tally.t.size:
        for n in range(1 + repeats):
            if tally.noted[0] < tally.t.size:
                tally.t[tally.noted[0]], tally.who[tally.noted[0]] = t + n * interval, i
            tally.noted[0] += 1
