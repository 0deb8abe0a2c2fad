"""From a recording to the neuron: V(t) and the injected I(t) in, the ExpIF neuron with intervals and doubts out."""

from model.recordings.demo import demo_neuron, demo_recording
from model.recordings.fitting import fit_recording
from model.recordings.reading import Recording, read_recording
from model.recordings.results import Diagnostics, DynamicIV, FitIntervals, Interval, RecordingFit
from model.recordings.validation import Validation, validate

__all__ = [
    "Diagnostics",
    "DynamicIV",
    "FitIntervals",
    "Interval",
    "Recording",
    "RecordingFit",
    "Validation",
    "demo_neuron",
    "demo_recording",
    "fit_recording",
    "read_recording",
    "validate",
]  # fmt: skip
