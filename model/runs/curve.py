"""The f-I curve: firing rates of simulated neurons over constant currents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from model import devices, theory
from model.parameters import ExpIFParameters, Numbers
from model.runs.arguments import currents_of
from model.runs.beginning import begin, unforgotten
from model.runs.budget import LIBRARY, Budget
from model.runs.execution import carry_out, constant
from model.runs.run import check_neurons, checked_run, sentences
from model.sentences import say
from model.spikes import firing_rate, rate_of_intervals

WARM_UP = 20.0  # memories of membrane and noise; a population started at rest has then forgotten it


class FICurve(NamedTuple):
    """Firing rates over constant currents.

    Attributes
    ----------
    currents : ndarray, shape (n,)
        Currents [nA].
    rates : ndarray, shape (n,)
        Firing rates [Hz]. Of one neuron from intervals, (spikes - 1)/(last - first), 0 where there are fewer than two
        spikes; of several under noise from counts, after a warm-up, see `model.spikes.firing_rate`.
    counts : ndarray of int, shape (n,)
        Spikes within the duration, of all neurons of this current.
    errors : ndarray, shape (n,)
        Standard errors of the rates [Hz]; 0 without noise.
    note : str
        A sentence where dt is too coarse for the noise, or the run too short to forget its start; else "".
    """

    currents: np.ndarray
    rates: np.ndarray
    counts: np.ndarray
    errors: np.ndarray
    note: str = ""


def fi_curve(
    p: ExpIFParameters | Numbers,
    currents: float | Sequence[float] | np.ndarray,
    duration: float = 1000.0,
    dt: float = 0.1,
    method: str = "strang",
    sigma: float = 0.0,
    seed: int | None = None,
    device: str = "cpu",
    threads: int | None = None,
    budget: Budget = LIBRARY,
    neurons: int = 1,
    tau_noise: float = 0.0,
    start: str = "rest",
) -> FICurve:
    """Simulate one neuron, or several, per current and measure the firing rate.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    currents : float or array, shape (n,)
        Constant currents [nA].
    duration, dt, method, sigma, seed, budget, tau_noise
        As for `simulate`.
    device : {"cpu", "cuda"}
        Where to run. On the GPU noise needs the method strang, one neuron per current, and is white; the errors are
        then those of exponential intervals, because only spikes are counted.
    threads : int, optional
        On how many parts the work is spread; by default long work goes to all cores, and the result is the same.
    neurons : int
        How many independent neurons each current has. They differ by their noise only; without it one is run. Neuron
        k*neurons + i of a run is neuron i of current k; alone it is `simulate` with this number.
    start : {"rest", "reset", "stationary"}
        Where neurons start: at the stable point without current (at V_reset where there is none), at V_reset, or, under
        white noise, each somewhere in the stationary state of its current. A neuron that can both rest and fire may
        remember its start for longer than any run; only with "stationary" its rate is then right.

    Returns
    -------
    FICurve

    Raises
    ------
    ValueError
        If an argument is not allowed, or the work exceeds the budget.
    RuntimeError
        If the device was asked for by name and does not work.

    Examples
    --------
    >>> from model import ExpIFParameters, fi_curve
    >>> curve = fi_curve(ExpIFParameters(), [0.0, 5.0, 10.0])
    >>> curve.rates.round(1)
    array([ 0. , 31.1, 57.7])
    """
    run = checked_run(p, method, duration, dt, (sigma, tau_noise), seed, budget)
    check_neurons(neurons)
    where, noisy = devices.checked_device(device), run.sigma > 0.0
    currents, alike = currents_of(currents), 1 if noisy else int(neurons)
    neurons = int(neurons) if noisy else 1
    if noisy and where == "cuda" and (neurons > 1 or run.tau_noise > 0.0):
        raise ValueError(say("On the GPU noise is white, and there is one neuron per current; choose the device cpu."))
    num = currents.size * neurons
    run.check_work(num, float(currents.max(initial=0.0)), 3 * num)
    I = np.repeat(currents, neurons)
    state = begin(run, start, I)
    listed = noisy and where == "cpu"
    strongest = float(theory.firing_rate(run.neuron, currents.max(initial=0.0)))
    found = carry_out(run, constant(I), state, listed=listed, rate=strongest, threads=threads, device=where)
    rates, errors = np.empty(currents.size), np.zeros(currents.size)
    if listed:
        warm_up = min(WARM_UP * (run.neuron.tau + run.tau_noise), 0.2 * run.duration) if neurons > 1 else 0.0
        edges = np.searchsorted(found.who, np.arange(currents.size + 1) * neurons)
        for k, (a, b) in enumerate(pairwise(edges)):
            who = found.who[a:b].astype(np.int64) - k * neurons
            rates[k], errors[k] = firing_rate(found.t[a:b], who, neurons, run.duration, warm_up)
    else:
        rates = rate_of_intervals(state.count, state.t_first_spike, state.t_last_spike)
        errors = rates / np.sqrt(np.maximum(state.count - 1, 1)) if noisy else errors
    counts = state.count.reshape(currents.size, neurons).sum(axis=1) * alike
    return FICurve(currents, rates, counts, errors, sentences(run.note(), unforgotten(run, start, currents)))
