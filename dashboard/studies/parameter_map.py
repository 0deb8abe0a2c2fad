"""A map: one question asked of the neurons of a whole plane of two inputs, first coarse and then fine.

The numbers are those of `model.maps.sweep`, made by its parts. What is quick comes with every run, so that it follows a
slider; what is not comes from the study, which begins when the sliders rest.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from dashboard.axes import slider_range
from dashboard.names import within
from dashboard.scales import scale
from dashboard.session import Snapshot, View, members
from dashboard.studies.common import asked_for, main_current
from model.maps.measures import MEASURES, Mapped
from model.maps.piece import computed, cut
from model.maps.request import Request, checked_request
from model.parameters import Numbers
from model.sentences import joined, say
from model.theory.each import rheobases

LIVE = (60, 40)  # points across and up that come with every run: 1 ms
FINE = (180, 120)  # what follows when the sliders rest: 10 ms, and 90 kB to send
STAIRS = ((15, 10), (30, 20), LIVE)  # of what is computed point by point
TURN = 0.03  # s that one part of the study may last, and at the costliest what a few points take: 0.1 s
AT_ONCE = 8  # points that are computed without a look at the clock
KEPT = 60  # maps, for all visitors; one is 10 to 170 kB
BELOW_TOP = 0.02  # of the span of V_reset that is left free below V_th


class MapQuestion(NamedTuple):
    """What a map may show: a measure of `model.maps`, the variable of it, and whether it is quick."""

    measure: str
    variable: str
    quick: bool


QUESTIONS = {
    "exact": MapQuestion("exact", "rate", True),
    "exact_noise": MapQuestion("exact_noise", "rate", False),
    "cv": MapQuestion("exact_noise", "cv", False),
    "rheobase": MapQuestion("rheobase", "rheobase", True),
    "latency": MapQuestion("latency", "latency", False),
}
NOISY = ("exact_noise",)  # measures to which sigma matters


class Plane(NamedTuple):
    """Everything that a map depends on: two inputs and their spans, the question, and what stays the same.

    What does not matter, for it changes along an axis or is not asked for, has a value that is always the same.
    """

    of: str
    x: str
    y: str
    x_span: tuple[float, float]
    y_span: tuple[float, float]
    neuron: Numbers
    I: float
    sigma: float


class MapValues(NamedTuple):
    """A map as far as it is computed: values (ny, nx), from the lower left corner; nan where there is none."""

    plane: Plane
    values: np.ndarray


class MapStudy(NamedTuple):
    """A map, if any of it is computed, and the sentence of the tab."""

    drawn: MapValues | None
    note: str


def plane_of(choice: Snapshot) -> Plane:
    """Return what the map of these choices depends on."""
    spans = {name: axis_span(choice, name) for name in (choice.map_x, choice.map_y)}
    spans |= apart(choice, spans)
    neuron = choice.neuron._replace(**{name: low for name, (low, _) in spans.items() if name in Numbers._fields})
    measure = MEASURES[QUESTIONS[choice.map_of].measure]
    I = main_current(choice) if measure.needs_current and "I" not in spans else 0.0
    sigma = choice.sigma if measure.name in NOISY and "sigma" not in spans else 0.0
    return Plane(choice.map_of, choice.map_x, choice.map_y, spans[choice.map_x], spans[choice.map_y], neuron, I, sigma)


def places_in_lists(plane: Plane) -> tuple[int, ...]:
    """Return which of the questions a map answers, and which of the inputs are its axes: their numbers in the lists."""
    options = (list(View.param[name].objects) for name in ("map_of", "map_x", "map_y"))
    return tuple(each.index(name) for each, name in zip(options, (plane.of, plane.x, plane.y), strict=True))


def present(choice: Snapshot, name: str) -> float:
    """Return the present value of an input that may be an axis."""
    if name == "I":
        return main_current(choice)
    return float(choice.sigma if name == "sigma" else getattr(choice.neuron, name))


def axis_span(choice: Snapshot, name: str) -> tuple[float, float]:
    """Return what an axis covers: its slider, and the present value."""
    if name == "I":
        low, high = slider_range(choice.kind, choice.preset)
    else:
        low, high = scale(members(choice.kind)[name], name, choice.preset)[1:3]
    value = present(choice, name)
    return min(low, value), max(high, value)


def apart(choice: Snapshot, spans: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Return the spans of V_reset and V_th, where they are axes, as far as every V_reset lies below every V_th."""
    reset, top = choice.neuron.V_reset, choice.neuron.V_th
    between = 0.5 * (reset + top)
    found = {}
    if "V_reset" in spans:
        low, high = spans["V_reset"]
        highest = between if "V_th" in spans else top - BELOW_TOP * (top - low)
        found["V_reset"] = low, max(reset, min(high, highest))
    if "V_th" in spans:
        low, high = spans["V_th"]
        lowest = between + 1e-9 * (top - reset) if "V_reset" in spans else reset + BELOW_TOP * (high - reset)
        found["V_th"] = min(top, max(low, lowest)), high
    return found


def axis_values(span: tuple[float, float], points: int) -> np.ndarray:
    """Return the values of an axis, its ends among them."""
    return np.linspace(*span, points)


def result_of(of: str) -> Mapped:
    """Return what a map shows, with its unit and its name."""
    question = QUESTIONS[of]
    return next(each for each in MEASURES[question.measure].results if each.name == question.variable)


def mattering(plane: Plane) -> tuple[str, ...]:
    """Return the axes along which the map changes, the one that goes up first."""
    measure = MEASURES[QUESTIONS[plane.of].measure]
    idle = {"sigma"} if measure.name not in NOISY else set()
    idle |= set() if measure.needs_current else {"I"}
    return tuple(name for name in (plane.y, plane.x) if name not in idle)


def asked_of(plane: Plane, shape: tuple[int, int]) -> tuple[Any, ...]:
    """Return what `model.maps.sweep` is to be asked for: the neuron, the grid, the measure and its options.

    Raises
    ------
    ValueError
        In a sentence, if the map would be the same everywhere.
    """
    axes = {plane.y: axis_values(plane.y_span, shape[1]), plane.x: axis_values(plane.x_span, shape[0])}
    grid = {name: axes[name] for name in mattering(plane)}
    if not grid:
        raise ValueError(say("Neither axis changes the rheobase. Choose a parameter of the neuron for one of them."))
    measure = MEASURES[QUESTIONS[plane.of].measure]
    options = {}
    if measure.needs_current and "I" not in grid:
        options["I"] = plane.I
    if measure.name in NOISY and "sigma" not in grid:
        options["sigma"] = plane.sigma
    return plane.neuron, grid, measure.name, options


def map_rows(plane: Plane, shape: tuple[int, int]) -> Iterator[np.ndarray]:
    """Yield the values of a map of this many points (across, up) so far, after every few of them."""
    p, grid, measure, options = asked_of(plane, shape)
    request = checked_request(p, grid, measure, options, 0, "cpu")
    found = np.full(request.shape, np.nan)
    for start, stop in blocks(request):
        part = computed(cut(request, start, stop))
        place = tuple(slice(*ends) for ends in zip(start, stop, strict=True))
        found[place] = part.values[QUESTIONS[plane.of].variable] if part is not None else np.nan
        yield spread(plane, request, found, shape)


def blocks(request: Request) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Yield where parts begin and end: all at once where that is quick, else a few points of neighbouring currents."""
    shape = request.shape
    if request.measure.wide:
        yield (0,) * len(shape), shape
        return
    along = len(shape) - 1 if request.along is None else request.along
    steps = [AT_ONCE if k == along else 1 for k in range(len(shape))]
    for start in product(*(range(0, size, step) for size, step in zip(shape, steps, strict=True))):
        yield start, tuple(min(k + step, size) for k, step, size in zip(start, steps, shape, strict=True))


def spread(plane: Plane, request: Request, found: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return the values of all points (ny, nx), where the map may be the same along one axis; nan where infinite."""
    if len(request.names) == 1:
        found = found[:, None] if request.names[0] == plane.y else found[None, :]
    values = np.broadcast_to(found, shape[::-1])
    return np.where(np.isfinite(values), values, np.nan)


@lru_cache(maxsize=KEPT)
def quick(plane: Plane, shape: tuple[int, int]) -> MapValues:
    """Return a map of what is quick, all of it."""
    return MapValues(plane, list(map_rows(plane, shape))[-1])


_fine: OrderedDict[Plane, MapValues] = OrderedDict()


def with_run(plane: Plane) -> MapValues | None:
    """Return the map that comes with a run: the best that is known, else what is quick, and None if that is not."""
    if (drawn := _fine.get(plane)) is not None:
        return drawn
    if not mattering(plane):
        return MapValues(plane, np.full((2, 2), np.nan))
    if not QUESTIONS[plane.of].quick:
        return None
    return quick(plane, LIVE)


def keep_map(drawn: MapValues) -> None:
    """Remember a finished map for all visitors."""
    _fine[drawn.plane] = drawn
    while len(_fine) > KEPT:
        _fine.popitem(last=False)


@lru_cache(maxsize=KEPT)
def border(plane: Plane, I: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return by how much [nA] the current exceeds the rheobase over the plane: x, y, and the excess (ny, nx)."""
    x, y = axis_values(plane.x_span, LIVE[0]), axis_values(plane.y_span, LIVE[1])
    at = dict(zip((plane.x, plane.y), np.meshgrid(x, y), strict=True))
    p = plane.neuron._replace(**{name: at[name] for name in at if name in Numbers._fields})
    return x, y, np.broadcast_to(at.get("I", I) - rheobases(p), (y.size, x.size))


def run(choice: Snapshot, asked: bool) -> Iterator[MapStudy]:
    """Yield the map, coarse and then fine, with the sentence of the tab."""
    plane = plane_of(choice)
    note = note_on_map(choice, plane)
    best: MapValues | None = None
    if plane not in _fine:
        for shape in stairs(plane):
            for finer in in_turns(plane, shape):
                best = finer or best
                yield MapStudy(best, joined([note, say("Finer ones follow.")]))
    if best is not None:
        keep_map(best)
    yield MapStudy(best or _fine.get(plane), note)


def stairs(plane: Plane) -> tuple[tuple[int, int], ...]:
    """Return of how many points (across, up) a map is at first, and then."""
    return (LIVE, FINE) if QUESTIONS[plane.of].quick else STAIRS


def finest(plane: Plane) -> tuple[int, int]:
    """Return of how many points (across, up) a map is in the end."""
    return stairs(plane)[-1]


def in_turns(plane: Plane, shape: tuple[int, int]) -> Iterator[MapValues | None]:
    """Yield None at the end of every turn, and at last the map of this many points."""
    end, values = time.monotonic() + TURN, np.zeros(0)
    for values in map_rows(plane, shape):  # noqa: B007 - the last ones are those of the whole map
        if time.monotonic() > end:
            yield None
            end = time.monotonic() + TURN
    yield MapValues(plane, values)


def note_on_map(choice: Snapshot, plane: Plane) -> str:
    """Return the sentence of the tab: what is shown, and what does not matter."""
    said = say("Exact. Dashed: rheobase. Drag ◆, or click a neuron of the map.")
    idle = [name for name in (plane.x, plane.y) if name not in mattering(plane)]
    if idle:
        what = within(members(choice.kind)[idle[0]].param[idle[0]])
        said = joined([say("It does not depend on the {input}.", input=what), said])
    if choice.tau_noise > 0 and QUESTIONS[plane.of].measure in NOISY:
        said = joined([say("For white noise."), said])
    return said if "I" in (plane.x, plane.y) or plane.of == "rheobase" else asked_for(choice, said)
