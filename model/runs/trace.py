"""One recorded run of one neuron."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from model.integrators.equation import fresh_state
from model.kernels.layout import STRANG, Record, no_records
from model.parameters import ExpIFParameters, Numbers
from model.runs.budget import LIBRARY, Budget
from model.runs.execution import carry_out, constant, over_time
from model.runs.run import check_number, checked_run, is_stimulus, sentences
from model.runs.schemes import SCHEMES
from model.stimuli import Constant, Stimulus

_NOTHING = no_records(np.dtype(np.float64))
_THE_ONE = np.zeros(1, np.int64)


class Trace(NamedTuple):
    """One recorded run of one neuron.

    Attributes
    ----------
    t, V, I : ndarray, shape (steps,)
        Time k*dt [ms], membrane potential [mV] and current [nA]. With `strang` V is the state at t; with the others,
        which follow the documented update rule, it is the state after the step that starts at t, as the documented
        monitor has it.
    spikes : ndarray, shape (n,)
        Spike times [ms]: between the steps with `strang`, starts of steps with the others.
    refractory : ndarray of bool, shape (steps,)
        Whether the neuron is held at V_reset.
    note : str
        A sentence where dt is too coarse for the noise; else "".
    """

    t: np.ndarray
    V: np.ndarray
    I: np.ndarray
    spikes: np.ndarray
    refractory: np.ndarray
    note: str = ""


def simulate(
    p: ExpIFParameters | Numbers,
    current: float | Sequence[float] | np.ndarray | Stimulus,
    duration: float = 300.0,
    dt: float = 0.1,
    method: str = "strang",
    V_init: float | None = None,
    sigma: float = 0.0,
    seed: int | None = None,
    budget: Budget = LIBRARY,
    tau_noise: float = 0.0,
    neuron: int = 0,
) -> Trace:
    """Run one neuron and record every step.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    current : float, array of shape (steps,) or Stimulus
        Input [nA], held over each step; the white noise of a stimulus is not held, but shakes the membrane.
    duration, dt : float
        Length of the run and of a step [ms]; there are as many steps as cover it.
    method : str
        The scheme, one of `model.METHODS`: `strang` finds spikes between the steps; all others follow
        the documented update rule on the time grid.
    V_init : float, optional
        Membrane potential at the start [mV]; by default the stable point without current, or V_reset where there is
        none. A start at or above V_th is a spike at t = 0.
    sigma : float
        Standard deviation the noise would give the leaky membrane alone [mV].
    seed : int, optional
        The same seed gives the same noise; by default it is new each time.
    budget : Budget
        The most work that is allowed.
    tau_noise : float
        How long the noise remembers [ms]: tau dV = (...) dt + eta dt, where eta is an Ornstein-Uhlenbeck process with
        this correlation time and variance sigma^2 tau/tau_noise. 0 is white noise, and the limit of short ones. The
        leaky membrane alone then has the variance sigma^2 tau/(tau + tau_noise).
    neuron : int
        Which neuron of a population with the same seed this is: the number decides about its noise. With it a row of
        `spike_trains`, or a point of `fi_curve`, is seen as a trace.

    Returns
    -------
    Trace

    Raises
    ------
    ValueError
        If an argument is not allowed, or the run exceeds the budget.

    Examples
    --------
    >>> from model import ExpIFParameters, simulate
    >>> trace = simulate(ExpIFParameters(), 10.0, duration=50.0)
    >>> trace.spikes.round(1)
    array([12.1, 29.4, 46.7])
    """
    run = checked_run(p, method, duration, dt, (sigma, tau_noise), seed, budget, V_init)
    check_number(neuron)
    sigma = run.shared_sigma(current)
    points = 4 * run.steps + (2 * run.steps * run.pieces if sigma > 0.0 else 0)
    run.check_work(1, -np.inf, points, sigma)  # before anything is allocated
    I = run.current(current)
    run.check_work(1, float(I.held.max()), points, sigma)
    state = fresh_state(1, run.V)
    potential, t_last = np.empty((run.steps, 1)), np.empty((run.steps, 1))
    records = _NOTHING._replace(V=Record(1, _THE_ONE, potential), t_last_spike=Record(1, _THE_ONE, t_last), any=True)
    steady = isinstance(current, Constant) or not is_stimulus(current)
    inputs = constant(I.held[:1]) if steady else over_time(I.held)
    found = carry_out(run, inputs, state, first=int(neuron), current=I, records=records, listed=True, threads=1)
    t, V, free = np.arange(run.steps) * run.dt, potential[:, 0], t_last[:, 0] + run.neuron.tau_ref
    if SCHEMES[run.method].kind == STRANG:
        V, refractory = np.append(run.V, V[:-1]), np.append(False, free[:-1] > t[1:])
    else:
        refractory = t - t_last[:, 0] <= run.neuron.tau_ref
    note = sentences(run.note(current), run.note_on_intervals(found.t.size, 1, current))
    return Trace(t, V, I.shown, found.t, refractory, note)
