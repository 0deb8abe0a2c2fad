"""What the figures are called and what they say in words, for whoever does not see them; and what their numbers are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from dashboard.result import Result
from model.sentences import Large, count, joined, say

TITLES = {
    "trace": say("Voltage trace"), "current": say("Input current"), "phase": say("Phase line"), "fi": say("f-I curve"),
    "intervals": say("Interspike intervals"), "density": say("Density of the membrane potential"),
    "gain": say("Gain over frequency"), "lag": say("Phase over frequency"), "kick": say("Phase response"),
    "raster": say("Raster"), "population": say("Rate of the population"), "bifurcation": say("Bifurcation diagram"),
    "map": say("Map"),
    "drift": say("Dynamic I-V curve"), "recorded": say("Recording"),
}  # fmt: skip

SOURCES = {
    "trace": say("membrane potential"), "spikes": say("spikes"), "levels": say("levels"),
    "level_names": say("names of the levels"), "current": say("current"), "noise_band": say("corners of the band"),
    "noise_name": say("name of the band"), "phase_line": say("exact line"), "phase_zero": say("line of zero"),
    "stable": say("stable point"), "unstable": say("unstable point"), "fi_theory": say("exact line"),
    "fi_without_noise": say("exact line without noise"), "fi_simulated": say("simulated points"),
    "fi_errors": say("error bars"), "operating_point": say("this run"), "gain_errors": say("error bars"),
    "phase_levels": say("levels"), "phase_names": say("names"), "flow": say("flow"), "phase_minimum": say("minimum"),
    "phase_distance": say("distance from 0"), "fi_rest": say("branch at rest"), "fi_rheobase": say("rheobase"),
    "fi_rheobase_name": say("name of the rheobase"), "fi_from_reset": say("simulated points from reset"),
    "branch_stable": say("stable"), "branch_unstable": say("unstable"), "meeting": say("where they meet"),
    "firing_range": say("V"), "present_value": say("present value"), "bistable_range": say("bistable range"),
    "bistable_name": say("name of the range"), "asymptote": say("limit at high frequency"),
    "population_rate": say("simulated rate"), "raster": say("spikes"),
    "density_held": say("held at V_reset"), "map": say("values"), "map_contours_dark": say("contours"),
    "map_contours": say("contours"), "map_numbers": say("numbers of the contours"), "map_here": say("this neuron"),
    "map_rheobase": say("rheobase"), "map_rheobase_rim": say("rim of the rheobase"),
    "drift_points": say("mean of each bin"), "drift_errors": say("error bars"), "drift_fitted": say("fitted neuron"),
    "drift_zero": say("line of zero"), "recorded_V": say("recorded V"), "recorded_spikes": say("recorded spikes"),
    "predicted_spikes": say("predicted spikes"),
}  # fmt: skip

HEADS = {
    "t": say("time (ms)"), "V": say("V (mV)"), "I": say("I (nA)"), "rate": say("rate (Hz)"),
    "dV": say("dV/dt (mV/ms)"), "text": say("name"), "interval": say("interval (ms)"), "f": say("frequency (Hz)"),
    "gain": say("gain (Hz/nA)"), "advance": say("advance (cycles/mV)"), "phase": say("phase (cycles)"),
    "density": say("density (1/mV)"),
    "neuron": say("neuron"), "value": say("value"), "angle": say("angle"),
}  # fmt: skip
POINT = ("x", "y", "value")  # of an image, whose table has a row for each of its points
ELSEWHERE = {("isi", "density"): say("density (1/ms)"), ("lag", "phase"): say("phase (°)")}


def heads(source: str, columns: Iterable[str]) -> dict[str, str]:
    """Return what stands above the columns of a data source: "rate (Hz)"."""
    kind = source.partition("_")[0]

    def head(column: str) -> str:
        begin = column.removesuffix("_end")
        said = ELSEWHERE.get((kind, begin), HEADS.get(begin, begin))
        return said if column == begin else say("to {column}", column=said)

    named = list(columns)
    return {column: head(column) for column in (POINT if "image" in named else named)}


def caption(source: str) -> str:
    """Return what a data source is called: "exact line"."""
    if source in SOURCES:
        return SOURCES[source]
    drawn, _, kind = source.rpartition("_")
    if kind == "ghost":
        return say("{what}, before", what=caption(drawn))
    of, _, number = source.rpartition("_pin")
    if of and number.isdigit():
        return say("{what}, pin {number}", what=caption(of), number=number)
    usual = {"theory": say("exact line"), "simulated": say("simulated points")}
    return usual.get(kind, source.replace("_", " "))


def describe_figures(result: Result) -> dict[str, str]:
    """Say in numbers what the figures of a run show, by name of the view."""
    return {
        "trace": _describe_trace(result),
        "current": _describe_current(result),
        "phase": _describe_phase(result),
        "fi": _describe_fi(result),
    }


def _describe_trace(result: Result) -> str:
    """Say in numbers what the voltage trace shows."""
    spikes, V = result.trace.spikes, result.trace.V
    said = count("{number} spike in {duration:g} ms", "{number} spikes in {duration:g} ms", number=spikes.size,
                 duration=result.duration)  # fmt: skip
    if spikes.size > 1:
        said = say(
            "{said}, first at {first:.1f} ms, last at {last:.1f} ms", said=said, first=spikes[0], last=spikes[-1]
        )
    elif spikes.size:
        said = say("{said}, first at {first:.1f} ms", said=said, first=spikes[0])
    return say("{said}; between them V runs from {low:.1f} to {high:.1f} mV.",
               said=said, low=V.min(), high=min(V.max(), result.neuron.V_th))  # fmt: skip


def _describe_current(result: Result) -> str:
    """Say in numbers what the plot of the input current shows."""
    I, sigma = result.trace.I, result.choice.sigma
    low, high = I.min(), I.max()
    if low == high:
        said = say("{I:.3g} nA throughout", I=low)
    else:
        said = say("From {low:.3g} to {high:.3g} nA, mean {mean:.3g} nA", low=low, high=high, mean=I.mean())
    if sigma > 0:
        said = say("{said}; membrane noise worth ± {worth:.3g} nA", said=said, worth=sigma / result.neuron.R)
    return say("{said}.", said=said)


def _describe_phase(result: Result) -> str:
    """Say in numbers what the phase line shows."""
    phase = result.phase
    if np.isfinite(phase.unstable):
        return say("At {I:.3g} nA a stable point at V = {stable:.1f} mV and an unstable one at {unstable:.1f} mV.",
                   I=result.I, stable=phase.stable, unstable=phase.unstable)  # fmt: skip
    if np.isfinite(phase.stable):
        return say("At {I:.3g} nA a stable point at V = {stable:.1f} mV.", I=result.I, stable=phase.stable)
    return say("At {I:.3g} nA no resting point; dV/dt is least, {dV:.2g} mV/ms, at V = {V:.1f} mV.",
               I=result.I, dV=phase.dV.min(), V=phase.V[phase.dV.argmin()])  # fmt: skip


def _describe_fi(result: Result) -> str:
    """Say in numbers where this run lies on the f-I curve."""
    if np.isfinite(result.exact_rate):
        return say("This run {rate:.1f} Hz at {I:.3g} nA, {exact:.1f} Hz exact; rheobase {rheobase:.3g} nA.",
                   rate=result.rate, I=result.I, exact=result.exact_rate, rheobase=result.rheobase)  # fmt: skip
    return say("This run {rate:.1f} Hz at {I:.3g} nA; rheobase {rheobase:.3g} nA.",
               rate=result.rate, I=result.I, rheobase=result.rheobase)  # fmt: skip


def describe_columns(sources: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    """Say in numbers what data sources hold: for each how many points, and from where to where they run."""
    said = []
    for source, columns in sources.items():
        above = heads(source, columns)
        spans = [
            say("{what} {low:.4g} to {high:.4g}", what=above[name], low=np.min(column), high=np.max(column))
            for name, column in columns.items()
            if column.size and column.dtype.kind == "f" and not name.endswith("_end")
        ]
        if spans:
            points = next(iter(columns.values())).size
            said.append(say("{source} (n = {points}): {spans}",
                            source=caption(source), points=points, spans=joined(spans, ", ")))  # fmt: skip
    return Large("{said}.", {"said": joined(said, "; ") or say("nothing is drawn")})
