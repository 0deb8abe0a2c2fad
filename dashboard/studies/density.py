"""How often the membrane potential is where: exact density and histogram."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.costs import PART, SPIKE, recorded_per_ms
from dashboard.result import voltage_range
from dashboard.session import Snapshot
from dashboard.studies.common import EMPTY, asked_for, exact, main_current, neuron, percent
from model import simulate, theory
from model.run_settings import RunSettings
from model.runs.expectation import expected_rate, highest_rate
from model.sentences import joined, say

PARTS = 20
DURATION = 5000.0  # ms per part, at least, where the budget allows
LONG = (50.0, 20.0)  # membrane time constants and mean intervals that a part should last
SHORTEST = 20.0  # membrane time constants; a shorter part would not forget its start
FORGOTTEN = (10.0, 3.0)  # membrane time constants and mean intervals that are dropped from its start
BINS = 60
LINE = 251  # points of each part of the exact line; together few enough to be sent with all digits
TAIL = 6.0  # standard deviations beyond which no V is looked for
SEEN = 1e-3  # of the highest density; less is no more than the line of the axis


class Density(NamedTuple):
    """Densities [1/mV] of the membrane potential [mV] outside the refractory period, exact and simulated."""

    V: np.ndarray
    exact: np.ndarray
    centres: np.ndarray
    simulated: np.ndarray
    held: np.ndarray  # where V is held at one value for some of the time, if the density shows it
    span: tuple[float, float]
    note: str


def run(choice: Snapshot, asked: bool) -> Iterator[Density]:
    """Yield the exact density, then histograms of longer and longer runs; without noise one says all."""
    p, I, noisy = neuron(choice), main_current(choice), choice.sigma > 0
    if not noisy and not 0.0 < theory.period(p, I) < np.inf:
        said = say("Without noise V rests at one value and has no density. Raise σ to see one.")
        yield Density._make([*[EMPTY] * 5, voltage_range(choice.neuron), asked_for(choice, said)])
        return
    V, line = density_with_noise(choice) if noisy else density_without_noise(choice)
    span = span_of(choice, V, line)
    held = np.array([] if noisy or choice.neuron.tau_ref == 0 else [choice.neuron.V_reset])
    duration, dropped = times(choice)
    if duration < SHORTEST * p.tau:
        said = say("Line: {exact}. In steps of {dt:g} ms a histogram takes too long here.",
                   exact=exact(choice), dt=choice.dt)  # fmt: skip
        yield Density(V, line, EMPTY, EMPTY, held, span, asked_for(choice, said))
        return
    yield Density(V, line, EMPTY, EMPTY, held, span, note_on_density(choice, 0.0))
    edges = np.linspace(*span, BINS + 1)
    counts, total = np.zeros(BINS), 0
    parts = PARTS if noisy else 1
    for part in range(1, parts + 1):
        trace = simulate(
            p, I, duration=duration, dt=choice.dt, sigma=choice.sigma, seed=choice.seed + part,
            tau_noise=choice.tau_noise,
        )  # fmt: skip
        later = trace.t >= dropped
        counts += np.histogram(trace.V[later & ~trace.refractory], BINS, span)[0]
        total += int(later.sum())
        simulated = counts / total / np.diff(edges)
        said = note_on_density(choice, part / parts)
        yield Density(V, line, (edges[1:] + edges[:-1]) / 2, simulated, held, span, said)


def density_with_noise(choice: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Return potentials [mV] wherever the noise may carry V, and the exact density [1/mV] there."""
    n, I, sigma = choice.neuron, main_current(choice), choice.sigma
    leak, (low, top) = n.V_rest + n.R * I, voltage_range(n)
    reach = min(n.V_reset, leak) - TAIL * sigma, min(max(leak, n.V_reset) + TAIL * sigma, top)
    V = np.unique(np.concatenate([np.linspace(low, top, LINE), np.linspace(*reach, LINE)]))
    return V, np.asarray(theory.density(n, I, sigma, V))


def density_without_noise(choice: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Return potentials [mV] from V_reset to V_th, closer about V_T where V is slowest, and their density [1/mV]."""
    n, I = choice.neuron, main_current(choice)
    close = np.geomspace(1e-6, 1.0, LINE // 2) * (n.V_th - n.V_reset)
    V = np.concatenate([np.linspace(n.V_reset, n.V_th, LINE), n.V_T - close, [n.V_T], n.V_T + close])
    V = np.unique(V[(n.V_reset <= V) & (n.V_th > V)])
    line = np.asarray(theory.regular_density(n, I, V))
    return np.concatenate([[n.V_reset], V, [n.V_th]]), np.concatenate([[0.0], line, [0.0]])


def span_of(choice: Snapshot, V: np.ndarray, line: np.ndarray) -> tuple[float, float]:
    """Return the voltages [mV] of the axis: those of the trace, and down to where there is no density to be seen."""
    return voltage_range(choice.neuron, float(V[line > SEEN * line.max(initial=0.0)].min(initial=np.inf)))


def times(choice: Snapshot) -> tuple[float, float]:
    """Return how long a part of the simulation lasts, and how much of its start is dropped [ms]."""
    rate, tau = float(expected_rate(choice.neuron, main_current(choice), choice.sigma)), choice.neuron.tau
    interval = 1000.0 / rate if rate > 0 else np.inf
    wanted = max(DURATION, LONG[0] * tau, LONG[1] * interval)
    spikes = SPIKE * float(highest_rate(choice.neuron, main_current(choice), choice.sigma)) * 1e-3
    most = PART / (recorded_per_ms(choice.neuron, choice.dt, sigma=choice.sigma, tau_noise=choice.tau_noise) + spikes)
    duration = min(wanted, most, RunSettings.param.duration.bounds[1])
    return duration, min(FORGOTTEN[0] * tau + min(FORGOTTEN[1] * interval, 0.25 * duration), 0.75 * duration)


def note_on_density(choice: Snapshot, done: float) -> str:
    """Return the caption: what line and points are, what is left out, how much of the simulation is done."""
    said = say("Line: {exact}. Points: simulated.", exact=exact(choice))
    if choice.sigma > 0:
        held: str = say("The refractory time is left out.")
    else:
        part = 100.0 * choice.neuron.tau_ref / float(theory.period(choice.neuron, main_current(choice)))
        held = say("V is held at V_reset for {part:.3g} % of the time.", part=part)
    return asked_for(choice, joined([said, held, percent(done)]))
