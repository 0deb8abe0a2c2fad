"""What a recording must be before anything is calculated from it."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.quantity import shorten
from model.runs.budget import Budget
from model.sentences import count, say

LEAST, MOST = 0.005, 0.2  # ms: 200 and 5 kHz
SHORTEST = 2000.0  # ms
PASSES = 200  # times the recording is gone through, at most
VOLTS = 1.0  # mV: a membrane potential that is never larger was read in volts
HIGHEST = 500.0  # mV


def checked_recording(V: Any, I: Any, dt: Any, budget: Budget) -> tuple[np.ndarray, np.ndarray, float]:
    """Return V [mV] and I [nA] as float64 arrays of shape (n,), and dt [ms].

    Raises
    ------
    ValueError
        In a sentence, if they are not a recording that a neuron can be fitted to.
    """
    dt = _checked_dt(dt)
    size = np.shape(V)[0] if np.ndim(V) else 0
    if PASSES * size > budget.neuron_steps:
        raise ValueError(
            say(
                "The recording has {size} samples, and {most:.3g} are allowed. Choose a part of it.",
                size=size,
                most=budget.neuron_steps // PASSES,
            )
        )
    V, I = _checked_series(V, "V", "mV"), _checked_series(I, "I", "nA")
    if V.size != I.size:
        raise ValueError(
            say("V and I must have one value each for every sample; V has {V} and I has {I}.", V=V.size, I=I.size)
        )
    if V.size * dt < SHORTEST:
        raise ValueError(
            say(
                "The recording is too short: it lasts {length:.3g} s, and {least:.3g} s are needed, better 30 s.",
                length=V.size * dt / 1000.0,
                least=SHORTEST / 1000.0,
            )
        )
    if np.ptp(I) == 0.0:
        raise ValueError(
            say(
                "No injected current was recorded: I is {I:.3g} nA throughout. The method needs the current "
                "that was injected, as it was recorded, and it must fluctuate.",
                I=float(I[0]),
            )
        )
    _check_potential(V)
    return V, I, dt


def _checked_dt(dt: Any) -> float:
    """Return the time between two samples [ms]."""
    try:
        dt = float(dt)
    except (TypeError, ValueError):
        raise ValueError(
            say("dt must be the time between two samples in ms; {dt} was given.", dt=shorten(dt))
        ) from None
    if not LEAST <= dt <= MOST:
        raise ValueError(
            say(
                "dt must be from {least} to {most} ms (200 to 5 kHz); it is {dt:.4g} ms. If it was given in "
                "seconds, multiply it by 1000.",
                least=LEAST,
                most=MOST,
                dt=dt,
            )
        )
    return dt


def _checked_series(values: Any, name: str, unit: str) -> np.ndarray:
    """Return one channel as a float64 array (n,)."""
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "iuf":
            raise ValueError
        array = array.astype(np.float64, order="C")
    except (TypeError, ValueError):
        raise ValueError(say("{name} must be a list of numbers in {unit}.", name=name, unit=unit)) from None
    if array.ndim != 1:
        raise ValueError(
            say(
                "{name} must be one series of numbers in {unit}; an array of shape {shape} was given. Choose "
                "one sweep.",
                name=name,
                unit=unit,
                shape=str(array.shape),
            )
        )
    bad = ~np.isfinite(array)
    if bad.any():
        raise ValueError(
            count(
                "{name} has {number} value that is no number, at sample {first}. Leave out the part with the gap.",
                "{name} has {number} values that are no numbers, the first at sample {first}. Leave out the part with "
                "the gap.",
                name=name,
                number=int(bad.sum()),
                first=int(bad.argmax()),
            )
        )
    return array


def _check_potential(V: np.ndarray) -> None:
    """Raise ValueError unless V [mV] can be a membrane potential."""
    largest = float(np.abs(V).max())
    if largest < VOLTS:
        raise ValueError(say("V is never beyond {V:.2g} mV, as if it were in volts. Multiply it by 1000.", V=largest))
    if largest > HIGHEST:
        raise ValueError(say("V reaches {V:.4g} mV, which no membrane does. Check its unit.", V=largest))
