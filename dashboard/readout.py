"""What happened, in a sentence: for everyone to read, and for screen readers to announce."""

from __future__ import annotations

import math

import numpy as np

from dashboard.result import Result
from model import theory
from model.sentences import Signed, count, joined, say

MOST_DIGITS = 6  # behind the point
FEW = 4  # spikes; a CV of fewer intervals says nothing


def describe_run(result: Result) -> str:
    """Say a run in numbers: how many spikes, their rate [Hz], interval [ms] and CV, and how far I is from rheobase."""
    spikes = result.trace.spikes
    known = result.sigma > 0 and result.constant and result.choice.tau_noise == 0  # noise that remembers has no theory
    parts = [count("{number} spike", "{number} spikes", number=spikes.size)]
    if spikes.size > 1:
        intervals = np.diff(spikes)
        if known:
            parts.append(say("{rate:.1f} Hz ({exact:.1f} Hz expected)", rate=result.rate, exact=result.exact_rate))
        else:
            parts.append(say("{rate:.1f} Hz", rate=result.rate))
        parts.append(say("interval {interval:.1f} ms", interval=intervals.mean()))
        if spikes.size > FEW:
            parts.append(say("CV {cv:.2f}", cv=intervals.std() / intervals.mean()))
    elif known:
        parts.append(say("{exact:.3g} Hz expected", exact=result.exact_rate))
    said = say("{run}. {distance}", run=joined(parts, ", "), distance=distance(result))
    late = first_spike(result)
    return joined([said, late]) if late else said


def first_spike(result: Result) -> str:
    """Say when a neuron that fires, but not yet in this run, spikes for the first time; "" for all others."""
    if not (result.constant and result.sigma == 0 and result.trace.spikes.size == 0 and result.I > result.rheobase):
        return ""
    after = float(theory.latency(result.neuron, result.I, float(result.trace.V[0])))
    return (
        say("Its first spike comes after {after:.4g} ms, when this run is over.", after=after) if after < np.inf else ""
    )


def measures(result: Result) -> dict[str, float]:
    """Return the run in numbers, by which a lesson sees what was done."""
    I, rheobase = result.I, result.rheobase
    return {
        "spikes": int(result.trace.spikes.size),
        "rate": result.rate,
        "rheobase": rheobase,
        "distance": I - rheobase,
    }


def distance(result: Result) -> str:
    """Say how far the current [nA] is from the rheobase."""
    I, rheobase = result.I, result.rheobase
    chosen = result.choice.main_current
    if abs(I - chosen) <= 1e-9 * abs(chosen):
        kind = result.choice.kind
        if kind == "drawn":
            what = say("The mean I is {I:.4g} nA", I=chosen)
        elif kind == "pulses":
            what = say("The pulses have {I:.10g} nA", I=chosen)
        else:
            what = say("I is {I:.10g} nA", I=chosen)
    else:
        what = say("The mean I from first to last spike is {I:.4g} nA", I=I)
    if rheobase <= 0:
        return say("{what}; no resting state without current: this neuron fires by itself.", what=what)
    if rheobase > I:
        return say("{what}, {below:.3g} nA below the rheobase of {rheobase:.4g} nA.",
                   what=what, below=rheobase - I, rheobase=rheobase)  # fmt: skip
    return say("{what}, {times:.{digits}f} × the rheobase of {rheobase:.4g} nA.",
               what=what, times=I / rheobase, digits=digits(I / rheobase), rheobase=rheobase)  # fmt: skip


def digits(ratio: float) -> int:
    """Return how many digits behind the point it takes to tell a number of at least 1 from 1."""
    return max(1, -math.floor(math.log10(max(ratio - 1.0, 10.0**-MOST_DIGITS))))


def warnings(result: Result) -> list[str]:
    """Return sentences about what could mislead in a run."""
    neuron = result.neuron
    notes = []
    if result.trace.note:
        notes.append(result.trace.note)
    if result.choice.sigma > 0 and result.choice.tau_noise > 0:
        notes.append(say("The exact lines and rates are for white noise; this noise remembers."))
    notes += bistability(result)
    if result.curve.problem:
        notes.append(result.curve.problem)
    if neuron.V_th < neuron.V_T:
        notes.append(say("V_th lies below V_T: the neuron is cut off before its upswing begins."))
    elif neuron.V_th < neuron.V_T + 3 * neuron.delta_T:
        notes.append(say("V_th lies near V_T, inside the upswing: the result now depends on V_th."))
    if result.method != "strang" and result.exact_rate > 0 < result.rate and result.constant and not result.sigma:
        error = 100 * (result.rate / result.exact_rate - 1)
        if abs(error) > 0.5:
            found = {"method": result.method, "dt": result.dt, "error": abs(error), "exact": result.exact_rate}
            if error > 0:
                notes.append(
                    say(
                        "{method} at dt = {dt:g} ms is {error:.1f} % too fast: the exact rate is {exact:.2f} Hz.",
                        **found,
                    )
                )
            else:
                notes.append(
                    say(
                        "{method} at dt = {dt:g} ms is {error:.1f} % too slow: the exact rate is {exact:.2f} Hz.",
                        **found,
                    )
                )
    return notes


def bistability(result: Result) -> list[str]:
    """Say that the start decides whether this neuron rests or fires, where its current comes into that range."""
    low, high = theory.bistable_range(result.neuron)
    lowest, highest = float(result.trace.I.min()), float(result.trace.I.max())
    if not (lowest <= high and highest > low):  # always so with nan
        return []
    said = say("Bistable between {low:.4g} and {high:.3g} nA: there it can rest or fire, and its start decides.",
               low=Signed(low), high=Signed(high))  # fmt: skip
    if result.sigma > 0:
        return [joined([said, say("The noise makes it change between the two.")])]
    if lowest < highest:
        return [said]
    rest, rate = theory.fixed_points(result.neuron, lowest).stable, theory.firing_rate(result.neuron, lowest)
    return [joined([said, say("Here: rest at {rest:.1f} mV, or {rate:.4g} Hz.", rest=Signed(rest), rate=rate)])]
