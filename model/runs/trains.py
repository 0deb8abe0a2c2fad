"""Many independent neurons at once, and all their spikes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from model import theory
from model.parameters import ExpIFParameters, Numbers
from model.runs.arguments import checked_current, currents_of
from model.runs.beginning import begin, unforgotten
from model.runs.budget import LIBRARY, Budget
from model.runs.execution import carry_out, constant, over_time
from model.runs.run import check_neurons, checked_run, is_stimulus, sentences
from model.stimuli import Stimulus


class _Pair(NamedTuple):
    """The fields of `SpikeTrains`, which is a pair to whoever unpacks it."""

    t: np.ndarray
    neuron: np.ndarray


class SpikeTrains(_Pair):
    """The spikes of many neurons, neuron by neuron: a pair (t, neuron).

    Attributes
    ----------
    t : ndarray, shape (spikes,)
        Times [ms], rising for each neuron.
    neuron : ndarray of int, shape (spikes,)
        Which neuron spiked.
    note : str
        A sentence where dt is too coarse for the noise, or the run too short to forget its start; else "".
    """

    note: str = ""


def spike_trains(
    p: ExpIFParameters | Numbers,
    current: float | Sequence[float] | np.ndarray | Stimulus,
    duration: float = 1000.0,
    dt: float = 0.1,
    method: str = "strang",
    sigma: float = 0.0,
    seed: int | None = None,
    threads: int | None = None,
    budget: Budget = LIBRARY,
    neurons: int | None = None,
    tau_noise: float = 0.0,
    start: str = "rest",
) -> SpikeTrains:
    """Simulate many neurons, each with noise of its own, and return all spikes.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        What all neurons are.
    current : float, array or Stimulus
        Without `neurons`: the constant current of each neuron [nA], shape (n,). With it: the current of all of them,
        a number, one value per step, or a stimulus; it is the current that `model.simulate` gives with the same seed.
    duration, dt, method, sigma, seed, threads, budget, tau_noise, start
        As for `model.fi_curve`.
    neurons : int, optional
        How many neurons share the current. Neuron k alone is `model.simulate` with `neuron=k`.

    Returns
    -------
    SpikeTrains

    Raises
    ------
    ValueError
        If an argument is not allowed, or the work exceeds the budget.

    Examples
    --------
    >>> from model import ExpIFParameters, spike_trains, spikes, theory
    >>> p = ExpIFParameters()
    >>> t, neuron = spike_trains(p, 5.0, sigma=4.0, seed=1, neurons=100)
    >>> round(spikes.firing_rate(t, neuron, neurons=100, duration=1000.0).value)
    33
    >>> round(theory.stationary_rate(p, 5.0, sigma=4.0))
    33
    """
    run = checked_run(p, method, duration, dt, (sigma, tau_noise), seed, budget)
    I = currents_of(current) if neurons is None else None
    num = I.size if I is not None else check_neurons(neurons)
    changes = I is None and is_stimulus(current)
    sigma = run.shared_sigma(current) if changes else 0.0
    points = 3 * num + (2 * run.steps if changes else 0) + (2 * run.steps * run.pieces if sigma > 0.0 else 0)
    run.check_work(num, -np.inf, points, sigma)  # before anything is allocated
    over = run.current(current) if changes else None
    if I is None:
        I = np.full(num, over.held[0] if over else checked_current(current))
    strongest = float((over.held if over else I).max(initial=-np.inf))
    run.check_work(num, strongest, points, sigma)
    state = begin(run, start, I)
    found = carry_out(
        run, over_time(over.held) if over else constant(I), state, current=over, listed=True,
        rate=0.0 if over else float(theory.firing_rate(run.neuron, max(strongest, 0.0))), threads=threads,
    )  # fmt: skip
    trains = SpikeTrains(found.t, found.who.astype(np.int64))
    given = current if changes else None
    trains.note = sentences(
        run.note(given), run.note_on_intervals(found.t.size, num, given), unforgotten(run, start, I)
    )
    return trains
