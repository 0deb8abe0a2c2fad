"""A script that fits a recording again: the file with this hash, with these settings, and no other file."""

from __future__ import annotations

import re
import textwrap
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from dashboard.exports.program import WIDTH, quoted
from dashboard.studies.recording import FITTED, SEED, SHORTEST_REST, WINDOW
from dashboard.studies.settings import LONGEST, Settings
from model import __version__
from model.sentences import say

CHECKSUM = re.compile("[0-9a-f]{64}")


class Recorded(NamedTuple):
    """Which recording was fitted, and how: what a link says of it. Without a checksum it is the demo."""

    name: str
    checksum: str
    settings: Settings

    @classmethod
    def read(cls, text: str) -> Recorded:
        """Return what the text of a link says.

        Raises
        ------
        ValueError
            In a sentence, if it names no recording, or a setting is not allowed.
        """
        asked = {name: values[-1] for name, values in parse_qs(text, max_num_fields=20).items()}
        name, checksum = asked.get("name", "recording")[:LONGEST], asked.get("checksum", "")
        if asked.get("demo") == "1":
            return cls("demo", "", Settings.read(asked))
        if not CHECKSUM.fullmatch(checksum):
            raise ValueError(say("A recording is named by the SHA-256 hash of its file; this names none."))
        return cls(name, checksum, Settings.read(asked))


def fit_script(recorded: Recorded, link: str = "") -> str:
    """Return the program as a script."""
    about = [f"The neuron that a recording shows, as the page fitted it with expif-dashboard {__version__}."]
    about += ["Needs that package, and draws with HoloViews. Run it beside the file, or name the file behind it."]
    about += [f"The page: <{link}>"] if link else []
    filled = "\n\n".join(textwrap.fill(each, WIDTH, break_long_words=False, break_on_hyphens=False) for each in about)
    parts = [f'"""{filled}\n"""', IMPORTS, _reading_code(recorded), _fitting_code(recorded.settings), SHOWN]
    return "\n\n".join(parts)


def _reading_code(recorded: Recorded) -> str:
    """Return the lines that read the file, and refuse another one."""
    if not recorded.checksum:
        return "recording = recordings.demo_recording()  # made by a simulation, not measured"
    reading = "".join(f", {name}={_literal(value)}" for name, value in recorded.settings.reading().items())
    return CHECKED.format(
        name=quoted(recorded.name), checksum=quoted(recorded.checksum), reading=reading
    )  # fmt: skip


def _fitting_code(settings: Settings) -> str:
    """Return the lines that fit, and predict what was not fitted."""
    fitting = "".join(f", {name}={_literal(value)}" for name, value in settings.fitting().items())
    return FITTING.format(fitted=FITTED, rest=SHORTEST_REST, seed=SEED, window=WINDOW, fitting=fitting)


def _literal(value: Any) -> str:
    """Return a value as code."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(name)}: {quoted(each)}" for name, each in value.items()) + "}"
    return quoted(value)


IMPORTS = """\
import hashlib
import sys
from pathlib import Path

import holoviews as hv
from bokeh.io import save
from bokeh.resources import INLINE

from model import recordings"""

CHECKED = """\
FILE = Path(sys.argv[1] if len(sys.argv) > 1 else {name})
CHECKSUM = {checksum}
found = hashlib.sha256(FILE.read_bytes()).hexdigest()
if found != CHECKSUM:
    sys.exit(f"{{FILE}} is another file than the one that was fitted: its SHA-256 hash is {{found}}.")
recording = recordings.read_recording(FILE{reading})"""

FITTING = """\
V, I, dt = recording.V, recording.I, recording.dt
start = int({fitted!r} * V.size)  # the rest is predicted; a recording that is too short for that is fitted whole
start = start if (V.size - start) * dt >= {rest!r} else 0
until = start or V.size
fit = recordings.fit_recording(V[:until], I[:until], dt, seed={seed!r}{fitting})
checked = recordings.validate(fit, V[start:], I[start:], dt, {window!r})"""

SHOWN = """\
for name in recordings.FitIntervals._fields:
    low, high = getattr(fit.intervals, name)
    value = getattr(fit, name, None) if name in ("C", "electrode") else getattr(fit.parameters, name)
    print(f"{name}: {value:.6g} (95 %: {low:.6g} to {high:.6g})")
print(*fit.sentences, sep="\\n")
print(f"Gamma {checked.coincidence:.3f}, {checked.rate:.4g} Hz predicted, {checked.recorded_rate:.4g} Hz recorded")

hv.extension("bokeh")
at_V, dV = hv.Dimension("V", unit="mV"), hv.Dimension("dV", label="dV/dt", unit="mV/ms")
curve = fit.curve
figure = (
    hv.Curve((curve.V, curve.fitted), at_V, dV, label="fitted").opts(color="#0072B2")
    * hv.ErrorBars((curve.V, curve.F, curve.error), at_V, [dV, "error"])
    * hv.Scatter((curve.V, curve.F), at_V, dV, label="recorded").opts(color="#E69F00", size=6)
).opts(width=640, height=400, show_grid=True, title="Dynamic I-V curve")
save(hv.render(figure), "fit.html", resources=INLINE, title="From a recording to the neuron")
print("The figure is in fit.html.")
"""
