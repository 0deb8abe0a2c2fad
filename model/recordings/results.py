"""What a fit returns: named, immutable results."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.parameters import ExpIFParameters


class Interval(NamedTuple):
    """A 95 % interval."""

    low: float
    high: float


class FitIntervals(NamedTuple):
    """95 % intervals, each a pair (low, high).

    They hold what differs from one block of time to another, widened by what refitting a simulated copy was off by.

    Attributes
    ----------
    V_rest, V_reset, V_T, delta_T : Interval
        mV.
    R, electrode : Interval
        MOhm.
    tau, tau_ref : Interval
        ms.
    C : Interval
        nF.
    """

    V_rest: Interval
    V_reset: Interval
    V_T: Interval
    delta_T: Interval
    R: Interval
    tau: Interval
    tau_ref: Interval
    C: Interval
    electrode: Interval


class DynamicIV(NamedTuple):
    """The dynamic I-V curve, as a drift: what dV/dt is besides the injected current over C.

    Attributes
    ----------
    V : ndarray, shape (n,)
        Middle of the potentials in each bin [mV].
    F : ndarray, shape (n,)
        Mean of dV/dt - I/C [mV/ms].
    error : ndarray, shape (n,)
        Standard error of F [mV/ms].
    fitted : ndarray, shape (n,)
        The fitted equation there [mV/ms].
    """

    V: np.ndarray
    F: np.ndarray
    error: np.ndarray
    fitted: np.ndarray


class Diagnostics(NamedTuple):
    """The numbers behind the sentences.

    Attributes
    ----------
    spikes : int
        How many there are.
    reach : float
        How far above V_T the equation was compared with V, in delta_T.
    distance : float
        V_T - V_rest in delta_T.
    noise : float
        Standard deviation of the measurement's noise [mV].
    sigma : float
        NoiseVariances within the neuron, as `sigma` of `model.simulate` [mV].
    smoothing : float
        Time over which V was smoothed [ms]; inf where each sample was predicted from the spike before it alone.
    delay : float
        By how much V is late [ms]; 0 unless it is significant.
    electrode_error : float
        Standard error of the electrode's resistance [MOhm].
    slow : float
        Correlation of the prediction errors between neighbouring stretches of 30 ms; 0 where it may be chance.
    misfit : float
        What of the dynamic I-V curve the equation misses, as a share of its root mean square.
    drive, cv : float
        Mean of R I over what the rheobase needs, and coefficient of variation of the intervals.
    C_at_rest : float
        The classical estimate of C [nF]: that with which dV/dt - I/C varies least near the usual V.
    """

    spikes: int
    reach: float
    distance: float
    noise: float
    sigma: float
    smoothing: float
    delay: float
    electrode_error: float
    slow: float
    misfit: float
    drive: float
    cv: float
    C_at_rest: float


class RecordingFit(NamedTuple):
    """The neuron that a recording shows.

    Attributes
    ----------
    parameters : ExpIFParameters
        The neuron.
    C : float
        Its capacitance tau/R [nF].
    electrode : float
        Resistance of the electrode that was not compensated [MOhm], taken off V; 0 where none is significant.
    intervals : FitIntervals
        95 % intervals of the parameters.
    curve : DynamicIV
        The dynamic I-V curve with the fitted one.
    spikes : ndarray, shape (spikes,)
        Times of the recorded spikes [ms].
    diagnostics : Diagnostics
        The numbers behind the sentences.
    sentences : tuple of str
        What is to be known about the fit, and what is wrong with the recording.
    """

    parameters: ExpIFParameters
    C: float
    electrode: float
    intervals: FitIntervals
    curve: DynamicIV
    spikes: np.ndarray
    diagnostics: Diagnostics
    sentences: tuple[str, ...]
