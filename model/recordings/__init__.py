"""From a recording to the neuron: V(t) and the injected I(t) in, the ExpIF neuron with intervals and doubts out."""

from model.recordings.fitting import fit_recording
from model.recordings.results import Diagnostics, DynamicIV, Interval, Intervals, RecordingFit
from model.recordings.validation import Validation, validate

__all__ = [
    "Diagnostics", "DynamicIV", "Interval", "Intervals", "RecordingFit", "Validation", "fit_recording",
    "validate",
]  # fmt: skip
