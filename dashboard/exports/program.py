"""A program that makes a run again, with the same spike times, and draws it: as a script and as a notebook.

It is written from the declarations. Of the neuron only what differs from the defaults is named; the current and the run
are named in full, for they matter.
"""

from __future__ import annotations

import json
import textwrap
from typing import Any, NamedTuple

import numpy as np

from dashboard.costs import affordable, steps_per_ms
from dashboard.curve import POINTS, curve, key_of
from dashboard.session import Snapshot, as_declared
from model import __version__
from model.parameters import ExpIFParameters, Numbers
from model.runs.expectation import highest_rate
from model.stimuli import KINDS, NOISY, Points

DURATION, WITH_NOISE, NEURONS = 1000.0, 17, 40  # ms behind each simulated point; points and neurons under noise
PATIENCE = 100.0  # times as much as a part of a study on the page, that a program may compute for its f-I curve
WIDTH = 100  # characters of a line


class Cell(NamedTuple):
    """A part of the program: what it is about, and the code."""

    about: str
    code: str


def program_parts(choice: Snapshot, link: str = "") -> list[Cell]:
    """Return the program in parts; the last one makes `figure`.

    Parameters
    ----------
    choice : Snapshot
        What was chosen.
    link : str
        The address of the page that showed it, "" where there is none.
    """
    shown = [
        f"The exponential integrate-and-fire (ExpIF) neuron, as the page showed it with expif-dashboard {__version__}."
    ]
    shown += ["Needs that package, and draws with HoloViews."] + ([f"The page: <{link}>"] if link else [])
    run = [
        neuron_code(choice),
        current_code(choice),
        run_code(choice),
        'print(f"{trace.spikes.size} spikes, in ms:", trace.spikes)',
    ]
    names = [name for name in ("ExpIFParameters", "fi_curve", "simulate", "stimuli", "theory") if uses(choice, name)]
    imports = ["import holoviews as hv", "import numpy as np", "", f"from model import {', '.join(names)}"]
    return [
        Cell("\n\n".join(shown), "\n".join(imports)),
        Cell("The run. Times are in ms, potentials in mV, currents in nA, resistances in MOhm; what is not named of "
             "the neuron has its default.", "\n".join(run)),
        Cell("The membrane potential, with every spike drawn up to V_th, and the current.", TRACE),
        Cell("How fast V changes at each V, at the mean current from the first spike to the last.", PHASE),
        Cell("The f-I curve: exact as a line, simulated as points; the diamond is this run.", curve_code(choice)),
        Cell("All of it.", FIGURE),
    ]  # fmt: skip


def script(choice: Snapshot, link: str = "") -> str:
    """Return the program as a script, which saves its figure as a page of its own."""
    first, *rest = program_parts(choice, link)
    about = "\n".join(
        textwrap.fill(each, WIDTH, break_long_words=False, break_on_hyphens=False) + "\n"
        for each in first.about.split("\n\n")
    )
    blocks = [f'"""{about}"""\n\nfrom bokeh.io import save\nfrom bokeh.resources import INLINE\n{first.code}\n']
    for part in rest:
        comment = textwrap.fill(part.about, WIDTH - 2)
        blocks.append(textwrap.indent(comment, "# ") + f"\n{part.code}\n")
    return "\n".join([*blocks, SAVED])


def notebook(choice: Snapshot, link: str = "") -> str:
    """Return the program as a notebook, which shows its figure."""
    import nbformat.v4 as nb  # here, for it takes a third of a second that no visitor need wait for

    cells = []
    for number, part in enumerate(program_parts(choice, link)):
        about = part.about if number else f"# How a neuron fires\n\n{part.about}"
        cells += [nb.new_markdown_cell(about, id=f"about-{number}"), nb.new_code_cell(part.code, id=f"code-{number}")]
    cells.append(nb.new_code_cell("figure", id="figure"))
    kernel = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    return nb.writes(nb.new_notebook(cells=cells, metadata=kernel)) + "\n"


def neuron_code(choice: Snapshot) -> str:
    """Return the line that makes the neuron."""
    usual = {name: ExpIFParameters.param[name].default for name in Numbers._fields}
    differs = [f"{name}={value!r}" for name, value in choice.neuron._asdict().items() if value != usual[name]]
    return f"p = ExpIFParameters({', '.join(differs)})"


def current_code(choice: Snapshot) -> str:
    """Return the lines that make the current."""
    values, shape = dict(choice.stimulus), KINDS[choice.kind]
    drawn = values.pop("drawn", None)
    values = {name: as_declared(shape, name, value) for name, value in values.items()}
    if choice.kind == "constant":
        return f"current = {values['I']!r}"
    named = [f"{name}={value!r}" for name, value in values.items()]
    made = f"current = stimuli.{shape.__name__}("
    if not isinstance(drawn, Points):
        return f"{made}{', '.join(named)})"
    lists = [number_list(each.tolist()) for each in (drawn.times, drawn.currents)]
    return "\n".join([made, *(f"{each}," for each in lists), f"    {', '.join(named)},", ")"])


def number_list(values: list[float]) -> str:
    """Return a list of numbers in lines of a readable length."""
    return textwrap.fill(f"[{', '.join(map(repr, values))}]", WIDTH, initial_indent="    ", subsequent_indent="     ")


def run_code(choice: Snapshot) -> str:
    """Return the lines that make the run: with the seed where there is noise."""
    noise = [f"sigma={choice.sigma!r}"] if choice.sigma > 0 else []
    noise += [f"tau_noise={choice.tau_noise!r}"] if choice.sigma > 0 and choice.tau_noise > 0 else []
    noise += [f"seed={choice.seed!r}"] if choice.sigma > 0 or choice.kind in NOISY else []
    settings = [f"duration={choice.duration!r}", f"dt={choice.dt!r}", f"method={quoted(choice.method)}", *noise]
    return f"trace = simulate(p, current, {', '.join(settings)})"


def quoted(value: Any) -> str:
    """Return a value as code, a text in double quotes."""
    return json.dumps(value) if isinstance(value, str) else repr(value)


def uses(choice: Snapshot, name: str) -> bool:
    """Whether the program needs this name of `model`."""
    if name == "stimuli":
        return choice.kind != "constant"
    return (
        name in ("ExpIFParameters", "simulate") or f"{name}." in curve_code(choice) or f"{name}(" in curve_code(choice)
    )


def curve_code(choice: Snapshot) -> str:
    """Return the lines that draw the f-I curve: what of it there is, and can be computed in a reasonable time."""
    key, shown = key_of(choice), curve(key_of(choice))
    low, high = key.span
    lines = [
        'at_I, at_rate = hv.Dimension("fi_I", label="I", unit="nA"), hv.Dimension("rate", unit="Hz")',
        "curves = []",
    ]
    if shown.currents.size:
        rate = (
            f"theory.stationary_rate(p, currents, {choice.sigma!r})"
            if choice.sigma > 0
            else "theory.firing_rate(p, currents)"
        )
        lines += [
            f"currents = np.linspace({low!r}, {high!r}, 200)",
            f'curves.append(hv.Curve((currents, {rate}), at_I, at_rate, label="exact").opts(color="black"))',
        ]
    if simulated := points_code(choice, low, high):
        lines += simulated
    lines += [
        "if trace.spikes.size > 1:",
        "    rate = 1000.0 / np.diff(trace.spikes).mean()",
        "else:",
        "    rate = 0.0",
        'this_run = hv.Scatter([(I, rate)], at_I, at_rate, label="this run")',
        'curves.append(this_run.opts(color="#D55E00", marker="diamond", size=12))',
        'f_I = hv.Overlay(curves).opts(legend_position="top_left")',
    ]
    return "\n".join(lines)


def points_code(choice: Snapshot, low: float, high: float) -> list[str]:
    """Return the lines that simulate points of the f-I curve; none where that would take long."""
    noisy = choice.sigma > 0
    count, neurons = (WITH_NOISE, NEURONS) if noisy else (POINTS, 1)
    tau_noise = choice.tau_noise if noisy else 0.0
    try:
        rates = highest_rate(choice.neuron, np.linspace(low, high, count), choice.sigma)
        cost = steps_per_ms(choice.neuron, choice.dt, choice.method, choice.sigma, tau_noise)
        if PATIENCE * affordable(cost, rates, neurons) < DURATION:
            return []
    except ValueError:
        return []
    more: list[tuple[str, Any]] = [("duration", DURATION), ("dt", choice.dt), ("method", choice.method)]
    if noisy:
        more += [("sigma", choice.sigma), *([("tau_noise", tau_noise)] if tau_noise else [])]
        more += [("neurons", neurons), ("seed", choice.seed)]
    named = ", ".join(f"{name}={quoted(value)}" for name, value in more)
    lines = [
        f"simulated = fi_curve(p, np.linspace({low!r}, {high!r}, {count}), {named})",
        'points = hv.Scatter((simulated.currents, simulated.rates), at_I, at_rate, label="simulated")',
        'curves.append(points.opts(color="#E69F00", size=6))',
    ]
    if noisy:
        lines += [
            'errors = hv.ErrorBars((simulated.currents, simulated.rates, simulated.errors), at_I, [at_rate, "error"])',
            "curves.append(errors)",
        ]
    return lines


SAVED = """\
save(hv.render(figure), "neuron.html", resources=INLINE, title="How a neuron fires")
print("The figure is in neuron.html.")
"""

TRACE = """\
hv.extension("bokeh")
t, V = hv.Dimension("t", label="time", unit="ms"), hv.Dimension("V", unit="mV")
low, high = np.full(trace.spikes.size, p.V_reset), np.full(trace.spikes.size, p.V_th)
voltage = (
    hv.Curve((trace.t, trace.V), t, V).opts(color="#0072B2")
    * hv.Segments((trace.spikes, low, trace.spikes, high), [t, V, "t_end", "V_end"]).opts(color="#0072B2")
    * hv.Scatter((trace.spikes, high), t, V).opts(color="#D55E00", marker="inverted_triangle", size=7)
    * hv.HLines([p.V_th, p.V_T]).opts(color="black", line_dash="dashed", line_width=1)
)
flowing = hv.Curve((trace.t, trace.I), t, hv.Dimension("I", unit="nA")).opts(color="#009E73")"""

PHASE = """\
if trace.spikes.size > 1:
    I = trace.I[(trace.t >= trace.spikes[0]) & (trace.t < trace.spikes[-1])].mean()
else:
    I = trace.I.mean()
span = np.linspace(min(trace.V.min(), p.V_rest, p.V_reset) - 5.0, max(p.V_th, p.V_T) + 2.0, 300)
upswing = p.delta_T * np.exp(np.minimum((span - p.V_T) / p.delta_T, 100.0))
slopes = (p.V_rest - span + upswing + p.R * I) / p.tau
depth = max(abs(slopes.min()), 0.5 * abs(slopes[0]), 0.5)
at_V, dV = hv.Dimension("at_V", label="V", unit="mV"), hv.Dimension("dV", label="dV/dt", unit="mV/ms")
line = hv.Curve((span, slopes), at_V, dV)
phase = line.opts(color="#0072B2", ylim=(-depth, 2.0 * depth)) * hv.HLine(0.0).opts(color="black", line_width=1)"""

FIGURE = """\
size = hv.opts.Overlay(width=560, height=300, show_grid=True), hv.opts.Curve(width=560, height=300, show_grid=True)
figure = hv.Layout([voltage, phase, flowing, f_I]).cols(2).opts(*size)"""
