"""The neuron runs on: a piece of its future, from a state that the page names, with the choices of now.

The server keeps nothing of a neuron that runs. A piece is a pure function of the choices and of the state it begins in;
it brings along the states from which the page may have it replaced.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import param

from dashboard.frames import Piece, piece
from dashboard.result import LONG, Result, stimulus_of, work
from dashboard.session import Snapshot
from dashboard.views import current as current_view
from dashboard.views import trace as trace_view
from dashboard.views.detail import DRAWN_SPIKES, LINE_POINTS, evenly, thinned
from model.integrators.equation import NEVER
from model.parameters import Numbers
from model.quantity import Quantity, shorten
from model.run_settings import RunSettings
from model.runs.budget import LIBRARY
from model.runs.moment import Moment, checked_moment
from model.runs.run import checked_run
from model.runs.trace import States, recorded_run
from model.sentences import say
from model.stimuli import CURRENT_BOUNDS

MOST_STEPS = 1_000_000  # of one piece, whatever they cost
MOST_MOMENTS = 1000  # states in one piece
FEWEST_POINTS, MOST_POINTS = 50, 6000  # of the line of one piece
SPEEDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # ms of the neuron in a ms of watching
USUAL_SPEED = 0.05


class Playing(param.Parameterized):
    """What acts on a neuron that runs, beside the choices."""

    poke = Quantity(20.0, bounds=CURRENT_BOUNDS, softbounds=(-100.0, 100.0), step=1.0, unit="nA", symbol="I",
                    label="Poke", doc="The current that a poke adds for as long as it is held.")  # fmt: skip


class Ahead(NamedTuple):
    """What a page asks for: so many steps from a moment on, with a poke [nA], and the state after every so many."""

    number: int
    start: Moment
    steps: int
    every: int
    poke: float


def read_wish(asked: Any, dt: float) -> Ahead:
    """Return what a page asks for, checked; a moment that was counted in other steps is counted in steps of dt [ms].

    Raises
    ------
    ValueError
        In a sentence, if it makes no sense.
    """
    if not isinstance(asked, Mapping) or not isinstance(asked.get("from"), list) or len(asked["from"]) != 5:
        raise ValueError(say("What is to be played begins at a moment of five numbers; {given} is none.",
                             given=shorten(asked)))  # fmt: skip
    counted: Any = asked.get("dt")
    RunSettings.param.dt.check(counted)
    poke = asked.get("poke", 0.0)
    Playing.param.poke.check(poke)
    steps, every, number = (_whole(asked.get(name), name) for name in ("steps", "every", "number"))
    start = checked_moment(Moment(*asked["from"]), counted)
    steps = min(steps, MOST_STEPS)
    return Ahead(number, _recounted(start, counted, dt), steps, max(every, -(-steps // MOST_MOMENTS)), float(poke))


def _whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**53:
        raise ValueError(
            say("{name} must be a whole number from 1 upwards; {given} was given.", name=name, given=shorten(value))
        )
    return value


def _recounted(start: Moment, before: float, dt: float) -> Moment:
    """Return a moment at the nearest beginning of a step of another length; how long ago the last spike was stays."""
    if before == dt:
        return start
    step = round(start.step * before / dt)
    t_last = start.t_last_spike + (step * dt - start.step * before) if start.t_last_spike > NEVER else NEVER
    return checked_moment(start._replace(step=step, t_last_spike=t_last), dt)


def future(choice: Snapshot, ahead: Ahead) -> tuple[dict[str, Any], dict[str, Piece]]:
    """Return a piece of the future: what it is, and its columns by name of source.

    Raises
    ------
    ValueError
        In a sentence for the visitor, when the choices cannot be run.
    """
    steps = steps_at_once(choice, ahead)
    run = checked_run(
        choice.neuron, choice.method, RunSettings.param.duration.default, choice.dt, (choice.sigma, choice.tau_noise),
        choice.seed, LIBRARY,
    )._replace(steps=steps)  # fmt: skip
    trace, states = recorded_run(run, stimulus_of(choice.kind, choice.stimulus), 0, ahead.start, ahead.poke)
    points = int(np.clip(LINE_POINTS * run.duration / choice.duration, FEWEST_POINTS, MOST_POINTS))
    t, V = thinned(trace.t, np.minimum(trace.V, choice.neuron.V_th), points)
    spikes = evenly(trace.spikes, DRAWN_SPIKES)
    t, V = trace_view.with_spikes(t, V, spikes, choice.neuron)
    end = (ahead.start.step + steps) * choice.dt
    t_I, I = current_view.corners(trace.t, trace.I, end) or thinned(trace.t, trace.I, points)
    since = np.diff(trace.spikes, prepend=np.nan)  # the interval before each
    columns = {
        "play_line": {"t": t, "V": V},
        "play_current": {"t": t_I, "I": I},
        "play_spikes": {"t": spikes, "interval": evenly(since, DRAWN_SPIKES)},
        "play_moments": moments(states, ahead.every, choice),
    }
    head = {"number": ahead.number, "step": ahead.start.step, "steps": steps, "dt": choice.dt, "poke": ahead.poke}
    return head, {name: piece(each, exact=True) for name, each in columns.items()}


def steps_at_once(choice: Snapshot, ahead: Ahead) -> int:
    """Return how many of the steps that are asked for may be computed at once: as much work as one move of a slider.

    Raises
    ------
    ValueError
        Where it is not even one.
    """
    parts = dict(choice.stimulus)
    poked = tuple({**parts, "I": min(parts["I"] + max(ahead.poke, 0.0), CURRENT_BOUNDS[1])}.items())
    cost = sum(work(choice._replace(duration=ahead.steps * choice.dt, stimulus=poked), LONG))
    possible = ahead.steps if cost <= LONG else int(ahead.steps * LONG / cost) if math.isfinite(cost) else 0
    if possible < 1:
        raise ValueError(
            say("This neuron spikes too often to be played. Choose a longer tau_ref, or a weaker current.")
        )
    return possible


def moments(states: States, every: int, choice: Snapshot) -> dict[str, np.ndarray]:
    """Return the states at the start, after every so many steps, and at the end.

    A spike whose refractory period is over is left away: it does not come back with a longer one.
    """
    k = np.append(np.arange(0, states.V.size - 1, every), states.V.size - 1)
    step, t_last = states.first + k, states.t_last_spike[k]
    t_last = np.where(held(step * choice.dt, t_last, choice.neuron, choice.method), t_last, NEVER)
    return {
        "step": step.astype(float), "V": states.V[k], "t_last_spike": t_last, "noise": states.noise[k],
        "current": states.current[k],
    }  # fmt: skip


def held(t: Any, t_last: Any, neuron: Numbers, method: str) -> Any:
    """Return whether a neuron whose last spike was at t_last [ms] is held in the step that begins at t [ms]."""
    return t_last + neuron.tau_ref > t if method == "strang" else t - t_last <= neuron.tau_ref


def end_of(result: Result) -> list[float | None]:
    """Return the moment at the end of a run, from which it is played."""
    end, choice = result.trace.end, result.choice
    if not held(end.step * choice.dt, end.t_last_spike, choice.neuron, choice.method):
        end = end._replace(t_last_spike=NEVER)
    return list(end)


def offered() -> dict[str, Any]:
    """Return what the page offers: speeds, and how strong a poke may be."""
    poke = Playing.param.poke
    return {
        "speeds": list(SPEEDS), "speed": USUAL_SPEED,
        "poke": {"value": poke.default, "low": poke.bounds[0], "high": poke.bounds[1], "step": poke.step},
    }  # fmt: skip
