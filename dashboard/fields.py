"""From any declared quantity to what the browser needs to draw its input: label, unit, slider, number box, help."""

from __future__ import annotations

from typing import Any

import param

from dashboard.address import LONGEST_DRAWN
from dashboard.names import label, spoken, symbol
from dashboard.scales import FIRST, follows, scale
from dashboard.session import Group, Owner, Selection, groups, quantities
from model.parameters import ExpIFParameters
from model.points import CLOSEST, CURRENT_BOUNDS, TIME_BOUNDS
from model.presets import PRESETS
from model.quantity import WholeNumber
from model.sentences import term
from model.stimuli import KINDS

MOST_DRAWN = 2000  # points that a page sends: a message has at most 64 KiB


def layouts() -> dict[str, list[dict[str, Any]]]:
    """Return the groups of inputs for every kind of stimulus, as the browser draws them."""
    return {kind: [group_of(group) for group in groups(kind)] for kind in KINDS}


def group_of(group: Group) -> dict[str, Any]:
    """Return a group of inputs as the browser draws it."""
    fields = [describe(owner, name) for owner, name in group.members]
    return {"title": group.title, "folded": group.folded, "tab": group.tab, "fields": fields}


def describe(owner: Owner, name: str) -> dict[str, Any]:
    """Return what the browser needs to draw one input, derived from its declaration."""
    declared = owner.param[name]
    field: dict[str, Any] = {
        "name": name,
        "symbol": symbol(declared),
        "label": label(declared),
        "help": term(declared.doc or ""),
    }
    field |= {"default": declared.default, "of_kind": owner in KINDS.values(), "of_preset": follows(owner, name)}
    field["spoken"] = spoken(declared)
    if isinstance(declared, param.ClassSelector):
        limits = {"most": MOST_DRAWN, "longest": LONGEST_DRAWN, "times": list(TIME_BOUNDS),
                  "currents": list(CURRENT_BOUNDS)}  # fmt: skip
        return {**field, "default": declared.default.text, "drawn": {**limits, "closest": CLOSEST}}
    if isinstance(declared, param.Selector):
        options = list(declared.objects)
        worded = declared.names or (dict(zip(options, options, strict=True)) if owner is Selection else {})
        return {**field, "options": options, "said": [term(each) for each in worded] or options}
    hard_low, hard_high = declared.bounds
    return {
        **field, "unit": declared.unit, "slider": declared.softbounds is not None,
        "hard_low": hard_low, "hard_high": hard_high, **input_span(owner, name),
    }  # fmt: skip


def input_span(owner: Owner, name: str, preset: str = FIRST) -> dict[str, Any]:
    """Return where an input stands at first, what its slider covers, and its steps."""
    default, low, high, step = scale(owner, name, preset)
    fine = step if isinstance(owner.param[name], WholeNumber) else step / 10
    return {"default": default, "low": low, "high": high, "step": step, "fine_step": fine}


def presets() -> dict[str, dict[str, Any]]:
    """Return what the page says of each preset, and what it changes of the inputs."""
    return {key: described(key) for key in PRESETS}


def described(key: str) -> dict[str, Any]:
    """Return what the page says of a preset; of the inputs, what differs from the first one, by kind."""
    preset = PRESETS[key]
    return {
        "name": dict(preset.name), "sure": dict(preset.sure), "remark": dict(preset.remark),
        "source": dict(preset.source), "link": preset.link, "ours": list(preset.ours),
        "neuron": spans(ExpIFParameters, key), "currents": {kind: spans(owner, key) for kind, owner in KINDS.items()},
    }  # fmt: skip


def spans(owner: Owner, key: str) -> dict[str, dict[str, Any]]:
    """Return the spans of the inputs of a class that a preset changes."""
    found = {name: input_span(owner, name, key) for name in quantities(owner) if follows(owner, name)}
    return {name: span for name, span in found.items() if span != input_span(owner, name)}
