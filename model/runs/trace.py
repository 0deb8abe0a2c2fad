"""One recorded run of one neuron."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from model.integrators.equation import fresh_state
from model.kernels.layout import STRANG, Record, Records, no_records
from model.parameters import ExpIFParameters, Numbers
from model.runs.budget import LIBRARY, Budget
from model.runs.execution import carry_out, constant, over_time
from model.runs.moment import Moment, checked_moment
from model.runs.run import Run, check_number, checked_run, is_stimulus, sentences
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
    end : Moment
        The state after the last step, from which `simulate` goes on.
    """

    t: np.ndarray
    V: np.ndarray
    I: np.ndarray
    spikes: np.ndarray
    refractory: np.ndarray
    note: str = ""
    end: Moment = Moment(0, 0.0)


class States(NamedTuple):
    """The state of a neuron before each step of a run and after the last one; see `Moment`.

    Attributes
    ----------
    first : int
        How many steps lie before the run.
    V, t_last_spike, noise, current : ndarray, shape (steps + 1,)
        Noise and current are nan where nothing is remembered.
    """

    first: int
    V: np.ndarray
    t_last_spike: np.ndarray
    noise: np.ndarray
    current: np.ndarray

    def at(self, k: int) -> Moment:
        """Return the state before step k of the run; with k = -1 that after the last."""
        step = self.first + (k if k >= 0 else self.V.size + k)
        memories = (None if np.isnan(each[k]) else float(each[k]) for each in (self.noise, self.current))
        return Moment(step, float(self.V[k]), float(self.t_last_spike[k]), *memories)


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
    start: Moment | None = None,
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
    start : Moment, optional
        Where to go on, instead of beginning at t = 0: the `end` of another trace. Times go on too. With the same
        arguments and the same seed a run in pieces is one run, to the last bit; with others, the neuron takes them
        on in the middle of what it does. An array of current has the values of this piece.

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
    >>> simulate(ExpIFParameters(), 10.0, duration=50.0, start=trace.end).spikes.round(1)
    array([64. , 81.3, 98.7])
    """
    run = checked_run(p, method, duration, dt, (sigma, tau_noise), seed, budget, V_init)
    check_number(neuron)
    if start is None:
        return recorded_run(run, current, int(neuron))[0]
    if V_init is not None:
        raise ValueError("A run that goes on from a Moment begins at its V; leave V_init away.")
    return recorded_run(run, current, int(neuron), checked_moment(start, run.dt))[0]


def recorded_run(
    run: Run, current: Any, neuron: int = 0, start: Moment | None = None, more: float = 0.0
) -> tuple[Trace, States]:
    """Carry out a run of one neuron of which every step is recorded.

    Parameters
    ----------
    run : Run
        Checked.
    current : float, array or Stimulus
        Input [nA].
    neuron : int
        Its number.
    start : Moment, optional
        Where it goes on, checked.
    more : float
        Current that flows all the time besides [nA].

    Raises
    ------
    ValueError
        If the current is not allowed, or the run exceeds the budget.
    """
    start = start or Moment(0, run.V)
    memory = np.nan if start.noise is None else start.noise
    run = run._replace(first=start.step, V=start.V, memory=memory)
    sigma = run.shared_sigma(current)
    points = 4 * run.steps + (2 * run.steps * run.pieces if sigma > 0.0 else 0)
    run.check_work(1, -np.inf, points, sigma)  # before anything is allocated
    I = run.current(current, start.current, more)
    run.check_work(1, float(I.held.max()), points, sigma)
    state, (states, records) = fresh_state(1, run.V), _states_and_records(run, start, I.memories)
    state.t_last_spike[0] = start.t_last_spike
    steady = isinstance(current, Constant) or not is_stimulus(current)
    inputs = constant(I.held[:1]) if steady else over_time(I.held)
    found = carry_out(run, inputs, state, first=neuron, current=I, records=records, listed=True, threads=1)
    t = (run.first + np.arange(run.steps)) * run.dt
    if SCHEMES[run.method].kind == STRANG:
        V, refractory = states.V[:-1], states.t_last_spike[:-1] + run.neuron.tau_ref > t
    else:
        V, refractory = states.V[1:], t - states.t_last_spike[1:] <= run.neuron.tau_ref
    note = sentences(run.note(current), run.note_on_intervals(found.t.size, 1, current))
    return Trace(t, V, I.shown, found.t, refractory, note, states.at(-1)), states


def _states_and_records(run: Run, start: Moment, memories: np.ndarray) -> tuple[States, Records]:
    """Return the states of a run, of which the first is known, and the records that fill in those after each step."""
    V, t_last, noise = (np.full(run.steps + 1, value) for value in (start.V, start.t_last_spike, run.memory))
    records = _NOTHING._replace(V=_after_each(V), t_last_spike=_after_each(t_last), any=True)
    if run.tau_noise > 0.0:
        records = records._replace(memory=_after_each(noise))
    return States(run.first, V, t_last, noise, memories if memories.size else np.full(run.steps + 1, np.nan)), records


def _after_each(states: np.ndarray) -> Record:
    return Record(1, _THE_ONE, states[1:].reshape(-1, 1))
