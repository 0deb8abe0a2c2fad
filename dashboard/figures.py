"""What the figures are called and what they say in words, for whoever does not see them; and what their numbers are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from dashboard.result import Result

TITLES = {
    "trace": "Voltage trace", "current": "Input current", "phase": "Phase line", "fi": "f-I curve",
    "intervals": "Interspike intervals", "density": "Density of the membrane potential", "gain": "Gain over frequency",
    "lag": "Phase over frequency", "kick": "Phase response", "raster": "Raster", "population": "Rate of the population",
    "bifurcation": "Bifurcation diagram",
}  # fmt: skip

SOURCES = {
    "trace": "membrane potential", "spikes": "spikes", "levels": "levels", "level_names": "names of the levels",
    "current": "current", "noise_band": "corners of the band", "noise_name": "name of the band",
    "phase_line": "exact line", "phase_zero": "line of zero", "stable": "stable point", "unstable": "unstable point",
    "fi_theory": "exact line", "fi_without_noise": "exact line without noise", "fi_simulated": "simulated points",
    "fi_errors": "error bars", "operating_point": "this run", "gain_errors": "error bars",
    "phase_levels": "levels", "phase_names": "names", "flow": "flow", "phase_minimum": "minimum",
    "phase_distance": "distance from 0", "fi_rest": "branch at rest", "fi_rheobase": "rheobase",
    "fi_rheobase_name": "name of the rheobase", "fi_from_reset": "simulated points from reset",
    "branch_stable": "stable", "branch_unstable": "unstable", "meeting": "where they meet", "firing_range": "V",
    "present_value": "present value", "bistable_range": "bistable range", "bistable_name": "name of the range",
    "asymptote": "limit at high frequency", "population_rate": "simulated rate", "raster": "spikes",
}  # fmt: skip

HEADS = {
    "t": "time (ms)", "V": "V (mV)", "I": "I (nA)", "rate": "rate (Hz)", "dV": "dV/dt (mV/ms)", "text": "name",
    "interval": "interval (ms)", "f": "frequency (Hz)", "gain": "gain (Hz/nA)", "advance": "advance (cycles/mV)",
    "phase": "phase (cycles)", "density": "density (1/mV)",
}  # fmt: skip
ELSEWHERE = {("isi", "density"): "density (1/ms)", ("lag", "phase"): "phase (°)"}


def heads(source: str, columns: Iterable[str]) -> dict[str, str]:
    """Return what stands above the columns of a data source: "rate (Hz)"."""
    kind = source.partition("_")[0]

    def head(column: str) -> str:
        begin = column.removesuffix("_end")
        said = ELSEWHERE.get((kind, begin), HEADS.get(begin, begin))
        return said if column == begin else f"to {said}"

    return {column: head(column) for column in columns}


def caption(source: str) -> str:
    """Return what a data source is called: "exact line"."""
    usual = {"theory": "exact line", "simulated": "simulated points"}
    return SOURCES.get(source, usual.get(source.rpartition("_")[2], source.replace("_", " ")))


def describe_figures(result: Result) -> dict[str, str]:
    """Say in numbers what the figures of a run show, by name of the view."""
    said = {
        "trace": _describe_trace(result),
        "current": _describe_current(result),
        "phase": _describe_phase(result),
        "fi": _describe_fi(result),
    }
    return {view: text[0].upper() + text[1:] for view, text in said.items()}


def _describe_trace(result: Result) -> str:
    """Say in numbers what the voltage trace shows."""
    spikes, V = result.trace.spikes, result.trace.V
    said = f"{spikes.size} spike" + ("" if spikes.size == 1 else "s") + f" in {result.duration:g} ms"
    if spikes.size:
        said += f", first at {spikes[0]:.1f} ms"
    if spikes.size > 1:
        said += f", last at {spikes[-1]:.1f} ms"
    return f"{said}; between them V runs from {V.min():.1f} to {min(V.max(), result.neuron.V_th):.1f} mV."


def _describe_current(result: Result) -> str:
    """Say in numbers what the plot of the input current shows."""
    I, sigma = result.trace.I, result.choice.sigma
    low, high = I.min(), I.max()
    said = f"{low:.3g} nA throughout" if low == high else f"from {low:.3g} to {high:.3g} nA, mean {I.mean():.3g} nA"
    return said + (f"; membrane noise worth ± {sigma / result.neuron.R:.3g} nA." if sigma > 0 else ".")


def _describe_phase(result: Result) -> str:
    """Say in numbers what the phase line shows."""
    phase = result.phase
    if np.isfinite(phase.stable):
        unstable = f" and an unstable one at {phase.unstable:.1f} mV" if np.isfinite(phase.unstable) else ""
        return f"at {result.I:.3g} nA a stable point at V = {phase.stable:.1f} mV{unstable}."
    V, dV = phase.V[phase.dV.argmin()], phase.dV.min()
    return f"at {result.I:.3g} nA no resting point; dV/dt is least, {dV:.2g} mV/ms, at V = {V:.1f} mV."


def _describe_fi(result: Result) -> str:
    """Say in numbers where this run lies on the f-I curve."""
    exact = f", {result.exact_rate:.1f} Hz exact" if np.isfinite(result.exact_rate) else ""
    return f"this run {result.rate:.1f} Hz at {result.I:.3g} nA{exact}; rheobase {result.rheobase:.3g} nA."


def describe_columns(sources: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    """Say in numbers what data sources hold: for each how many points, and from where to where they run."""
    said = []
    for source, columns in sources.items():
        above = heads(source, columns)
        spans = [
            f"{above[name]} {np.min(column):.4g} to {np.max(column):.4g}"
            for name, column in columns.items()
            if column.size and column.dtype.kind == "f" and not name.endswith("_end")
        ]
        if spans:
            count = next(iter(columns.values())).size
            said.append(f"{caption(source)} (n = {count}): {', '.join(spans)}")
    text = "; ".join(said) or "nothing is drawn"
    return f"{text[0].upper()}{text[1:]}."
