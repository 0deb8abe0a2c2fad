"""How a recording is read and fitted: what a page, a link and a script say of it, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from model.quantity import shorten
from model.recordings.reading import CURRENTS, POTENTIALS, TIMES
from model.sentences import say

LONGEST = 100  # characters of a name, of a channel or a file
UNITS = {"unit_V": ("V", POTENTIALS), "unit_I": ("I", CURRENTS), "unit_t": ("t", TIMES)}
NUMBERS = {"dt": (1e-3, 1.0, "ms"), "smooth": (1e-3, 100.0, "ms"), "electrode": (-1e3, 1e3, "MOhm")}
MOST_SWEEPS = 10_000


class Settings(NamedTuple):
    """How a recording is read and fitted; what is None is found in the file and the data.

    Attributes
    ----------
    V, I : str
        Names of the channels.
    unit_V, unit_I, unit_t : str
        Their units, and that of times.
    dt, smooth : float
        Time between two samples, and time over which V is smoothed [ms].
    electrode : float
        Resistance of an electrode that was not compensated [MOhm].
    sweep : int
        Which sweep of the file, counted from 0.
    """

    V: str | None = None
    I: str | None = None
    unit_V: str | None = None
    unit_I: str | None = None
    unit_t: str | None = None
    dt: float | None = None
    smooth: float | None = None
    electrode: float | None = None
    sweep: int = 0

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Settings:
        """Return the settings among what a page asks for; an empty text is one that was not set.

        Raises
        ------
        ValueError
            In a sentence, if one of them is not allowed.
        """
        return cls(**{name: _checked(name, asked[name]) for name in cls._fields if asked.get(name)})

    def reading(self) -> dict[str, Any]:
        """Return what `read_recording` takes of them."""
        units = {what: unit for name, (what, _) in UNITS.items() if (unit := getattr(self, name))}
        given = {"V": self.V, "I": self.I, "units": units or None, "dt": self.dt, "sweep": self.sweep or None}
        return {name: value for name, value in given.items() if value is not None}

    def fitting(self) -> dict[str, Any]:
        """Return what `fit_recording` takes of them."""
        given = {"smooth": self.smooth, "electrode": self.electrode}
        return {name: value for name, value in given.items() if value is not None}


def _checked(name: str, text: str) -> Any:
    """Return the value of one setting."""
    if name in UNITS:
        _, allowed = UNITS[name]
        if text not in allowed:
            raise ValueError(
                say("The unit must be one of {allowed}; {given} is not.",
                    allowed=", ".join(allowed), given=shorten(text))
            )  # fmt: skip
        return text
    if name in NUMBERS:
        return _within_bounds(name, text, *NUMBERS[name])
    if name == "sweep":
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) < MOST_SWEEPS):
            raise ValueError(
                say("A sweep is a whole number from 0 to {most}; {given} is not.",
                    most=MOST_SWEEPS - 1, given=shorten(text))
            )  # fmt: skip
        return int(text)
    if len(text) > LONGEST:
        raise ValueError(say("The name of a channel has at most {most} characters.", most=LONGEST))
    return text


def _within_bounds(name: str, text: str, low: float, high: float, unit: str) -> float:
    """Return a number within its bounds."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise ValueError(
            say("{name} must be a number from {low:g} to {high:g} {unit}; {given} is not.",
                name=name, low=low, high=high, unit=unit, given=shorten(text))
        )  # fmt: skip
    return value
