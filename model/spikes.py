"""Measures of spike trains: rates, intervals, averages, each with its standard error where it is an estimate.

A spike train of many neurons is a pair (t, neuron), as `model.spike_trains` returns it: the times [ms] and
the neuron of every spike, neuron by neuron. It is its own raster.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from model.quantity import shorten

__all__ = [
    "Estimate", "Histogram", "cv", "firing_rate", "histogram", "intervals", "population_rate", "rate_of_intervals",
    "spike_triggered_average",
]  # fmt: skip

FLANK = 0.2  # of the time observed: how long a spike's weight takes to rise to 1, and to fall again


class Estimate(NamedTuple):
    """A value and its standard error; for a complex value, that of the real and of the imaginary part each."""

    value: Any
    error: Any


class Histogram(NamedTuple):
    """The density of values in bins, in 1 over the unit of the values.

    Attributes
    ----------
    edges : ndarray, shape (n + 1,)
        Edges of the bins.
    density, error : ndarray, shape (n,)
        Share of all values that lies in the bin, over its width; and the standard error of it.
    """

    edges: np.ndarray
    density: np.ndarray
    error: np.ndarray


def intervals(t: np.ndarray, neuron: np.ndarray) -> np.ndarray:
    """Return all interspike intervals, neuron by neuron.

    Parameters
    ----------
    t : ndarray, shape (spikes,)
        Spike times [ms], rising for each neuron.
    neuron : ndarray of int, shape (spikes,)
        The neuron of each spike; the spikes of a neuron stand together.

    Returns
    -------
    ndarray, shape (spikes - neurons that spiked,)
        Intervals [ms].

    Raises
    ------
    ValueError
        If `t` and `neuron` are not two lists of one length.
    """
    t, neuron = _trains(t, neuron)
    return np.diff(t)[neuron[1:] == neuron[:-1]]


def firing_rate(t: np.ndarray, neuron: np.ndarray, neurons: int, duration: float, warm_up: float = 0.0) -> Estimate:
    """Return the mean firing rate [Hz] of like, independent neurons.

    Parameters
    ----------
    t, neuron : ndarray, shape (spikes,)
        As for `intervals`.
    neurons : int
        How many neurons there are, the silent ones included.
    duration, warm_up : float
        The run lasted until `duration`; spikes before `warm_up` do not count [ms].

    Returns
    -------
    Estimate
        Of several neurons: the number of spikes over the time, where spikes near the two ends of the time weigh less
        (by squared sines over a fifth of it each). The error is that of a mean over independent neurons; where no
        neuron spiked, it is what one spike would make.
        Of one neuron: (spikes - 1)/(last - first), 0 with fewer than two spikes; the error is rate*CV/sqrt(intervals),
        with a CV of 1 while there are fewer than three intervals.

    Notes
    -----
    Counting has no bias for neurons in their stationary state, however rarely they fire, while a rate from intervals
    misses the long ones that do not fit. Counting with weights that fade in and out has none for neurons that fire
    regularly and in step either, where a plain count is off by up to one spike each. One neuron alone has too few
    spikes for that; there the rule of the intervals is the better one.

    Raises
    ------
    ValueError
        If the spikes do not fit the numbers.
    """
    t, neuron = _trains(t, neuron)
    neurons = _checked_number_of_neurons(neurons, neuron)
    span = _positive(duration, "duration") - warm_up
    if not 0.0 <= warm_up < duration:
        raise ValueError(f"warm_up must be from 0 ms to less than the duration of {duration:g} ms; it is {warm_up:g}.")
    if neurons == 1:
        return _from_intervals(t[t >= warm_up])
    edge = np.minimum(t - warm_up, duration - t) / (FLANK * span)
    weight = np.sin(0.5 * np.pi * np.clip(edge, 0.0, 1.0)) ** 2
    each = np.bincount(neuron, weight, minlength=neurons) * 1000.0 / (span * (1.0 - FLANK))
    least = 1000.0 / (neurons * span * (1.0 - FLANK))
    return Estimate(float(each.mean()), float(each.std(ddof=1) / np.sqrt(neurons)) if each.any() else least)


def rate_of_intervals(count: Any, first: Any, last: Any) -> np.ndarray:
    """Return the firing rate of each neuron from its intervals, (spikes - 1)/(last - first).

    Parameters
    ----------
    count : int or ndarray, shape (n,)
        Spikes of each neuron.
    first, last : float or ndarray, shape (n,)
        Times of its first and its last spike [ms].

    Returns
    -------
    ndarray, shape (n,)
        Rates [Hz]; 0 for a neuron with fewer than two spikes, or with all of them at one time.
    """
    gaps, span = np.asarray(count) - 1, np.asarray(last, dtype=np.float64) - first
    return np.divide(1000.0 * gaps, span, out=np.zeros(span.shape), where=(gaps > 0) & (span > 0.0))


def _from_intervals(t: np.ndarray) -> Estimate:
    """Return the rate [Hz] of one neuron from its spike times t [ms], with its standard error."""
    rate = float(rate_of_intervals(t.size, t[0], t[-1])) if t.size else 0.0
    if rate == 0.0:
        return Estimate(0.0, 0.0)
    gaps = np.diff(t)
    spread = gaps.std(ddof=1) / gaps.mean() if gaps.size > 2 else 1.0
    return Estimate(rate, float(rate * spread / np.sqrt(gaps.size)))


def cv(intervals: np.ndarray) -> Estimate:
    """Return the coefficient of variation of interspike intervals: their standard deviation over their mean.

    Parameters
    ----------
    intervals : ndarray, shape (n,)
        Interspike intervals [ms].

    Returns
    -------
    Estimate
        The CV, and its error CV*sqrt((kurtosis + 2)/(4 n)) with the excess kurtosis: that of the standard deviation.

    Raises
    ------
    ValueError
        If there are fewer than two intervals.
    """
    gaps = np.asarray(intervals, dtype=np.float64)
    if gaps.ndim != 1 or gaps.size < 2 or not gaps.sum() > 0.0:
        raise ValueError("A coefficient of variation needs at least two interspike intervals.")
    mean, deviation = gaps.mean(), gaps.std(ddof=1)
    ratio = float(deviation / mean)
    if deviation <= 1e-12 * mean:
        return Estimate(ratio, 0.0)
    kurtosis = float(np.mean(((gaps - mean) / gaps.std()) ** 4)) - 3.0
    return Estimate(ratio, ratio * np.sqrt((kurtosis + 2.0) / (4.0 * gaps.size)))


def histogram(values: np.ndarray, bins: int | np.ndarray) -> Histogram:
    """Return the density of values in bins.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The values, taken as independent for the error.
    bins : int or ndarray
        How many bins between the least and the largest value, or their rising edges. Values outside count in the total.

    Returns
    -------
    Histogram
        The density times the width, summed over all bins, is the share of the values that lies within them.
    """
    values = np.asarray(values, dtype=np.float64)
    counts, edges = np.histogram(values, bins)
    share, width = counts / max(values.size, 1), np.diff(edges)
    return Histogram(edges, share / width, np.sqrt(share * (1.0 - share) / max(values.size, 1)) / width)


def spike_triggered_average(
    t_grid: np.ndarray, I: np.ndarray, spikes: np.ndarray, before: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the spike-triggered average: the mean current over the time before a spike.

    Parameters
    ----------
    t_grid, I : ndarray, shape (steps,)
        Start of each step [ms], equally spaced, and the current held over it.
    spikes : ndarray, shape (n,)
        Spike times [ms]. Those with less than `before` of current before them are left out.
    before : float
        How far to look back [ms].

    Returns
    -------
    lag, average : ndarray, shape (m,)
        Time of the step before that of the spike [ms], from -before to 0; mean current [unit of I].

    Raises
    ------
    ValueError
        If no spike has enough current before it.
    """
    t_grid, I, spikes = (np.asarray(x, dtype=np.float64) for x in (t_grid, I, spikes))
    if t_grid.ndim != 1 or t_grid.size < 2 or t_grid.shape != I.shape:
        raise ValueError("t_grid and I must be two lists of one length, with at least two steps.")
    dt = (t_grid[-1] - t_grid[0]) / (t_grid.size - 1)
    steps = round(_positive(before, "before") / dt)
    rows = np.floor((spikes - t_grid[0]) / dt + 1e-9).astype(np.int64)
    rows = rows[(rows >= steps) & (rows < t_grid.size)]
    if rows.size == 0:
        raise ValueError(f"No spike has {before:g} ms of current before it; choose a shorter time or a longer run.")
    here = np.bincount(rows, minlength=t_grid.size)[steps:]
    average = [here @ I[lag : lag + here.size] for lag in range(steps + 1)]
    return np.arange(-steps, 1) * dt, np.array(average) / rows.size


def population_rate(t: np.ndarray, neurons: int, duration: float, bin: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the firing rate of a population over time.

    Parameters
    ----------
    t : ndarray, shape (spikes,)
        Times of all spikes [ms].
    neurons : int
        How many neurons there are, the silent ones included.
    duration, bin : float
        Length of the run and of a bin [ms]; a last bin that is not full is left out.

    Returns
    -------
    time, rate : ndarray, shape (bins,)
        Middle of each bin [ms]; spikes per neuron and second [Hz].

    Raises
    ------
    ValueError
        If a number is not above 0, or the bin is longer than the run.
    """
    neurons = _checked_number_of_neurons(neurons, np.zeros(0, np.int64))
    bins = int(np.floor(_positive(duration, "duration") / _positive(bin, "bin") + 1e-9))
    if bins < 1:
        raise ValueError(f"bin must be at most the duration of {duration:g} ms; it is {bin:g} ms.")
    edges = np.arange(bins + 1) * bin
    counts, _ = np.histogram(np.asarray(t, dtype=np.float64), edges)
    return (edges[1:] + edges[:-1]) / 2, counts * 1000.0 / (neurons * bin)


def _trains(t: Any, neuron: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return times and neurons of all spikes as arrays, or raise ValueError unless they are two lists of one length."""
    t, neuron = np.asarray(t, dtype=np.float64), np.asarray(neuron)
    if t.ndim != 1 or t.shape != neuron.shape or not (neuron.dtype.kind in "iu" or neuron.size == 0):
        raise ValueError("t and neuron must be two lists of one length: the time of each spike, and whose it is.")
    return t, neuron.astype(np.int64)


def _checked_number_of_neurons(neurons: Any, neuron: np.ndarray) -> int:
    """Return the number of neurons, or raise ValueError unless it is a whole number above every entry of `neuron`."""
    if isinstance(neurons, bool) or not isinstance(neurons, (int, np.integer)) or neurons < 1:
        raise ValueError(f"neurons must be a whole number from 1 upwards; {shorten(neurons)} was given.")
    if neuron.size and not 0 <= neuron.min() <= neuron.max() < neurons:
        raise ValueError(f"neuron must be numbers from 0 to {neurons - 1}, for {neurons} neurons.")
    return int(neurons)


def _positive(value: Any, name: str) -> float:
    """Return a time [ms] as a float, or raise ValueError unless it is finite and above 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not 0.0 < value < np.inf:
        raise ValueError(f"{name} must be a finite number of ms above 0; {shorten(value)} was given.")
    return float(value)
