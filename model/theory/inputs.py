"""What every theory function does with its arguments: parameters to plain numbers, values to checked arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from model.parameters import ExpIFParameters, Numbers
from model.quantity import shorten
from model.sentences import say

LARGEST_DRIVE = 1e12  # mV; R*I beyond this is no membrane, and its period would underflow
SMALLEST_CURRENT = 1e-250  # nA; less is none
SIGMA_RANGE = (1e-3, 1e3)  # mV; tested from end to end over all legal neurons


def as_numbers(p: ExpIFParameters | Numbers) -> Numbers:
    """Return the parameters of a neuron as plain floats, whichever way they were given.

    Raises
    ------
    TypeError
        If `p` is neither `ExpIFParameters` nor `Numbers`.
    """
    if isinstance(p, Numbers):
        return Numbers(*map(float, p))
    if isinstance(p, ExpIFParameters):
        return p.numbers()
    raise TypeError(say("The neuron must be given as ExpIFParameters; {given} is something else.", given=shorten(p)))


def finite_array(value: Any, name: str, unit: str) -> np.ndarray:
    """Return `value` as a float64 array, 0-d for a number.

    Parameters
    ----------
    value : float or array
        What was given.
    name, unit : str
        How the error names it.

    Raises
    ------
    ValueError
        If any element is not a number, is nan or is infinite.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":
        raise ValueError(
            say("{name} must be numbers in {unit}; {given} is not.", name=name, unit=unit, given=shorten(value))
        )
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise ValueError(
            say("{name} must be finite numbers in {unit}; nan or infinity was given.", name=name, unit=unit)
        )
    return array


def current_array(p: Numbers, I: Any) -> np.ndarray:
    """Return the current I [nA] as a float64 array; one below `SMALLEST_CURRENT` becomes 0.

    Raises
    ------
    ValueError
        If I is not finite, or R*I is beyond `LARGEST_DRIVE`.
    """
    array = finite_array(I, "The current I", "nA")
    size = np.abs(array)
    array[size < SMALLEST_CURRENT] = 0.0  # its products with R and the like underflow
    if size.size and size.max() > LARGEST_DRIVE / p.R:
        raise ValueError(say(
            "The current I is too large: R*I may be at most {drive:g} mV, that is {most:g} nA for R = {R:g} MOhm.",
            drive=LARGEST_DRIVE, most=LARGEST_DRIVE / p.R, R=p.R,
        ))  # fmt: skip
    return array


def number_or_array(result: np.ndarray) -> Any:
    """Return a plain number for a 0-d result, else the array: who gives numbers gets numbers."""
    return result.item() if result.ndim == 0 else result


def noise_array(sigma: Any, may_be_zero: bool) -> np.ndarray:
    """Return the noise sigma [mV] as a float64 array.

    Raises
    ------
    ValueError
        If sigma is not finite, or outside the range in which the results are accurate.
    """
    array = finite_array(sigma, "sigma", "mV")
    low, high = SIGMA_RANGE
    fine = (array >= low) & (array <= high)
    if may_be_zero:
        fine |= array == 0.0
    if not fine.all():
        given = array[~fine].flat[0]
        if may_be_zero:
            raise ValueError(say(
                "sigma must be 0 (no noise) or between {low:g} and {high:g} mV; {given:g} was given.",
                low=low, high=high, given=given,
            ))  # fmt: skip
        raise ValueError(say(
            "sigma must be between {low:g} and {high:g} mV; {given:g} was given. Without noise use the results for a "
            "constant current.", low=low, high=high, given=given,
        ))  # fmt: skip
    return array


def together(*arrays: np.ndarray) -> list[np.ndarray]:
    """Broadcast arrays against each other, into arrays of their own (numba warns about shared ones)."""
    return [np.array(array) for array in np.broadcast_arrays(*arrays)]


def by_condition(compute: Callable, I: np.ndarray, sigma: np.ndarray, x: np.ndarray, dtype: type) -> Any:
    """Broadcast, and call compute(I, sigma, x (k,)) once for every different pair of current [nA] and noise [mV]."""
    I, sigma, x = together(I, sigma, x)
    pairs, which = np.unique(np.stack([I.ravel(), sigma.ravel()]), axis=1, return_inverse=True)
    out: np.ndarray = np.empty(x.size, dtype)
    for k, pair in enumerate(pairs.T):
        chosen = which.ravel() == k
        out[chosen] = compute(float(pair[0]), float(pair[1]), x.ravel()[chosen])
    return number_or_array(out.reshape(x.shape))
