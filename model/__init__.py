"""The exponential integrate-and-fire neuron: parameters, simulation, exact theory.

A name is loaded when it is first asked for: whoever wants the sentences only, as a server does while it begins, need
not wait for all of the rest.
"""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model import experiments, maps, presets, recordings, spikes, stimuli, theory
    from model.group import ExpIF
    from model.parameters import ExpIFParameters, Numbers
    from model.run_settings import METHODS, RunSettings
    from model.runs.budget import LIBRARY, Budget
    from model.runs.curve import FICurve, fi_curve
    from model.runs.moment import Moment
    from model.runs.trace import Trace, simulate
    from model.runs.trains import SpikeTrains, spike_trains

try:
    __version__ = version("expif-dashboard")
except PackageNotFoundError:  # the folder is used where it lies, without having been installed
    __version__ = "0.2.0"

__all__ = [
    "LIBRARY", "METHODS", "Budget", "ExpIF", "ExpIFParameters", "FICurve", "Moment", "Numbers", "RunSettings",
    "SpikeTrains", "Trace", "__version__", "experiments", "fi_curve", "maps", "presets", "recordings", "simulate",
    "spike_trains", "spikes", "stimuli", "theory",
]  # fmt: skip
_AT = {
    "ExpIF": "group", "ExpIFParameters": "parameters", "Numbers": "parameters", "METHODS": "run_settings",
    "RunSettings": "run_settings", "LIBRARY": "runs.budget", "Budget": "runs.budget", "FICurve": "runs.curve",
    "fi_curve": "runs.curve", "Moment": "runs.moment", "Trace": "runs.trace", "simulate": "runs.trace",
    "SpikeTrains": "runs.trains", "spike_trains": "runs.trains",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name, or a module of this package."""
    if name in _AT:
        found = getattr(import_module(f"model.{_AT[name]}"), name)
    elif name.startswith("_"):
        raise AttributeError(f"module 'model' has no attribute {name!r}")
    else:
        try:
            found = import_module(f"model.{name}")
        except ModuleNotFoundError as missing:
            if missing.name != f"model.{name}":
                raise
            raise AttributeError(f"module 'model' has no attribute {name!r}") from None
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
