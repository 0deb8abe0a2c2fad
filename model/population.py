"""Many independent neurons at once, spread over the processor's cores."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from model.arguments import (
    check_run,
    current_of,
    currents_of,
    memory,
    most_spikes,
    pieces_of,
    seeds,
    start_of,
    steps_of,
)
from model.budget import LIBRARY, Budget, check_work
from model.kernels import endless, population_euler, population_strang, random
from model.kernels.tally import Tally, empty
from model.parameters import ExpIFParameters
from model.quantity import shorten
from model.run_settings import RunSettings
from model.stimuli import Stimulus

_KERNELS = {"euler": population_euler.run, "strang": population_strang.run}
_BLOCK = population_euler.WIDTH
_WORTH_A_THREAD = 1_000_000  # neuron-steps; below it, handing out the work costs more than it gains


class SpikeTrains(NamedTuple):
    """The spikes of many neurons, neuron by neuron.

    Attributes
    ----------
    t : ndarray, shape (spikes,)
        Times [ms], rising for each neuron.
    neuron : ndarray of int, shape (spikes,)
        Which neuron spiked.
    """

    t: np.ndarray
    neuron: np.ndarray


def spike_trains(
    p: ExpIFParameters,
    current: float | np.ndarray | Stimulus,
    duration: float = 1000.0,
    dt: float = 0.1,
    method: str = "strang",
    sigma: float = 0.0,
    seed: int | None = None,
    threads: int | None = None,
    budget: Budget = LIBRARY,
    neurons: int | None = None,
    tau_noise: float = 0.0,
) -> SpikeTrains:
    """Simulate many neurons, each with noise of its own, and return all spikes.

    Parameters
    ----------
    p : ExpIFParameters
        What all neurons are.
    current : float, array or Stimulus
        Without `neurons`: the constant current of each neuron [nA], shape (n,). With it: the current of all of them,
        a number, one value per step, or a stimulus; it is the current that `model.simulate` gives with the same seed.
    duration, dt, method, sigma, seed, threads, budget, tau_noise
        As for `model.fi_curve`.
    neurons : int, optional
        How many neurons share the current.

    Returns
    -------
    SpikeTrains

    Raises
    ------
    ValueError
        If an argument is not allowed, or the work exceeds the budget.
    """
    noise = (sigma, tau_noise)
    if neurons is None:
        tally = tallied(p, current, duration, dt, method, noise, seed, threads, budget, record=True)
    else:
        tally = driven(p, current, neurons, duration, dt, method, noise, seed, threads, budget)
    order = np.lexsort((tally.t, tally.who))
    return SpikeTrains(tally.t[order], tally.who[order])


def tallied(
    p: ExpIFParameters,
    currents: np.ndarray,
    duration: float,
    dt: float,
    method: str,
    noise: tuple[float, float],
    seed: int | None,
    threads: int | None,
    budget: Budget,
    record: bool = False,
) -> Tally:
    """Check the arguments, run one neuron per current, and return what its spikes amount to.

    `noise` is sigma [mV] and tau_noise [ms].
    """
    check_run(p, method, dt, *noise)
    steps, (_, seed) = steps_of(duration, dt), seeds(seed)
    currents = currents_of(currents)
    pieces = pieces_of(method, dt, p.tau)
    check_work(budget, steps=steps, neurons=currents.size, output_points=3 * currents.size, pieces=pieces)
    return _run(p, currents, np.empty(0), steps, dt, method, noise, seed, threads, budget, record)


def driven(
    p: ExpIFParameters,
    current: float | np.ndarray | Stimulus,
    neurons: int,
    duration: float,
    dt: float,
    method: str,
    noise: tuple[float, float],
    seed: int | None,
    threads: int | None,
    budget: Budget,
) -> Tally:
    """Check the arguments, run many neurons with one current, and return their spikes; `noise` as for `tallied`."""
    check_run(p, method, dt, *noise)
    steps, (current_seed, seed) = steps_of(duration, dt), seeds(seed)
    RunSettings.param.neurons.check(neurons)
    pieces = pieces_of(method, dt, p.tau)
    check_work(budget, steps=steps, neurons=neurons, output_points=3 * neurons + 2 * steps, pieces=pieces)
    constant = not isinstance(current, Stimulus) and np.ndim(current) == 0
    over_time = current_of(current, np.arange(1 if constant else steps) * float(dt), float(dt), current_seed)
    I = np.full(int(neurons), over_time[0])
    over_time = np.empty(0) if constant else over_time
    return _run(p, I, over_time, steps, dt, method, noise, seed, threads, budget, record=True)


def _run(
    p: ExpIFParameters,
    currents: np.ndarray,
    over_time: np.ndarray,
    steps: int,
    dt: float,
    method: str,
    noise: tuple[float, float],
    seed: np.random.SeedSequence,
    threads: int | None,
    budget: Budget,
    record: bool,
) -> Tally:
    """Run blocks of neurons on all cores; the arguments are known to be good."""
    if method not in _KERNELS:
        raise ValueError(f"Many neurons at once need the method strang or euler; {method} was given.")
    if currents.size:
        strongest, pieces = (over_time if over_time.size else currents).max(), pieces_of(method, dt, p.tau)
        run_one_by_one = endless.MANY * steps * pieces  # the others of a step are counted at once
        spikes = most_spikes(p, method, strongest, steps * dt, steps * pieces, run_one_by_one)
        check_work(budget, steps=steps, neurons=currents.size, pieces=pieces, spikes=spikes)
    sigma, tau_noise = noise
    settings = (start_of(p), over_time, steps, float(dt), float(sigma), memory(tau_noise), p.numbers())
    blocks = -(-currents.size // _BLOCK)
    lanes = _BLOCK if sigma > 0.0 else 1
    states = random.lanes(np.random.default_rng(seed), blocks, lanes)
    edges = _edges(blocks, threads, steps * currents.size)
    parts = [(currents[a * _BLOCK : b * _BLOCK], states[a:b]) for a, b in pairwise(edges)]

    def run(part: tuple) -> Tally:
        return _run_part(_KERNELS[method], settings, *part, record, budget)

    tallies = list((_pool(os.getpid()).map if len(parts) > 1 else map)(run, parts))
    for tally, edge in zip(tallies, edges, strict=False):
        tally.who[:] += edge * _BLOCK
    return Tally(*(np.concatenate(columns) for columns in zip(empty(0), *tallies, strict=True)))


def _run_part(
    kernel: Callable, settings: tuple, currents: np.ndarray, states: np.ndarray, record: bool, budget: Budget
) -> Tally:
    """Run some blocks of neurons, again with more room where the spikes were more than expected."""
    V, over_time, steps, dt, sigma, tau_noise, numbers = settings
    room = steps * currents.size // 200 + 1000 if record else 0
    while True:
        tally = empty(currents.size, room)
        if not kernel(V, currents, over_time, steps, dt, sigma, tau_noise, states, numbers, tally):
            raise ValueError(endless.SENTENCE)
        noted = int(tally.noted[0])
        if noted <= room:
            return tally._replace(t=tally.t[:noted], who=tally.who[:noted])
        check_work(budget, steps=steps, neurons=currents.size, output_points=2 * noted)
        room = noted


def _edges(blocks: int, threads: int | None, neuron_steps: int) -> list[int]:
    """Where to cut the blocks, so that each thread has a few parts and the slow ones even out."""
    if threads is not None and (isinstance(threads, bool) or not isinstance(threads, int) or threads < 1):
        raise ValueError(f"threads must be a whole number from 1 upwards, or None; {shorten(threads)} was given.")
    if threads is None:
        threads = (os.cpu_count() or 1) if neuron_steps > _WORTH_A_THREAD else 1
    parts = min(blocks, 4 * threads) if threads > 1 else min(blocks, 1)
    return [blocks * part // parts for part in range(parts + 1)] if parts else [0]


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    """One pool for each process, as a fork leaves the threads behind: kernels run without the interpreter lock."""
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="neurons")
