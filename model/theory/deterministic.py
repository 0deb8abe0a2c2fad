"""Exact results for a constant current without noise: where the neuron rests, when it fires, how fast."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from model.parameters import ExpIFParameters, Numbers
from model.sentences import say
from model.theory import passage
from model.theory.flow import flow
from model.theory.inputs import SMALLEST_CURRENT, current, finite, like, numbers_of, together


class FixedPoints(NamedTuple):
    """Where dV/dt = 0, in mV (number or array like the current); nan where there is none."""

    stable: Any
    unstable: Any


def rheobase(p: ExpIFParameters | Numbers) -> float:
    """Return the largest constant current [nA] at which the neuron can still rest; above it, it fires for ever.

    Notes
    -----
    R I = V_T - V_rest - delta_T, where the two fixed points meet at V_T (Fourcaud-Trocme et al. 2003). Where
    V_th lies below V_T the neuron fires earlier: as soon as the drift at V_th is positive. Negative where the
    neuron does not rest at I = 0. A neuron with V_reset above the unstable fixed point, once it has fired,
    goes on firing at currents below this one; see `period`.

    Examples
    --------
    >>> from model import ExpIFParameters, theory
    >>> round(theory.rheobase(ExpIFParameters()), 2)
    1.62
    """
    n = numbers_of(p)
    top = min(n.V_th, n.V_T)
    I = float((top - n.V_rest - n.delta_T * math.exp((top - n.V_T) / n.delta_T)) / n.R)
    return I if abs(I) >= SMALLEST_CURRENT else 0.0  # as every other current is read


def fixed_points(p: ExpIFParameters | Numbers, I: Any) -> FixedPoints:
    """Return the stable and the unstable fixed point [mV] at the constant current I [nA].

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I : float or array
        Constant current in nA.

    Returns
    -------
    FixedPoints
        Each a number, or an array of the shape of I. nan where there is none: both above rheobase, and a
        point above V_th, which the neuron never reaches.

    Raises
    ------
    ValueError
        If I is not a finite number or array of them.
    """
    n = numbers_of(p)
    I = current(n, I)
    stable, unstable = np.empty(I.size), np.empty(I.size)
    passage.fixed_points(n, rheobase(n), I.ravel(), stable, unstable)
    stable = np.minimum(stable.reshape(I.shape), n.V_th)
    unstable = unstable.reshape(I.shape)
    unstable = np.where(unstable < n.V_th, unstable, np.nan)
    return FixedPoints(like(stable), like(unstable))


def latency(p: ExpIFParameters | Numbers, I: Any, V0: Any) -> Any:
    """Return the time [ms] from the membrane potential V0 [mV] to the spike, at the constant current I [nA].

    0 where V0 is at or above V_th, inf where the neuron comes to rest instead. I and V0 broadcast.

    Raises
    ------
    ValueError
        If I or V0 is not finite.
    """
    n = numbers_of(p)
    I, V0 = together(current(n, I), finite(V0, "V0", "mV"))
    times = np.empty(I.size)
    passage.passages(n, rheobase(n), I.ravel(), V0.ravel(), times)
    return like(times.reshape(I.shape))


def period(p: ExpIFParameters | Numbers, I: Any) -> Any:
    """Return the interspike interval [ms] of regular firing at the constant current I [nA]; inf where silent.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I : float or array
        Constant current in nA.

    Returns
    -------
    float or ndarray
        tau_ref plus the passage from V_reset to V_th. Finite below rheobase too where V_reset lies above the
        unstable fixed point: such a neuron goes on firing once it has fired.

    Raises
    ------
    ValueError
        If I is not a finite number or array of them.
    """
    n = numbers_of(p)
    I = current(n, I)
    times = np.empty(I.size)
    passage.passages(n, rheobase(n), I.ravel(), np.full(I.size, n.V_reset), times)
    times += n.tau_ref
    return like(times.reshape(I.shape))


def regular_density(p: ExpIFParameters | Numbers, I: Any, V: Any) -> Any:
    """Return the density [1/mV] of V while the neuron fires regularly, without noise, outside the refractory period.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I : float
        One constant current in nA.
    V : float or array
        Where to evaluate it, in mV.

    Returns
    -------
    float or ndarray
        1/(T dV/dt) from V_reset to V_th, with the period T, and 0 elsewhere. Its integral plus rate * tau_ref is 1.
        0 everywhere where the neuron is silent, as it then rests at one point.

    Raises
    ------
    ValueError
        If I is not one finite number, or V is not finite.

    Examples
    --------
    >>> from model import ExpIFParameters, theory
    >>> theory.regular_density(ExpIFParameters(), 10.0, [-70.0, -59.9, -40.0]).round(4)
    array([0.    , 0.0689, 0.0006])
    """
    n = numbers_of(p)
    V, interval = finite(V, "V", "mV"), np.asarray(period(n, I))
    if interval.ndim:
        raise ValueError(say("The density needs one current I; only V may be an array."))
    if not 0.0 < interval < np.inf:
        return like(np.zeros(V.shape))
    passed = (n.V_reset <= V) & (n.V_th > V)
    density = np.zeros(V.shape)
    density[passed] = 1.0 / (float(interval) * flow(n, V[passed], float(np.asarray(I))))
    return like(density)


def firing_rate(p: ExpIFParameters | Numbers, I: Any) -> Any:
    """Return the firing rate [Hz] at the constant current I [nA], 1000/`period`; 0 where silent.

    inf where tau_ref = 0 and the passage is shorter than any float (V_reset far above V_T).

    Raises
    ------
    ValueError
        If I is not a finite number or array of them.

    Examples
    --------
    >>> from model import ExpIFParameters, theory
    >>> theory.firing_rate(ExpIFParameters(), [0.0, 5.0, 10.0]).round(2)
    array([ 0.  , 31.12, 57.73])
    """
    intervals = np.asarray(period(p, I))
    with np.errstate(divide="ignore", over="ignore"):
        return like(np.divide(1000.0, intervals))
