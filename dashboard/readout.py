"""What happened, in a sentence: for everyone to read, and for screen readers to announce."""

from __future__ import annotations

import math

import numpy as np

from dashboard.result import Result
from model import theory

MOST_DIGITS = 6  # behind the point
FEW = 4  # spikes; a CV of fewer intervals says nothing


def describe_run(result: Result) -> str:
    """Say a run in numbers: how many spikes, their rate [Hz], interval [ms] and CV, and how far I is from rheobase."""
    spikes = result.trace.spikes
    known = result.sigma > 0 and result.constant and result.choice.tau_noise == 0  # noise that remembers has no theory
    parts = [f"{spikes.size} spike" + ("" if spikes.size == 1 else "s")]
    if spikes.size > 1:
        intervals = np.diff(spikes)
        expected = f" ({result.exact_rate:.1f} Hz expected)" if known else ""
        parts += [f"{result.rate:.1f} Hz{expected}", f"interval {intervals.mean():.1f} ms"]
        if spikes.size > FEW:
            parts.append(f"CV {intervals.std() / intervals.mean():.2f}")
    elif known:
        parts.append(f"{result.exact_rate:.3g} Hz expected")
    return ", ".join(parts) + ". " + distance(result)


def distance(result: Result) -> str:
    """Say how far the current [nA] is from the rheobase."""
    I, rheobase = result.I, result.rheobase
    chosen = result.choice.main_current
    if abs(I - chosen) <= 1e-9 * abs(chosen):
        what = f"The mean I is {chosen:.4g} nA" if result.choice.kind == "drawn" else f"I is {chosen:.10g} nA"
    else:
        what = f"The mean I from first to last spike is {I:.4g} nA"
    if rheobase <= 0:
        return f"{what}; no resting state without current: this neuron fires by itself."
    if rheobase > I:
        return f"{what}, {rheobase - I:.3g} nA below the rheobase of {rheobase:.4g} nA."
    return f"{what}, {multiple(I / rheobase)} × the rheobase of {rheobase:.4g} nA."


def multiple(ratio: float) -> str:
    """Return a number of at least 1 with as many digits as it takes to tell it from 1."""
    beyond = max(ratio - 1.0, 10.0**-MOST_DIGITS)
    return f"{ratio:.{max(1, -math.floor(math.log10(beyond)))}f}"


def warnings(result: Result) -> list[str]:
    """Return sentences about what could mislead in a run."""
    neuron = result.neuron
    notes = []
    if result.trace.note:
        notes.append(result.trace.note)
    if result.choice.sigma > 0 and result.choice.tau_noise > 0:
        notes.append("The exact lines and rates are for white noise; this noise remembers.")
    notes += bistability(result)
    if result.curve.problem:
        notes.append(result.curve.problem)
    if neuron.V_th < neuron.V_T:
        notes.append("V_th lies below V_T: the neuron is cut off before its upswing begins.")
    elif neuron.V_th < neuron.V_T + 3 * neuron.delta_T:
        notes.append("V_th lies near V_T, inside the upswing: the result now depends on V_th.")
    if result.method != "strang" and result.exact_rate > 0 < result.rate and result.constant and not result.sigma:
        error = 100 * (result.rate / result.exact_rate - 1)
        if abs(error) > 0.5:
            notes.append(
                f"{result.method} at dt = {result.dt:g} ms is {abs(error):.1f} % too "
                f"{'fast' if error > 0 else 'slow'}: the exact rate is {result.exact_rate:.2f} Hz."
            )
    return notes


def bistability(result: Result) -> list[str]:
    """Say that the start decides whether this neuron rests or fires, where its current comes into that range."""
    low, high = theory.bistable_range(result.neuron)
    lowest, highest = float(result.trace.I.min()), float(result.trace.I.max())
    if not (lowest <= high and highest > low):  # always so with nan
        return []
    said = f"Bistable between {low:.4g} and {high:.3g} nA: there it can rest or fire, and its start decides."
    if result.sigma > 0:
        return [f"{said} The noise makes it change between the two."]
    if lowest < highest:
        return [said]
    rest, rate = theory.fixed_points(result.neuron, lowest).stable, theory.firing_rate(result.neuron, lowest)
    return [f"{said} Here: rest at {rest:.1f} mV, or {rate:.4g} Hz.".replace("-", "−")]
