"""How large things are for a neuron: defaults, ranges and steps of its inputs follow the preset.

Between neurons of the literature currents differ by decades. What is declared is right for the first preset; for
another one currents are taken in the same measure, its rheobase, and rounded.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import param
from scipy.optimize import brentq

from model import theory
from model.parameters import ExpIFParameters, Numbers
from model.presets import PRESETS
from model.stimuli import KINDS, Pulses, WhiteNoise

FIRST = next(iter(PRESETS))
MARGIN = 10.0  # mV to both sides of a preset's potential, at least
COARSE = 0.3  # of a decade; a step is the power of ten below the scaled one, or this close above


class Scale(NamedTuple):
    """Where an input stands at first, what its slider covers, and how far one step goes."""

    default: Any
    low: float
    high: float
    step: float


def follows(owner: type[param.Parameterized], name: str) -> bool:
    """Whether an input follows the preset: the values of the neuron do, and the currents."""
    return owner is ExpIFParameters or (owner in KINDS.values() and "nA" in getattr(owner.param[name], "unit", ""))


def default(owner: type[param.Parameterized], name: str, preset: str = FIRST) -> Any:
    """Return where an input stands when nothing is chosen but this preset."""
    return scale(owner, name, preset).default if follows(owner, name) else owner.param[name].default


@cache
def scale(owner: type[param.Parameterized], name: str, preset: str = FIRST) -> Scale:
    """Return the scale of a number among the inputs."""
    declared = owner.param[name]
    low, high = (float(each) for each in declared.get_soft_bounds())
    plain = Scale(declared.default, low, high, declared.step or 1)
    if preset == FIRST or not follows(owner, name):
        return plain
    if owner is not ExpIFParameters:
        times = factor(owner, name, preset)
        there = scaled(plain, times, 0.0)
        return there._replace(default=in_whole_steps(declared.default * times, there.step))
    value = getattr(PRESETS[preset].neuron, name)
    if name == "R":
        return scaled(plain, value / declared.default, value)
    if declared.unit != "mV" or name == "delta_T":
        return plain._replace(default=value, low=min(low, value), high=max(high, value))
    low, high = min(low, tens(value - MARGIN, math.floor)), max(high, tens(value + MARGIN, math.ceil))
    return plain._replace(default=value, low=low, high=high)


def scaled(plain: Scale, factor: float, value: float) -> Scale:
    """Return a scale that is so many times as large, in round numbers, with another default."""
    step = 10.0 ** math.floor(math.log10(plain.step * factor) + COARSE)
    low = max(step, step * math.floor(plain.low * factor / step)) if plain.low else 0.0
    return Scale(value, round(low, 12), nice(plain.high * factor), round(step, 12))


@cache
def factor(owner: type[param.Parameterized], name: str, preset: str) -> float:
    """Return by how much a current is larger than for the first preset."""
    there, first = PRESETS[preset].neuron, PRESETS[FIRST].neuron
    if owner is Pulses and name == "I":
        width = owner.param["width"].default
        return pulse(there, width) / pulse(first, width)
    times = theory.rheobase(there) / theory.rheobase(first)
    return times * math.sqrt(there.tau / first.tau) if owner is WhiteNoise and name == "I_noise" else times


def pulse(neuron: Numbers, width: float) -> float:
    """Return the least pulse [nA] of this width [ms] that makes a resting neuron fire.

    At its end V is where the neuron, left alone, would neither fall back nor fire: at the unstable fixed point.
    """
    rest, brink = (float(each) for each in theory.fixed_points(neuron, 0.0))
    to_brink = neuron._replace(V_th=brink, V_reset=rest - 1.0)  # only the way up matters
    least, most = theory.rheobase(neuron), 1e4
    return float(brentq(lambda I: min(float(theory.latency(to_brink, I, rest)), most) - width, least, most))


def in_whole_steps(value: float, step: float) -> float:
    """Return a value or a little more, in whole steps: so much current does at least what the exact one does."""
    return round(step * math.ceil(value / step - 1e-9), 12)


def tens(value: float, way: Any) -> float:
    """Return the ten below or above a value."""
    return float(10 * way(value / 10))


def nice(value: float) -> float:
    """Return the next round number at or above a positive value: axes that mostly stand still while one drags.

    It stays within the numbers that a plot can show: 1e-307 for smaller values, 1e307 for larger ones.
    """
    value = min(max(value, 1e-307), 1e307)  # below, a power of ten is 0; above, the next round number is infinite
    power = 10.0 ** math.floor(math.log10(value))
    return float(next(power * step for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if power * step >= value * (1 - 1e-9)))
