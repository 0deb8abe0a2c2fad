"""The bifurcation diagram: the exact fixed points over one input while the others stay; nothing is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from dashboard.axes import current_range
from dashboard.curve import REMEMBERED
from dashboard.scales import scale
from dashboard.session import Snapshot, members
from dashboard.studies.common import asked_for, main_current
from model import theory
from model.parameters import Numbers
from model.sentences import say
from model.stimuli import CURRENT_BOUNDS
from model.theory import Branches

BELOW = 0.25  # of the currents of the f-I curve: how much more is seen below them, where a neuron may still fire


class Diagram(NamedTuple):
    """The bifurcation diagram: fixed points [mV] over the span of one input, and the present value of that input."""

    over: str
    span: tuple[float, float]
    present: float
    branches: Branches


class Bifurcation(NamedTuple):
    """The sentence of the tab; the lines of the diagram come with every run."""

    note: str


def run(choice: Snapshot, asked: bool) -> Iterator[Bifurcation]:
    """Yield the sentence of the tab once: there is nothing to simulate."""
    unit = members(choice.kind)[choice.over].param[choice.over].unit
    said = say(
        "Fixed points over {over} ({unit}); dashed: unstable; ■ they meet. Shaded: V while firing. Drag the line.",
        over=choice.over, unit=unit,
    )  # fmt: skip
    yield Bifurcation(said if choice.over == "I" else asked_for(choice, said))


def diagram(choice: Snapshot) -> Diagram:
    """Return the bifurcation diagram of these choices."""
    return _cached_diagram(choice.neuron, choice.over, main_current(choice), choice.kind, choice.preset)


@lru_cache(maxsize=REMEMBERED)  # it does not depend on the run
def _cached_diagram(neuron: Numbers, over: str, I: float, kind: str, preset: str) -> Diagram:
    """Return the bifurcation diagram of a neuron over one input, at the current I [nA]."""
    if over == "I":
        low, high = current_range(neuron, I, kind, preset)
        present, span = I, (max(low - BELOW * (high - low), CURRENT_BOUNDS[0]), high)
    else:
        present = float(getattr(neuron, over))
        low, high = scale(members(kind)[over], over, preset)[1:3]
        span = min(low, present), max(high, present)
    return Diagram(over, span, present, theory.branches(neuron, over, *span, I))
