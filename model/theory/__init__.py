"""Exact results for the ExpIF neuron, to be drawn beside the simulation."""

from model.theory.deterministic import FixedPoints, firing_rate, fixed_points, latency, period, rheobase
from model.theory.flow import flow
from model.theory.diffusion import cv, density, stationary_rate

__all__ = [
    "FixedPoints",
    "cv",
    "density",
    "firing_rate",
    "fixed_points",
    "flow",
    "latency",
    "period",
    "rheobase",
    "stationary_rate",
]
