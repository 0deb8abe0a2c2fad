"""From a file to V(t) and I(t): which channel is which, in which units, how often sampled."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from model.quantity import shorten
from model.recordings.files import Channel, channels_of
from model.sentences import say

POTENTIALS = {"V": 1000.0, "mV": 1.0, "uV": 0.001, "µV": 0.001}  # mV
CURRENTS = {"A": 1e9, "mA": 1e6, "uA": 1000.0, "µA": 1000.0, "nA": 1.0, "pA": 0.001}  # nA
TIMES = {"s": 1000.0, "ms": 1.0, "us": 0.001, "µs": 0.001}  # ms
IN_UNITS = {"V": POTENTIALS, "I": CURRENTS, "t": TIMES}
CALLED = {
    "V": ("v", "vm", "vmem", "voltage", "potential", "membrane"),
    "I": ("i", "im", "iinj", "current", "stimulus", "command"),
    "t": ("t", "time", "times"),
}  # fmt: skip
STEPS = ("dt", "si", "sampling_interval")
RATES = ("fs", "rate", "sampling_rate", "sr")  # Hz
UNEVEN = 0.02  # of dt
SECONDS = 0.005  # a time step without a unit that is shorter is one in seconds


class Recording(NamedTuple):
    """A recording as `fit_recording` takes it.

    Attributes
    ----------
    V : ndarray, shape (n,)
        Membrane potential [mV].
    I : ndarray, shape (n,)
        Injected current [nA].
    dt : float
        Time between two samples [ms].
    checksum : str
        SHA-256 of the file.
    channels : tuple of str
        The names of all channels of the file.
    taken : tuple of str
        The names of the two that V and I are.
    units : tuple of str
        The units in which these two were read.
    """

    V: np.ndarray
    I: np.ndarray
    dt: float
    checksum: str
    channels: tuple[str, ...]
    taken: tuple[str, str]
    units: tuple[str, str]


def read_recording(
    path: str | PathLike[str],
    V: str | int | None = None,
    I: str | int | None = None,
    units: Mapping[str, str] | None = None,
    dt: float | None = None,
    sweep: int = 0,
) -> Recording:
    """Return V(t) and the injected I(t) of a file.

    Parameters
    ----------
    path : str or path
        A file ending in .csv, .tsv, .txt, .npz or .mat, or, with the extra `recordings`, .abf or .nwb.
    V, I : str or int, optional
        Name or number of the channels; by default they are found by their names and units.
    units : mapping of str to str, optional
        The units of "V", "I" and "t": {"V": "mV", "I": "pA", "t": "s"}; by default those in the file, else mV, nA, ms.
    dt : float, optional
        Time between two samples [ms]; by default from the file.
    sweep : int
        Which sweep of a file that has several, counted from 0.

    Returns
    -------
    Recording

    Raises
    ------
    ValueError
        In a sentence, if the file cannot be read, lacks a channel, or a unit is not known.
    ImportError
        If the format needs the extra `recordings`.
    """
    path, units = Path(path), _checked_units(units)
    found = channels_of(path, sweep)
    names = tuple(each.name for each in found)
    potential = _chosen(found, V, "V", units)
    current = _chosen(found, I, "I", units)
    if potential.values.size != current.values.size:
        raise ValueError(
            say(
                "The channels {V} and {I} have different lengths, {n} and {m}: they are not of one recording.",
                V=potential.name,
                I=current.name,
                n=potential.values.size,
                m=current.values.size,
            )
        )
    step = dt if dt is not None else potential.dt or _step_in(found, units)
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    V_unit, I_unit = _unit_of(potential, "V", units), _unit_of(current, "I", units)
    return Recording(
        np.ascontiguousarray(potential.values * POTENTIALS[V_unit]),
        np.ascontiguousarray(current.values * CURRENTS[I_unit]),
        step,
        checksum,
        names,
        (potential.name, current.name),
        (V_unit, I_unit),
    )


def _checked_units(units: Mapping[str, str] | None) -> dict[str, str]:
    """Return the units that were given."""
    units = dict(units or {})
    for what, unit in units.items():
        if what not in IN_UNITS or unit not in IN_UNITS[what]:
            raise ValueError(
                say(
                    "units has V in {V}, I in {I} and t in {t}; {what} in {unit} was given.",
                    V="/".join(POTENTIALS),
                    I="/".join(CURRENTS),
                    t="/".join(TIMES),
                    what=shorten(what),
                    unit=shorten(unit),
                )
            )
    return units


def _chosen(found: list[Channel], wanted: str | int | None, what: str, units: dict[str, str]) -> Channel:
    """Return the channel that was asked for, or the only one that can be meant."""
    names = ", ".join(each.name for each in found)
    if isinstance(wanted, int) and not isinstance(wanted, bool):
        if not 0 <= wanted < len(found):
            raise ValueError(
                say(
                    "There is no channel {number} for {what}; the file has {names}.",
                    number=wanted,
                    what=what,
                    names=names,
                )
            )
        return found[wanted]
    if wanted is not None:
        matching = [each for each in found if each.name == wanted]
        if not matching:
            raise ValueError(
                say(
                    "There is no channel called {wanted} for {what}; the file has {names}.",
                    wanted=str(wanted),
                    what=what,
                    names=names,
                )
            )
        return matching[0]
    long = [each for each in found if each.values.size > 1]
    by_name = [each for each in long if _called(each.name, what)]
    by_unit = [each for each in long if each.unit in IN_UNITS[what] and not any(_called(each.name, o) for o in CALLED)]
    for matching in (by_name, by_unit):
        if len(matching) == 1:
            return matching[0]
    if what == "I" and not (by_name or by_unit):
        raise ValueError(
            say(
                "The file has no channel with the injected current, only {names}. A command that was set and "
                "not recorded is not enough: it must have been recorded beside V. Else name the channel: I=...",
                names=names,
            )
        )
    raise ValueError(say("Which channel is {what}? The file has {names}; name one: {what}=...", what=what, names=names))


def _called(name: str, what: str) -> bool:
    """Whether a channel is called as such channels are; units and numbers in its name do not count."""
    words = "".join(each if each.isalnum() else " " for each in name.lower().replace("_", " ")).split()
    return bool(words) and words[0] in CALLED[what]


def _unit_of(channel: Channel, what: str, units: dict[str, str]) -> str:
    """Return the unit of a channel's values."""
    unit = units.get(what) or channel.unit or ("mV" if what == "V" else "nA")
    if unit not in IN_UNITS[what]:
        raise ValueError(
            say(
                "The unit {unit} of channel {name} is none of {what}; say which it is: units={{'{what}': ...}}.",
                unit=unit,
                name=channel.name,
                what=what,
            )
        )
    return unit


def _step_in(found: list[Channel], units: dict[str, str]) -> float:
    """Return the time between two samples [ms] from a series of times, a step or a rate."""
    for each in found:
        name = each.name.lower().split("_")[0] if each.unit else each.name.lower()
        if each.values.size == 1 and (name in STEPS or each.name.lower() in STEPS):
            return _in_ms(float(each.values[0]), each.unit, units)
        if each.values.size == 1 and each.name.lower() in RATES:
            return 1000.0 / float(each.values[0])
        if each.values.size > 1 and _called(each.name, "t"):
            steps = np.diff(each.values)
            step = float((each.values[-1] - each.values[0]) / steps.size)
            if not step > 0.0 or not np.abs(steps - step).max() < max(
                UNEVEN * step, 1e-6 * abs(float(each.values[-1]))
            ):
                raise ValueError(
                    say(
                        "The samples are not evenly spaced in time: channel {name} has steps from {low:.4g} to "
                        "{high:.4g}.",
                        name=each.name,
                        low=float(steps.min()),
                        high=float(steps.max()),
                    )
                )
            return _in_ms(step, each.unit, units)
    raise ValueError(
        say("The file does not say how often it was sampled: give the time between two samples, dt=... in ms.")
    )


def _in_ms(step: float, unit: str, units: dict[str, str]) -> float:
    """Return a time step in ms; without a unit a very short one is in seconds."""
    unit = units.get("t") or unit or ("s" if step < SECONDS else "ms")
    return step * TIMES.get(unit, 1.0)
