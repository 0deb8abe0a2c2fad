"""The integration schemes by name."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from model.integrators.runge_kutta import TABLEAUS, amplification, longest_stable_step
from model.integrators.scheme import WEIGHTS, OnGrid
from model.integrators.schemes import ON_GRID, STEPS
from model.kernels.layout import STRANG, Scheme
from model.quantity import shorten
from model.sentences import say

REMEMBERED = 512  # steps that were checked: the same are asked for again and again


def _numbered(scheme: OnGrid) -> Scheme:
    """Return a scheme as the compiled loops take it: its number, its stages, its weights filled up to `WEIGHTS`."""
    weights = np.zeros(WEIGHTS)
    weights[: len(scheme.weights)] = scheme.weights
    return Scheme(STEPS.index((scheme.kind, scheme.constants, scheme.step)), scheme.stages, weights)


SCHEMES = {
    **{name: _numbered(scheme) for name, scheme in ON_GRID.items()},
    "strang": Scheme(STRANG, 1, np.zeros(WEIGHTS)),
}
ALIASES = {"exp_euler": "exponential_euler"}


def checked_method(method: Any) -> str:
    """Return the name of a scheme in its one spelling, or raise ValueError with the names that there are."""
    name = ALIASES.get(method, method) if isinstance(method, str) else None
    if name not in SCHEMES:
        raise ValueError(say(
            "method must be one of {all}; {given} was given.",
            all=", ".join([*SCHEMES, *ALIASES]), given=shorten(method),
        ))  # fmt: skip
    return name


@lru_cache(REMEMBERED)
def _grows(method: str, h: float) -> bool:
    """Return whether the leak alone grows in steps of h membrane time constants."""
    return method in TABLEAUS and abs(amplification(TABLEAUS[method], h)) > 1.0 + 1e-9


def check_stable(method: str, dt: float, tau: float) -> None:
    """Raise ValueError where a step dt [ms] is so long that the scheme's numbers grow while the membrane decays."""
    if _grows(method, float(dt / tau)):
        longest = longest_stable_step(TABLEAUS[method]) * tau
        raise ValueError(say(
            "dt = {dt:g} ms is too long for {method} with tau = {tau:g} ms: the leak alone would grow without end. "
            "Choose a dt of at most {most:.3g} ms, or a method that takes any step (exponential_euler, strang).",
            dt=dt, method=method, tau=tau, most=longest,
        ))  # fmt: skip
