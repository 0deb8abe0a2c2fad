"""Exact results for a constant current without noise: where the neuron rests, when it fires, how fast."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from model.parameters import ExpIFParameters, Numbers
from model.sentences import say
from model.theory import passage
from model.theory.flow import vector_field
from model.theory.inputs import SMALLEST_CURRENT, as_numbers, current_array, finite_array, number_or_array, together


class FixedPoints(NamedTuple):
    """The membrane potentials [mV] at which dV/dt = 0, numbers or arrays like the current; nan where there is none."""

    stable: Any
    unstable: Any


def rheobase(p: ExpIFParameters | Numbers) -> float:
    """Return the largest constant current at which the neuron can still rest; above it, it fires for ever.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.

    Returns
    -------
    float
        Current [nA]; negative where the neuron does not rest without a current.

    Notes
    -----
    R I = V_T - V_rest - delta_T, where the two fixed points meet at V_T (Fourcaud-Trocme et al. 2003). Where
    V_th lies below V_T the neuron fires earlier: as soon as the drift at V_th is positive. A neuron with V_reset above
    the unstable fixed point, once it has fired, goes on firing at currents below this one; see `period`.

    Examples
    --------
    >>> from model import ExpIFParameters, theory
    >>> round(theory.rheobase(ExpIFParameters()), 2)
    1.62
    """
    n = as_numbers(p)
    I = float(passage.largest_rest.py_func(n))  # type: ignore[attr-defined] # numba's own part
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
    n = as_numbers(p)
    I = current_array(n, I)
    stable, unstable = np.empty(I.size), np.empty(I.size)
    passage.fill_fixed_points(n, rheobase(n), I.ravel(), stable, unstable)
    stable = np.minimum(stable.reshape(I.shape), n.V_th)
    unstable = unstable.reshape(I.shape)
    unstable = np.where(unstable < n.V_th, unstable, np.nan)
    return FixedPoints(number_or_array(stable), number_or_array(unstable))


def latency(p: ExpIFParameters | Numbers, I: Any, V0: Any) -> Any:
    """Return the time from a membrane potential to the first spike, at a constant current without noise.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I, V0 : float or array
        Constant current in nA, and membrane potential at the start in mV. They broadcast.

    Returns
    -------
    float or ndarray
        Time [ms]; 0 where V0 is at or above V_th, inf where the neuron comes to rest instead.

    Raises
    ------
    ValueError
        If I or V0 is not finite.
    """
    n = as_numbers(p)
    I, V0 = together(current_array(n, I), finite_array(V0, "V0", "mV"))
    times = np.empty(I.size)
    passage.fill_latencies(n, rheobase(n), I.ravel(), V0.ravel(), times)
    return number_or_array(times.reshape(I.shape))


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
    n = as_numbers(p)
    I = current_array(n, I)
    times = np.empty(I.size)
    passage.fill_latencies(n, rheobase(n), I.ravel(), np.full(I.size, n.V_reset), times)
    times += n.tau_ref
    return number_or_array(times.reshape(I.shape))


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
    n = as_numbers(p)
    V, interval = finite_array(V, "V", "mV"), np.asarray(period(n, I))
    if interval.ndim:
        raise ValueError(say("The density needs one current I; only V may be an array."))
    if not 0.0 < interval < np.inf:
        return number_or_array(np.zeros(V.shape))
    passed = (n.V_reset <= V) & (n.V_th > V)
    density = np.zeros(V.shape)
    density[passed] = 1.0 / (float(interval) * vector_field(n, V[passed], float(np.asarray(I))))
    return number_or_array(density)


def firing_rate(p: ExpIFParameters | Numbers, I: Any) -> Any:
    """Return the firing rate of the neuron at a constant current without noise.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I : float or array
        Constant current in nA.

    Returns
    -------
    float or ndarray
        Rate [Hz], 1000 over `period`; 0 where the neuron is silent. inf where tau_ref = 0 and the passage is shorter
        than any float (V_reset far above V_T).

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
        return number_or_array(np.divide(1000.0, intervals))
