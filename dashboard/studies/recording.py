"""From a recording to the neuron, as the tab shows it: read, fitted on one part, predicted on the rest, said in words.

What is computed here is computed in a process of its own (`dashboard.serving.worker`), and travels from there as JSON.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dashboard.scales import scale
from dashboard.studies.settings import Settings
from model.parameters import ExpIFParameters, Numbers
from model.presets import PRESETS
from model.recordings import (
    Recording,
    RecordingFit,
    Validation,
    demo_recording,
    fit_recording,
    read_recording,
    validate,
)
from model.recordings.checks import PASSES, checked_recording
from model.runs.budget import LIBRARY
from model.sentences import count, joined, listed, say

if TYPE_CHECKING:
    from dashboard.session import Snapshot

SEED = 1  # so that the same file and settings give the same intervals
FITTED = 0.75  # of a recording; the rest is predicted
SHORTEST_REST = 2000.0  # ms; of a shorter rest nothing can be said, so all is fitted and predicted
WINDOW = 2.0  # ms between coincident spikes
MOST_SAMPLES = 1_500_000  # 75 s at 20 kHz
BUDGET = LIBRARY._replace(neuron_steps=PASSES * MOST_SAMPLES)
LINE = 16_000  # points of V that are drawn, of all of the recording
SEEN = 1000.0  # ms that are seen at first
FLOWS = 500.0  # ms of the current that become the stimulus
DRAWN = 1800  # points of it
UNITS = {"V_rest": "mV", "V_reset": "mV", "V_T": "mV", "delta_T": "mV", "R": "MOhm", "tau": "ms", "tau_ref": "ms",
         "C": "nF", "electrode": "MOhm"}  # fmt: skip

Progress = Callable[[float, str], None]


class Waiting(NamedTuple):
    """The sentence of the tab, before there is a recording and behind it."""

    note: str


def run(choice: Snapshot, asked: bool) -> Iterator[Waiting]:
    """Yield the sentence of the tab: a recording is fitted when somebody brings one."""
    yield Waiting(say("Bring V(t) and the current that was injected: here is the neuron that it shows."))


class FittedRecording(NamedTuple):
    """A recording and the neuron that it shows.

    Attributes
    ----------
    t, V : ndarray
        The recording, thinned to be drawn [ms, mV].
    recorded, predicted : ndarray
        Spikes [ms]; predicted are those of the part that was not fitted.
    curve_V, curve_F, curve_error, line_V, line_F : ndarray
        The dynamic I-V points with standard errors, and the fitted curve [mV, mV/ms].
    seen : tuple
        The times that are seen at first [ms].
    told : mapping
        All that is said in words and numbers beside the plots.
    """

    t: np.ndarray
    V: np.ndarray
    recorded: np.ndarray
    predicted: np.ndarray
    curve_V: np.ndarray
    curve_F: np.ndarray
    curve_error: np.ndarray
    line_V: np.ndarray
    line_F: np.ndarray
    seen: tuple[float, float]
    told: Mapping[str, Any]

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> FittedRecording:
        """Return what came from another process."""
        arrays = {name: np.asarray(data[name], dtype=float) for name in cls._fields[:-2]}
        start, end = (float(each) for each in data["seen"])
        return cls(**arrays, seen=(start, end), told=data["told"])

    def as_json(self) -> dict[str, Any]:
        """Return it as lists, numbers and texts."""
        lists = {name: getattr(self, name).round(6).tolist() for name in self._fields[:-2]}
        return {**lists, "seen": list(self.seen), "told": dict(self.told)}


def recording_of(path: Path | None, settings: Settings) -> Recording:
    """Return the recording of a file, or the demo where there is none."""
    return demo_recording() if path is None else read_recording(path, **settings.reading())


def fitted(recording: Recording, name: str, settings: Settings, tell: Progress) -> FittedRecording:
    """Fit a recording, predict what was not fitted, and put into words and columns what came out."""
    V, I, dt = checked_recording(recording.V, recording.I, recording.dt, BUDGET)
    start = parted(V.size, dt)
    until = start or V.size
    fit = fit_recording(V[:until], I[:until], dt, seed=SEED, progress=lambda done, what: tell(0.9 * done, what),
                        budget=BUDGET, **settings.fitting())  # fmt: skip
    tell(0.95, say("predicting spikes"))
    checked = validate(fit, V[start:], I[start:], dt, WINDOW, budget=BUDGET)
    begin = start * dt
    recorded = np.concatenate([fit.spikes, checked.recorded + begin]) if start else fit.spikes
    t, shown = samples_to_draw(V, dt)
    seen = (begin, min(begin + SEEN, V.size * dt))
    told = {
        "name": name, "checksum": recording.checksum, "channels": list(recording.channels),
        "taken": list(recording.taken), "units": list(recording.units), "dt": float(dt),
        "summary": summary(recording, recorded.size), "prediction": prediction(checked, begin, V.size * dt),
        "rows": rows(fit, settings), "sentences": list(fit.sentences), "use": usable(fit, I, dt, start),
    }  # fmt: skip
    line = np.linspace(fit.curve.V[0], fit.curve.V[-1], 200)
    return FittedRecording(
        t, shown, recorded, checked.predicted + begin, fit.curve.V, fit.curve.F, fit.curve.error, line,
        fitted_drift(fit, line), seen, told,
    )  # fmt: skip


def parted(size: int, dt: float) -> int:
    """Return the sample from which on a recording is predicted and not fitted; 0 where it is too short for that."""
    start = int(FITTED * size)
    return start if (size - start) * dt >= SHORTEST_REST else 0


def fitted_drift(fit: RecordingFit, V: np.ndarray) -> np.ndarray:
    """Return dV/dt [mV/ms] of the fitted neuron without a current."""
    p = fit.parameters
    return (p.V_rest - V + p.delta_T * np.exp(np.minimum((V - p.V_T) / p.delta_T, 50.0))) / p.tau


def samples_to_draw(V: np.ndarray, dt: float) -> tuple[np.ndarray, np.ndarray]:
    """Return times [ms] and V [mV] with the lowest and the highest sample of each stretch."""
    stretch = -(-2 * V.size // LINE)
    whole = V.size - V.size % stretch
    parts = V[:whole].reshape(-1, stretch)
    ends = np.sort(np.stack([parts.argmin(axis=1), parts.argmax(axis=1)], axis=1), axis=1)
    kept = np.unique((np.arange(0, whole, stretch)[:, None] + ends).ravel())
    return kept * dt, V[kept]


def summary(recording: Recording, spikes: int) -> str:
    """Say what was recorded."""
    return count(
        "{length:.3g} s at {rate:.3g} kHz, V is {V} ({unit_V}) and I is {I} ({unit_I}): {number} spike.",
        "{length:.3g} s at {rate:.3g} kHz, V is {V} ({unit_V}) and I is {I} ({unit_I}): {number} spikes.",
        number=spikes, length=recording.V.size * recording.dt / 1000.0, rate=1.0 / recording.dt,
        V=recording.taken[0], I=recording.taken[1], unit_V=recording.units[0], unit_I=recording.units[1],
    )  # fmt: skip


def prediction(checked: Validation, begin: float, end: float) -> str:
    """Say how well the neuron predicts spikes, and of what."""
    of = say("Of the last {length:.3g} s, which were not fitted", length=(end - begin) / 1000.0)
    if not begin:
        of = say("The recording is too short to keep a part of it aside, so of all of it")
    gamma = say("{gamma:.2f}", gamma=checked.coincidence) if np.isfinite(checked.coincidence) else say("unknown")
    return say(
        "{of}: Gamma is {gamma} (1: each spike within {window:g} ms, 0: chance); {rate:.3g} Hz predicted, "
        "{recorded:.3g} Hz recorded.",
        of=of, gamma=gamma, window=WINDOW, rate=checked.rate, recorded=checked.recorded_rate,
    )  # fmt: skip


def rows(fit: RecordingFit, settings: Settings) -> list[dict[str, Any]]:
    """Return the rows of the table: each parameter with its 95 % interval."""
    values = {name: getattr(fit.parameters, name) for name in Numbers._fields if name != "V_th"}
    values |= {"C": fit.C, "electrode": fit.electrode}
    found = []
    for name, unit in UNITS.items():
        low, high = (float(each) for each in getattr(fit.intervals, name))
        given = name == "electrode" and settings.electrode is not None
        known = np.isfinite([low, high]).all() and high > low and not given
        found.append({
            "name": name, "unit": unit, "value": float(values[name]), "low": low if known else None,
            "high": high if known else None, "given": given,
        })  # fmt: skip
    return found


def usable(fit: RecordingFit, I: np.ndarray, dt: float, start: int) -> dict[str, Any]:
    """Return the choices that put the neuron on the sliders, and a part of its current into the stimulus."""
    size = min(int(FLOWS / dt), I.size - start)
    each = -(-size // DRAWN)  # samples in one point
    means = I[start : start + size // each * each].reshape(-1, each).mean(axis=1)
    t = (np.arange(means.size) + 0.5) * each * dt
    points = "_".join(f"{at:.5g}_{value:.5g}" for at, value in zip(t.tolist(), (means + 0.0).tolist(), strict=True))
    neuron = {name: float(f"{value:.4g}") for name, value in fit.parameters.numbers()._asdict().items()}
    begin, end = start * dt, (start + size) * dt
    preset, beyond = sliders_for(neuron)
    said = say(
        "The sliders have the fitted neuron. Its current is the injected one from {begin:g} to {end:g} ms of the "
        "recording, as {points} points: the mean of every {each:g} ms.",
        begin=round(begin, 3), end=round(end, 3), points=means.size, each=round(each * dt, 6),
    )  # fmt: skip
    if beyond:
        names = listed(beyond, "{before} and {last}")
        said = joined([said, say("Beyond the sliders, and so in the number boxes alone: {names}.", names=names)])
    return {"preset": preset, "neuron": neuron, "drawn": points, "duration": round(size * dt, 3), "said": said}


def sliders_for(neuron: Mapping[str, float]) -> tuple[str, list[str]]:
    """Return the preset whose sliders reach most of the values, of several that with the nearest R; and the others."""
    beyond: dict[str, list[str]] = {}
    for preset in PRESETS:
        spans = {name: scale(ExpIFParameters, name, preset) for name in neuron}
        beyond[preset] = [name for name, value in neuron.items() if not spans[name].low <= value <= spans[name].high]
    best = min(PRESETS, key=lambda each: (len(beyond[each]), abs(math.log(neuron["R"] / PRESETS[each].neuron.R))))
    return best, beyond[best]
