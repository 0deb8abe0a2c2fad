"""A number with a unit: the one declaration from which inputs, checks and tables derive."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

import numpy as np
import param

from model.sentences import say


def shorten(value: Any, limit: int = 40) -> str:
    """Return a refused value as text, cut to `limit` characters so that it does not flood the message."""
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


class Quantity(param.Number):
    """A real number with a unit, a LaTeX symbol and hard bounds (both inclusive).

    Parameters
    ----------
    default : float
        The value when nothing is chosen.
    bounds : tuple of float
        Hard limits. A value outside, not finite, or not a number is refused with a sentence.
    softbounds : tuple of float
        The range a slider covers.
    unit : str
        Unit as printed, "" for a pure number.
    symbol : str
        LaTeX symbol, without dollar signs.
    label, doc, step
        As in `param.Number`.
    """

    __slots__ = ["symbol", "unit"]

    bounds: tuple[float, float]  # every quantity has both
    if not TYPE_CHECKING:  # a run reads all numbers; param.Number would look for generators there, which are refused
        __get__ = param.Parameter.__get__

    _slot_defaults = {**param.Number._slot_defaults, "unit": "", "symbol": ""}

    def __init__(self, default: float, *, unit: str = "", symbol: str = "", **declared: Any) -> None:
        self.unit, self.symbol = unit, symbol
        super().__init__(default, **declared)

    @property
    def allowed(self) -> str:
        """The allowed range in words: "between 0.02 and 20 mV"."""
        low, high = self.bounds
        if not self.unit:
            return say("between {low:.10g} and {high:.10g}", low=low, high=high)
        return say("between {low:.10g} and {high:.10g} {unit}", low=low, high=high, unit=self.unit)

    def check(self, value: Any) -> None:
        """Raise ValueError, in a sentence, unless `value` is one allowed number."""
        if self.problem(value, ""):  # nearly always there is none, and the text is not needed
            raise ValueError(say("{name} {problem}", name=self.name, problem=self.problem(value, shorten(value))))

    def problem(self, value: Any, given: str) -> str:
        """Return what is wrong with a value, "" where it is allowed; a name in front makes it a sentence.

        Parameters
        ----------
        value : object
            What should be one allowed number.
        given : str
            The value as whoever gave it wrote it.
        """
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
            return say("must be a number {allowed}; {given} is not a number.", allowed=self.allowed, given=given)
        if value != value or value in (np.inf, -np.inf):  # np.isfinite knows no integers beyond 64 bits
            return say("must be a finite number {allowed}; {given} was given.", allowed=self.allowed, given=given)
        low, high = self.bounds
        if value < low or not value <= high:
            return say("must be {allowed}; {given} was given.", allowed=self.allowed, given=given)
        return ""

    def check_array(self, values: Any) -> np.ndarray:
        """Return `values` as a float64 array, after every element has been checked as `check` does.

        Parameters
        ----------
        values : number or array of numbers
            Values in the unit of the quantity.

        Returns
        -------
        ndarray of float64
            A new array of the same shape.

        Raises
        ------
        ValueError
            If an element is not a number, or lies outside the bounds.
        """
        try:
            array = np.asarray(values)
        except ValueError:  # rows of different lengths
            array = np.asarray(None)
        if array.dtype.kind not in "iuf":
            raise ValueError(say(
                "{name} must be numbers {allowed}; {given} is not.",
                name=self.name, allowed=self.allowed, given=shorten(values),
            ))  # fmt: skip
        array = array.astype(np.float64)
        low, high = self.bounds
        wrong = ~((array >= low) & (array <= high))  # catches nan as well
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            raise ValueError(say(
                "{name} must be {allowed} for every neuron; element {first} is {value:g}.",
                name=self.name, allowed=self.allowed, first=first, value=array.ravel()[first],
            ))  # fmt: skip
        return array

    def _validate(self, val: Any) -> None:
        self.check(val)


class WholeNumber(Quantity):
    """A quantity that counts something: its values are whole numbers."""

    def problem(self, value: Any, given: str) -> str:
        """Return what is wrong with a value, "" where it is an allowed whole number; see `Quantity.problem`."""
        problem = super().problem(value, given)
        if problem or isinstance(value, numbers.Integral):
            return problem
        return say("must be a whole number {allowed}; {given} was given.", allowed=self.allowed, given=given)
