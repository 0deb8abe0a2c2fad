"""The neuron group of the documented system, running in compiled code."""

from model.group.expif import ExpIF

__all__ = ["ExpIF"]
