"""Carrying out a run: on all cores, or on a graphics card."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from model import devices
from model.integrators.equation import State
from model.kernels import endless
from model.kernels.advance import advance_between, advance_on_grid
from model.kernels.layout import (
    ADD,
    STRANG,
    TO_INPUT,
    Clock,
    Inputs,
    Noise,
    Records,
    Scheme,
    Spikes,
    no_records,
    no_spikes,
)
from model.quantity import shorten
from model.runs.budget import check_work
from model.runs.run import Current, Run
from model.runs.schemes import SCHEMES
from model.sentences import say
from model.stimuli import CURRENT_BOUNDS

LARGEST_V = 1e9  # mV; ten times what the largest current makes of the largest resistance
LIMITS = np.array([CURRENT_BOUNDS[1], LARGEST_V])
_WORTH_A_THREAD = 1_000_000  # neuron-steps; below it, handing out the work costs more than it gains
_FEWEST = 16  # neurons worth a part of their own: fewer take as long
_FLOAT64 = no_records(np.dtype(np.float64))
SPIKES_WITHOUT_END = say(
    "This neuron spikes without end, a hundred thousand times and more within one step: tau_ref is nearly 0, and "
    "V_reset is close to V_th or far up the upswing, or the current very strong. Raise tau_ref, or lower V_reset "
    "or the current."
)


class Job(NamedTuple):
    """What the kernels are handed for some steps of some neurons."""

    start: int
    stop: int
    clock: Clock
    scheme: Scheme
    noise: Noise
    p: np.ndarray
    state: State
    inputs: Inputs
    records: Records


class Outcome(NamedTuple):
    """What became of the neurons: their state, all spikes, where they were asked for, neuron by neuron, and
    what their noise remembers, if it does.
    """

    state: State
    t: np.ndarray
    who: np.ndarray
    memory: np.ndarray


def constant(I: np.ndarray) -> Inputs:
    """A constant current [nA] for each neuron."""
    return Inputs(np.array([[ADD, TO_INPUT, 0, 0, 1]]), I, LIMITS, True, False)


def over_time(I: np.ndarray) -> Inputs:
    """A current [nA] for each step, the same for all neurons."""
    return Inputs(np.array([[ADD, TO_INPUT, 0, 1, 0]]), I, LIMITS, False, True)


def carry_out(
    run: Run,
    inputs: Inputs,
    state: State,
    *,
    first: int = 0,
    current: Current | None = None,
    records: Records = _FLOAT64,
    listed: bool = False,
    rate: float = 0.0,
    threads: int | None = None,
    device: str = "cpu",
) -> Outcome:
    """Run like neurons that start in `state`, which is changed.

    Parameters
    ----------
    run : Run
    inputs : Inputs
    state : State
    first : int
        Number of the first neuron, on which its noise depends.
    current : Current, optional
        Of whose white noise all neurons feel the same.
    records : Records
    listed : bool
        Whether every spike is wanted.
    rate : float
        The highest rate that is expected of a neuron [Hz], where it is known: a guess at how many spikes there will be.
    threads, device
        As for `model.fi_curve`; on a graphics card spikes are only counted.

    Raises
    ------
    ValueError
        If a neuron spikes without end, or the spikes exceed the budget.
    """
    num = state.V.size
    noise, clock = run.noise(num, first, current), Clock(0.0, run.first, run.dt)
    parameters = np.array(run.neuron)[:, None]
    job = Job(0, run.steps, clock, SCHEMES[run.method], noise, parameters, state, inputs, records)
    if device == "cuda":
        failed = devices.cuda_kernels().advance(*job)
        found = [no_spikes()]
    else:
        failed, found = on_cores(job, _spikes_to_expect(run, num, rate) if listed else 0, threads, run)
    if failed == endless.ENDLESS:
        raise ValueError(SPIKES_WITHOUT_END)
    if failed >= 0:  # every argument has been checked
        raise ValueError(
            say(
                "At t = {t:g} ms V left its range; choose a weaker current or a smaller dt.",
                t=(run.first + failed) * run.dt,
            )
        )
    t, who = (np.concatenate(column) for column in zip(*((each.t, each.who) for each in found), strict=True))
    if listed:
        check_work(run.budget, steps=run.steps, neurons=num, output_points=2 * t.size)
    order = np.argsort(who.astype(np.uint16) if num <= 2**16 else who, kind="stable")
    return Outcome(state, t[order], who[order], noise.memory)


def _spikes_to_expect(run: Run, neurons: int, rate: float) -> int:
    """Return how many spikes of each neuron to expect: too many cost memory, too few make the work be done again."""
    usual, most = run.steps // 200 + 20, run.budget.output_points / (2 * max(neurons, 1))
    return max(usual, int(min(1.1e-3 * run.duration * rate + 20.0, most)))


def on_cores(job: Job, room: int = 0, threads: int | None = 1, run: Run | None = None) -> tuple[int, list[Spikes]]:
    """Run all neurons of a job on several threads; the kernels run without the interpreter lock.

    Parameters
    ----------
    job : Job
    room : int
        How many spikes of a neuron to expect; 0 where they are not wanted. A part with more begins again.
    threads : int, optional
        By default long work goes to all cores.
    run : Run, optional
        Whose budget the spikes must not exceed.

    Returns
    -------
    failed : int
        -1, or what the kernels say went wrong.
    spikes : list of Spikes
        Of one part after the other.
    """
    num = job.state.V.size
    edges = _edges(num, threads, (job.stop - job.start) * num)

    def part(edge: tuple[int, int]) -> tuple[int, Spikes]:
        return _part(job, *edge, room, run)

    found = list((_pool(os.getpid()).map if len(edges) > 2 else map)(part, pairwise(edges)))
    return next((failed for failed, _ in found if failed != -1), -1), [no_spikes(), *(spikes for _, spikes in found)]


def _part(job: Job, lo: int, hi: int, room: int, run: Run | None) -> tuple[int, Spikes]:
    """Run some neurons; where the spikes were more than expected, again with more room."""
    room *= hi - lo
    before = [array[lo:hi].copy() for array in (*job.state, job.noise.memory)] if room else []
    while True:
        spikes = no_spikes(room)
        failed = _advance(job, lo, hi, spikes)
        noted = int(spikes.noted[0])
        if failed != -1 or noted <= room:
            return failed, Spikes(spikes.t[:noted], spikes.who[:noted], spikes.noted)
        if run is not None:
            check_work(run.budget, steps=run.steps, neurons=hi - lo, output_points=2 * noted)
        for array, values in zip((*job.state, job.noise.memory), before, strict=True):
            array[lo:hi] = values
        room = noted


def _advance(job: Job, lo: int, hi: int, spikes: Spikes) -> int:
    if job.scheme.kind == STRANG:
        rest = (job.noise, job.p, job.state, job.inputs, job.records, spikes)
        return advance_between(lo, hi, job.start, job.stop, job.clock, *rest)
    return advance_on_grid(lo, hi, *job, spikes)


def _edges(num: int, threads: int | None, neuron_steps: int) -> Sequence[int]:
    """Where to cut the neurons, so that each thread has a few parts and the slow ones even out."""
    if threads is not None and (isinstance(threads, bool) or not isinstance(threads, int) or threads < 1):
        raise ValueError(
            say("threads must be a whole number from 1 upwards, or None; {given} was given.", given=shorten(threads))
        )
    if threads is None:
        threads = (os.cpu_count() or 1) if neuron_steps > _WORTH_A_THREAD else 1
    parts = max(1, min(num // _FEWEST, 4 * threads)) if threads > 1 else 1
    return [num * part // parts for part in range(parts + 1)]


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    """One pool for each process, as a fork leaves the threads behind."""
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="neurons")
