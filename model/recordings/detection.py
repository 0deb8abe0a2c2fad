"""Where the spikes of a recording are, and what of it lies between them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from model.sentences import say

TOGETHER = 1.0  # ms: crossings that are closer belong to one spike
OUTLYING = 8.0  # standard deviations of V's change from sample to sample: a fall that is no leak and no noise
AT_ONCE = 0.7  # of a fall happens within one sample where V is put to its reset, and no spike was recorded
HEIGHT = 2.0  # mV, the least of a spike
BEFORE = 0.25  # ms, what is left out before a spike: its shape may have begun
ROBUST = 1.4826  # times the median deviation is the standard deviation of a normal distribution


class Detected(NamedTuple):
    """Spikes of a recording.

    Attributes
    ----------
    t : ndarray, shape (spikes,)
        Times [ms] since the first sample.
    V_th : float
        Where they were counted [mV].
    drawn : bool
        Whether V shows the shape of the spikes; a simulated V that is put to its reset at once does not.
    """

    t: np.ndarray
    V_th: float
    drawn: bool


def detect(V: np.ndarray, I: np.ndarray, dt: float, spikes: Any = None) -> Detected:
    """Return the spikes of V [mV], or `spikes` [ms] checked, and how V shows them.

    Raises
    ------
    ValueError
        If nothing in V is a spike, or `spikes` are no rising times within the recording.
    """
    change = np.diff(V)
    scale = ROBUST * float(np.median(np.abs(change - np.median(change))))
    falls = np.flatnonzero(change < -max(OUTLYING * scale, HEIGHT / 2.0))
    falls = falls[~_jumps(I)[falls]]
    events = falls[np.diff(falls, prepend=-V.size) > TOGETHER / dt]
    if spikes is None and not events.size:
        raise ValueError(
            say(
                "Nothing in V is a spike: it never falls faster than its noise. Inject more current, or give "
                "the times as spikes."
            )
        )
    drawn = _falls_as_recorded(V, events, dt) if events.size else True
    level = 0.5 * (float(np.median(V)) + float(V.max()))
    if spikes is not None:
        return Detected(_checked_spikes(spikes, V.size * dt), level if drawn else _highest(V, events), drawn)
    if not drawn:
        return Detected((events + 0.5) * dt, _highest(V, events), drawn)
    up = np.flatnonzero((V[:-1] < level) & (V[1:] >= level))
    up = up[np.diff(up, prepend=-V.size) > TOGETHER / dt]
    return Detected((up + (level - V[up]) / (V[up + 1] - V[up])) * dt, level, drawn)


def _jumps(I: np.ndarray) -> np.ndarray:
    """Whether the current [nA] changes so much from a sample to the next that an electrode alone would make V jump."""
    change = np.abs(np.diff(I))
    return change > max(OUTLYING * ROBUST * float(np.median(change)), 1e-3 * float(np.ptp(I)))


def _falls_as_recorded(V: np.ndarray, events: np.ndarray, dt: float) -> bool:
    """Whether V [mV] takes several samples to fall back after spikes, as recorded ones do."""
    width = max(round(2.0 / dt), 2)
    some = events[(events > width) & (events < V.size - width - 1)][:500]
    if not some.size:
        return True
    around = V[some[:, None] + np.arange(-width // 2, width)]
    fall = np.diff(around, axis=1).min(axis=1) / (around.min(axis=1) - around.max(axis=1))
    return bool(np.median(fall) < AT_ONCE)


def _highest(V: np.ndarray, events: np.ndarray) -> float:
    """Where V [mV] was cut off: the highest of the last samples before a reset."""
    return float(V[events].max()) if events.size else float(V.max())


def _checked_spikes(spikes: Any, length: float) -> np.ndarray:
    """Return given spike times [ms] as an array (spikes,)."""
    try:
        t = np.array(spikes, dtype=np.float64)
    except (TypeError, ValueError):
        t = np.array([np.nan])
    if t.ndim != 1 or not np.isfinite(t).all() or (np.diff(t) <= 0.0).any() or ((t < 0.0) | (t > length)).any():
        raise ValueError(
            say("spikes must be rising times in ms from 0 to {length:.6g}, the length of the recording.", length=length)
        )
    if not t.size:
        raise ValueError(say("spikes is empty: a neuron that never spikes cannot be fitted."))
    return t


def runs_between(spikes: np.ndarray, size: int, dt: float, dead: float) -> np.ndarray:
    """Return the runs of samples (k, 2), first and behind the last, from `dead` ms after each spike to the next."""
    first = np.concatenate([[0], np.ceil((spikes + dead) / dt).astype(np.int64)])
    last = np.concatenate([np.ceil((spikes - max(BEFORE, 1.5 * dt)) / dt).astype(np.int64), [size]])
    return np.stack([first, np.minimum(last, size)], axis=1)[last - first > 3]
