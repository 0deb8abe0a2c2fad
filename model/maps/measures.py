"""What can be asked of every neuron of a map: each measure is a function of the neuron, the currents and a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from model import spikes, theory
from model.parameters import Numbers
from model.runs.arguments import start_of
from model.runs.budget import LIBRARY
from model.runs.curve import WARM_UP, fi_curve
from model.runs.trains import spike_trains
from model.sentences import say
from model.stimuli import Stimulus
from model.theory.each import firing_rates, rheobases

FREQUENCIES = (1.0, 10.0, 100.0)  # Hz
SEVERAL = 20  # neurons at each point for a CV, which a single run estimates badly


class Mapped(NamedTuple):
    """One number that a measure gives for every point of a map.

    Attributes
    ----------
    name, unit, long_name : str
        How the variable is called, in what unit it is, and what it is.
    over : str
        The option whose values are a further axis of it; "" where there is none.
    """

    name: str
    unit: str
    long_name: str
    over: str = ""


class Measure(NamedTuple):
    """A question that a map asks at every point.

    Attributes
    ----------
    name : str
        How it is asked for.
    compute : callable
        Called as ``compute(p, I, seed, **options)`` for one neuron p (`Numbers`) and neighbouring currents I (n,) [nA].
        Noise (`sigma`, `tau_noise`) and `stimulus` (a list, one for each current) are among the options, where they
        are given. It returns an array (n,), or a mapping of names to such arrays; an entry `note` is a sentence for
        whoever reads the map.
    results : tuple of Mapped
        What it returns; empty where that is seen from what it returns.
    needs_current : bool
        Whether I matters.
    wide : bool
        Whether it takes many neurons at once: p with arrays as fields, all of one shape, the same as that of I.
    devices : tuple of str
        Where it can be computed.
    """

    name: str
    compute: Callable[..., Any]
    results: tuple[Mapped, ...] = ()
    needs_current: bool = True
    wide: bool = False
    devices: tuple[str, ...] = ("cpu",)


def constant_rate(p: Numbers, I: Any, seed: int = 0) -> dict[str, np.ndarray]:
    """Return the exact firing rates [Hz] of many neurons without noise, each at its constant current [nA]."""
    return {"rate": firing_rates(p, I)}


def exact_rheobase(p: Numbers, I: Any = None, seed: int = 0) -> dict[str, np.ndarray]:
    """Return the rheobase [nA] of many neurons."""
    return {"rheobase": rheobases(p)}


def exact_noise(p: Numbers, I: np.ndarray, seed: int = 0, sigma: float = 0.0) -> dict[str, np.ndarray]:
    """Return the exact rate [Hz] and CV under white noise sigma [mV]; without noise a silent neuron's CV is nan."""
    return {"rate": theory.stationary_rate(p, I, sigma), "cv": theory.cv(p, I, sigma)}


def exact_latency(p: Numbers, I: np.ndarray, seed: int = 0, V_init: float | None = None) -> dict[str, np.ndarray]:
    """Return the exact time to the first spike [ms] from V_init [mV], by default from rest; inf where there is none."""
    return {"latency": theory.latency(p, I, start_of(p, V_init))}


def exact_gain(
    p: Numbers, I: np.ndarray, seed: int = 0, sigma: float = 0.0, f: Sequence[float] = FREQUENCIES
) -> dict[str, np.ndarray]:
    """Return how far [Hz/nA] and how late [degrees] the rate follows a current modulated at the frequencies f [Hz]."""
    response = theory.susceptibility(p, np.asarray(I)[:, None], sigma, np.atleast_1d(f))
    return {"gain": np.abs(response), "phase": np.degrees(np.angle(response))}


def simulated_rate(
    p: Numbers,
    I: np.ndarray,
    seed: int = 0,
    sigma: float = 0.0,
    tau_noise: float = 0.0,
    stimulus: Sequence[Stimulus] | None = None,
    duration: float = 1000.0,
    dt: float = 0.1,
    method: str = "strang",
    neurons: int = 1,
    start: str = "rest",
    device: str = "cpu",
) -> dict[str, Any]:
    """Return simulated rates with their standard errors [Hz], as `fi_curve` does; 0 is the error without noise.

    With stimuli, one for each current in I, the rate is that of the spikes of the whole run.
    """
    if stimulus is None:
        curve = fi_curve(
            p, I, duration, dt, method, sigma, seed, device, 1, neurons=neurons, tau_noise=tau_noise, start=start
        )
        return {"rate": curve.rates, "rate_error": curve.errors, "note": curve.note}
    rates, notes = [], []
    for k, current in enumerate(stimulus):
        trains = spike_trains(
            p, current, duration, dt, method, sigma, seed_from(seed, k), 1, LIBRARY, neurons, tau_noise, start
        )
        warm_up = min(WARM_UP * (p.tau + tau_noise), 0.2 * duration) if neurons > 1 else 0.0
        rates.append(spikes.firing_rate(*trains, neurons, duration, warm_up))
        notes.append(trains.note)
    values, errors = np.array(rates).T
    return {"rate": values, "rate_error": errors, "note": next(filter(None, notes), "")}


def simulated_cv(
    p: Numbers,
    I: np.ndarray,
    seed: int = 0,
    sigma: float = 0.0,
    tau_noise: float = 0.0,
    duration: float = 1000.0,
    dt: float = 0.1,
    neurons: int = SEVERAL,
    start: str = "rest",
) -> dict[str, Any]:
    """Return simulated CVs with their standard errors; nan where there are fewer than two intervals.

    Intervals that do not fit into the run are missing, so it should last for many of them.
    """
    trains = spike_trains(
        p, np.repeat(I, neurons), duration, dt, "strang", sigma, seed, 1, LIBRARY, None, tau_noise, start
    )
    edges = np.searchsorted(trains.neuron, np.arange(I.size + 1) * neurons)
    found = np.full((2, I.size), np.nan)
    for k in range(I.size):
        own = slice(edges[k], edges[k + 1])
        gaps = spikes.intervals(trains.t[own], trains.neuron[own])
        if gaps.size > 1:
            found[:, k] = spikes.cv(gaps)
    return {"cv": found[0], "cv_error": found[1], "note": trains.note}


def seed_from(seed: int, *further: int) -> int:
    """Return a seed made of a seed and further numbers, within 63 bits; others give another one."""
    high, low = np.random.SeedSequence([seed, *further]).generate_state(2)
    return (int(high) << 31) ^ int(low)


RATE = Mapped("rate", "Hz", "firing rate")
CV = Mapped("cv", "", "coefficient of variation of the interspike intervals")
MEASURES = {
    measure.name: measure
    for measure in (
        Measure("exact", constant_rate, (RATE,), wide=True),
        Measure("exact_noise", exact_noise, (RATE, CV)),
        Measure("rate", simulated_rate, (RATE, Mapped("rate_error", "Hz", "standard error of the firing rate")),
                devices=("cpu", "cuda")),
        Measure("cv", simulated_cv, (CV, Mapped("cv_error", "", "standard error of the coefficient of variation"))),
        Measure("latency", exact_latency, (Mapped("latency", "ms", "time to the first spike"),)),
        Measure("gain", exact_gain, (
            Mapped("gain", "Hz/nA", "gain of the firing rate", over="f"),
            Mapped("phase", "degree", "phase of the firing rate", over="f"),
        )),
        Measure("rheobase", exact_rheobase, (Mapped("rheobase", "nA", "rheobase"),), needs_current=False, wide=True),
    )
}  # fmt: skip
FURTHER = {"f": ("Hz", "modulation frequency")}  # axes that options bring: unit and long name


def checked_measure(measure: Any) -> Measure:
    """Return a measure: by its name, given as one, or made of a function of one's own.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    if isinstance(measure, Measure):
        return measure
    if isinstance(measure, str) and measure in MEASURES:
        return MEASURES[measure]
    if callable(measure):
        return Measure(getattr(measure, "__name__", type(measure).__name__), measure)
    raise ValueError(say(
        "measure must be one of {all}, or a function of (p, I, seed, **options); {given} was given.",
        all=", ".join(MEASURES), given=repr(measure)[:60],
    ))  # fmt: skip
