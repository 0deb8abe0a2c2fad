"""What a map asks for, checked: the neuron, the axes, the measure, what is fixed, and the seed."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from model import __version__, devices
from model.maps.axes import NOISE, Axis, axis_quantities, checked_axes
from model.maps.measures import Measure, checked_measure
from model.parameters import ExpIFParameters, Numbers
from model.quantity import Quantity, shorten
from model.run_settings import RunSettings
from model.runs.arguments import neuron_of, seed_of
from model.sentences import say
from model.stimuli import Stimulus

GIVEN = ("p", "I", "seed", "stimulus", "device")  # to a measure; not by its options


class Request(NamedTuple):
    """One map, as it was asked for.

    Attributes
    ----------
    neuron : Numbers
        What holds where no axis changes it.
    axes : tuple of Axis
    measure : Measure
    options : dict
        What the measure is told at every point, by name; a fixed current I [nA] among it.
    stimulus : Stimulus or None
        The input that is not constant.
    seed : int
    device : str
    """

    neuron: Numbers
    axes: tuple[Axis, ...]
    measure: Measure
    options: dict[str, Any]
    stimulus: Stimulus | None
    seed: int
    device: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the axes."""
        return tuple(axis.name for axis in self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has."""
        return tuple(axis.values.size for axis in self.axes)

    @property
    def points(self) -> int:
        """How many points the map has."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def along(self) -> int | None:
        """Which axis is the current; None where the current is fixed or does not matter."""
        return self.names.index("I") if "I" in self.names and self.measure.needs_current else None

    def fixed(self) -> dict[str, Any]:
        """Return everything that is the same at all points, by name: what is fixed, and what the measure assumes."""
        known = inspect.signature(self.measure.compute).parameters.values()
        assumed = {each.name: each.default for each in known if isinstance(each.default, (int, float, str, tuple))}
        values = self.neuron._asdict() | assumed | self.options
        if self.stimulus is not None:
            values |= {name: value for name, value in self.stimulus.param.values().items() if name != "name"}
            values["stimulus"] = type(self.stimulus).__name__
        skipped = {*self.names, "p", "seed", "device"}
        return {name: value for name, value in values.items() if name not in skipped}

    def described(self) -> dict[str, str]:
        """Return the request in words; two requests with the same words ask for the same numbers."""
        axes = {axis.name: _in_words(axis.values) for axis in self.axes}
        own = {"code": _code(self.measure)} if not self.measure.results else {}
        fixed = {name: _in_words(value) for name, value in self.fixed().items()}
        about = {"version": __version__, "measure": self.measure.name, "seed": str(self.seed), "device": self.device}
        return about | own | {"axes": ", ".join(self.names)} | fixed | axes


def checked_request(
    p: Any, grid: Any, measure: Any, options: Mapping[str, Any] | None, seed: Any, device: Any
) -> Request:
    """Return what was asked for, or say in a sentence what is wrong with it.

    Parameters
    ----------
    p, grid, measure, options, seed, device
        As for `model.maps.sweep`.

    Raises
    ------
    ValueError
        If one of them is not allowed.
    RuntimeError
        If the device does not work.
    """
    neuron, asked = neuron_of(p), checked_measure(measure)
    given = dict(options or {})
    stimulus = given.pop("stimulus", None)
    if stimulus is not None and not isinstance(stimulus, Stimulus):
        raise ValueError(say(
            "stimulus must be one of model.stimuli, as in stimuli.Sine(); {given} was given.", given=shorten(stimulus)
        ))  # fmt: skip
    axes = checked_axes(grid, neuron, stimulus)
    if seed is None:
        raise ValueError(say("A map needs a seed, a whole number from 0 upwards, or it could not be gone on with."))
    request = Request(neuron, axes, asked, given, stimulus, seed_of(seed), _checked_place(asked, device))
    _check_names(request)
    _check_current(request)
    for name in ("I", *NOISE):
        if name in given:
            axis_quantities()[name].check(given[name])
    return request


def _checked_place(measure: Measure, device: Any) -> str:
    """Return where a measure is computed."""
    where = devices.checked_device(device)
    if where not in measure.devices:
        raise ValueError(say(
            "The measure {measure} is computed on {places}, not on {device}.",
            measure=measure.name, places=", ".join(measure.devices), device=where,
        ))  # fmt: skip
    return where


def _check_names(request: Request) -> None:
    """Refuse axes and options that the measure would not hear of, and names that are both."""
    takes = inspect.signature(request.measure.compute).parameters
    open_to_all = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in takes.values())
    own = {name for name in takes if name not in GIVEN} | ({"I"} if request.measure.needs_current else set())
    shaped = request.stimulus is not None
    if shaped and not (open_to_all or "stimulus" in takes):
        raise ValueError(say(
            "The measure {measure} is for a constant current; leave the stimulus out.", measure=request.measure.name
        ))  # fmt: skip
    known = own | (set(axis_quantities(request.stimulus)) - set(axis_quantities()) if shaped else set())
    axes = set(request.names) - set(Numbers._fields)
    for name in [*(name for name in request.names if name in axes), *request.options]:
        fixed_current = name == "I" and name in request.options and shaped
        if name in request.options and name in request.names:
            raise ValueError(say("{name} is an axis and an option; it can be one of them.", name=name))
        if fixed_current or not (name in known or open_to_all) or name in set(Numbers._fields) - axes - own:
            raise ValueError(say(
                "The measure {measure} does not know {name}; beside the neuron's parameters it takes {all}.",
                measure=request.measure.name, name=shorten(name), all=", ".join(sorted(known)) or say("nothing"),
            ))  # fmt: skip


def _check_current(request: Request) -> None:
    """Refuse a map whose measure would not know the current."""
    has = "I" in request.names or "I" in request.options or request.stimulus is not None
    if request.measure.needs_current and not has:
        raise ValueError(say(
            "The measure {measure} needs a current: give I as an axis, or as options={{'I': 5.0}}.",
            measure=request.measure.name,
        ))  # fmt: skip


def units_of_fixed(request: Request) -> dict[str, str]:
    """Return the unit of everything that is fixed and has one, by name."""
    known: dict[str, Any] = axis_quantities(request.stimulus)
    known |= {name: RunSettings.param[name] for name in RunSettings.param if name not in known}
    neuron = {name: ExpIFParameters.param[name] for name in Numbers._fields}
    found = {name: (known | neuron).get(name) for name in request.fixed()}
    return {name: each.unit for name, each in found.items() if isinstance(each, Quantity) and each.unit}


def _in_words(value: Any) -> str:
    """Return a value as text that tells it from every other one."""
    if isinstance(value, np.ndarray) and value.size:
        digest = hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()[:16]
        return f"{value.size} values from {value.flat[0]:.10g} to {value.flat[-1]:.10g} ({digest})"
    return str(getattr(value, "text", None) or repr(value))


def _code(measure: Measure) -> str:
    """Return a checksum of the source of an own measure, or where it is from, where its source is not at hand."""
    try:
        text = inspect.getsource(measure.compute)
    except (OSError, TypeError):
        kind = measure.compute if hasattr(measure.compute, "__qualname__") else type(measure.compute)
        text = f"{kind.__module__}.{kind.__qualname__}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
