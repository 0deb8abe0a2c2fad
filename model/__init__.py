"""The exponential integrate-and-fire neuron: parameters, simulation, exact theory."""

from importlib.metadata import PackageNotFoundError, version

from model import experiments, recordings, spikes, stimuli, theory
from model.group import ExpIF
from model.parameters import ExpIFParameters, Numbers
from model.run_settings import METHODS, RunSettings
from model.runs.budget import LIBRARY, Budget
from model.runs.curve import FICurve, fi_curve
from model.runs.trace import Trace, simulate
from model.runs.trains import SpikeTrains, spike_trains

try:
    __version__ = version("expif-dashboard")
except PackageNotFoundError:  # the folder is used where it lies, without having been installed
    __version__ = "0.2.0"

__all__ = [
    "LIBRARY", "METHODS", "Budget", "ExpIF", "ExpIFParameters", "FICurve", "Numbers", "RunSettings", "SpikeTrains",
    "Trace", "__version__", "experiments", "fi_curve", "recordings", "simulate", "spike_trains", "spikes", "stimuli",
    "theory",
]  # fmt: skip
