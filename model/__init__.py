"""The exponential integrate-and-fire neuron: parameters, simulation, exact theory."""

from model import theory
from model.group import ExpIF
from model.parameters import ExpIFParameters
from model.simulate import fi_curve, simulate

__all__ = ["ExpIF", "ExpIFParameters", "fi_curve", "simulate", "theory"]
