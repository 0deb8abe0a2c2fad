"""Where the neurons of a run start, and whether they can have forgotten it."""

from __future__ import annotations

import numpy as np

from model import theory
from model.integrators.equation import State, fresh_state
from model.parameters import Numbers
from model.quantity import shorten
from model.runs.run import Run
from model.sentences import say

STARTS = ("rest", "reset", "stationary")
POINTS = 2000  # of the stationary density
MOST_SETTLED = 1000  # different currents, each of which takes about 40 ms
_APART = 2  # of the random numbers for the start, from those of a noisy current


def begin(run: Run, start: str, I: np.ndarray) -> State:
    """Return the neurons of a run, one for each constant current, in the state in which they start.

    Parameters
    ----------
    run : Run
        What all neurons share.
    start : {"rest", "reset", "stationary"}
        Where they start; see `model.fi_curve`.
    I : ndarray, shape (n,)
        Constant current of each neuron [nA].

    Raises
    ------
    ValueError
        If there is no such start, or the stationary state is asked for where the theory has none.
    """
    if start not in STARTS:
        raise ValueError(
            say("start must be one of {all}; {given} was given.", all=", ".join(STARTS), given=shorten(start))
        )
    if start == "rest":
        return fresh_state(I.size, run.V)
    state = fresh_state(I.size, run.neuron.V_reset)
    if start == "stationary":
        if run.sigma == 0.0 or run.tau_noise > 0.0:
            raise ValueError(
                say("The stationary state is known for white noise; choose a sigma above 0 and a tau_noise of 0.")
            )
        currents = np.unique(I)
        if currents.size > MOST_SETTLED:
            raise ValueError(say(
                "The stationary state is computed for each current anew; {given} different currents were given, and "
                "{most} are allowed. Choose fewer currents, or a start at rest or at reset.",
                given=currents.size, most=MOST_SETTLED,
            ))  # fmt: skip
        rng = np.random.default_rng([run.seed, _APART])
        for current in currents:
            _draw_stationary(run, float(current), state, np.flatnonzero(I == current), rng)
    return state


def _draw_stationary(run: Run, I: float, state: State, who: np.ndarray, rng: np.random.Generator) -> None:
    """Draw V [mV] and the last spike [ms] of the neurons `who` from the stationary state at the current I [nA]."""
    n, rate = run.neuron, float(theory.stationary_rate(run.neuron, I, run.sigma)) * 1e-3
    since = rng.random(who.size) / max(rate, 1e-300)  # ms since a spike, as far as it is less than tau_ref
    held = since < n.tau_ref
    state.t_last_spike[who[held]] = -since[held]
    lowest = min(n.V_rest + n.R * I, n.V_reset) - 8.0 * run.sigma
    highest = min(n.V_th, n.V_T + 40.0 * n.delta_T)
    V = np.linspace(lowest, highest, POINTS)
    mass = np.maximum(theory.density(n, I, run.sigma, V), 0.0)
    below = np.concatenate([[0.0], np.cumsum(0.5 * (mass[1:] + mass[:-1]))])
    state.V[who[~held]] = np.interp(rng.random(int((~held).sum())) * below[-1], below, V)


def bistable(neuron: Numbers, I: np.ndarray) -> np.ndarray:
    """Return for each current I (n,) [nA] whether the neuron can both rest and fire there, depending on its start."""
    return np.isfinite(theory.fixed_points(neuron, I).stable) & (np.asarray(theory.firing_rate(neuron, I)) > 0.0)


def unforgotten(run: Run, start: str, I: np.ndarray) -> str:
    """Return a sentence where neurons at a constant current I [nA] may remember where they started; else ""."""
    if start == "stationary" or run.sigma == 0.0:
        return ""
    currents = np.unique(I)
    both = bistable(run.neuron, currents)
    if not both.any():
        return ""
    if start == "reset":
        return say(
            "At {I:g} nA this neuron can both rest and fire, and a run that starts at reset may not forget it: its "
            "rate is that of neurons which started so. Choose start='stationary', or a longer run.",
            I=currents[both][0],
        )  # fmt: skip
    return say(
        "At {I:g} nA this neuron can both rest and fire, and a run that starts at rest may not forget it: its rate is "
        "that of neurons which started so. Choose start='stationary', or a longer run.", I=currents[both][0],
    )  # fmt: skip
