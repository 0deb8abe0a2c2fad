"""Exact results for the ExpIF neuron, to be drawn beside the simulation."""

from model.theory.branches import Bistable, Branches, bistable_range, branches
from model.theory.deterministic import (
    FixedPoints,
    firing_rate,
    fixed_points,
    latency,
    period,
    regular_density,
    rheobase,
)
from model.theory.diffusion import cv, density, stationary_rate
from model.theory.interval import isi_density, isi_distribution
from model.theory.phase import phase_response
from model.theory.pulse import smallest_pulse
from model.theory.response import spectrum, susceptibility

__all__ = [
    "Bistable",
    "Branches",
    "FixedPoints",
    "bistable_range",
    "branches",
    "cv",
    "density",
    "firing_rate",
    "fixed_points",
    "isi_density",
    "isi_distribution",
    "latency",
    "period",
    "phase_response",
    "regular_density",
    "rheobase",
    "smallest_pulse",
    "spectrum",
    "stationary_rate",
    "susceptibility",
]
