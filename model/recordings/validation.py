"""Which spikes the fitted neuron predicts of a recording that it was not fitted to."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from model.quantity import shorten
from model.recordings.checks import checked_recording
from model.recordings.detection import detect
from model.recordings.neurons import run_with
from model.recordings.results import RecordingFit
from model.runs.budget import LIBRARY, Budget
from model.sentences import say


class Validation(NamedTuple):
    """Predicted beside recorded spikes.

    Attributes
    ----------
    coincidence : float
        The coincidence factor Gamma: 1 where all spikes are predicted, 0 where no more than by chance.
    rate, recorded_rate : float
        Of the predicted and of the recorded spikes [Hz].
    predicted, recorded : ndarray, shape (spikes,)
        Spike times [ms] since the first sample.
    """

    coincidence: float
    rate: float
    recorded_rate: float
    predicted: np.ndarray
    recorded: np.ndarray


def validate(
    fit: RecordingFit, V: Any, I: Any, dt: float, window: float = 2.0, *, spikes: Any = None, budget: Budget = LIBRARY
) -> Validation:
    """Return the spikes that a fitted neuron predicts from the current of a recording, beside the recorded ones.

    Parameters
    ----------
    fit : RecordingFit
        The neuron; its electrode and delay are those of this recording too.
    V, I : array, shape (n,)
        Membrane potential [mV] and injected current [nA], best of a part that was not fitted.
    dt : float
        Time between two samples [ms].
    window : float
        How far apart coincident spikes may be [ms].
    spikes : array, shape (spikes,), optional
        Times of the recorded spikes [ms]; by default they are found in V.
    budget : Budget
        The most work that is allowed.

    Returns
    -------
    Validation

    Raises
    ------
    ValueError
        If an argument is not allowed.

    Notes
    -----
    The neuron is simulated without noise from the first V on, and never told where the recorded neuron spiked. Gamma is
    that of Kistler, Gerstner and van Hemmen (Neural Comput. 9:1015, 1997).
    """
    V, I, dt = checked_recording(V, I, dt, budget)
    if isinstance(window, bool) or not isinstance(window, int | float) or not 0.0 < window <= 1000.0:
        raise ValueError(
            say("window must be a time in ms from above 0 to 1000; {window} was given.", window=shorten(window))
        )
    p, lag = fit.parameters, round(fit.diagnostics.delay / dt)
    shifted = I[np.clip(np.arange(I.size) - lag, 0, I.size - 1)]
    clean = V - fit.electrode * shifted
    recorded = detect(clean, I, dt, spikes).t
    start = min(max(float(clean[0]), -200.0), p.V_th - 1e-3)
    predicted = run_with(p, shifted, dt, start).spikes
    length = V.size * dt
    rates = 1000.0 * predicted.size / length, 1000.0 * recorded.size / length
    return Validation(coincidence(predicted, recorded, length, window), *rates, predicted, recorded)


def coincidence(predicted: np.ndarray, recorded: np.ndarray, length: float, window: float) -> float:
    """Return Gamma of spike times [ms] within `length` ms: coincidences beyond chance, 1 where all coincide.

    Each recorded spike coincides with one predicted spike at most.
    """
    if not (predicted.size and recorded.size):
        return 0.0
    found, k = 0, 0
    for t in recorded:
        while k < predicted.size and predicted[k] < t - window:
            k += 1
        if k < predicted.size and predicted[k] <= t + window:
            found, k = found + 1, k + 1
    chance = min(2.0 * window * predicted.size / length, 1.0)
    if chance == 1.0:
        return math.nan
    expected = chance * recorded.size
    return (found - expected) / (0.5 * (predicted.size + recorded.size)) / (1.0 - chance)
