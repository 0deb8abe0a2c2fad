"""From any declared quantity to what the browser needs to draw its input: label, unit, slider, number box, help."""

from __future__ import annotations

from typing import Any

import param

from dashboard.address import LONGEST_DRAWN
from dashboard.names import spoken, symbol
from dashboard.session import Group, Owner, groups
from model.points import CLOSEST, CURRENT_BOUNDS, TIME_BOUNDS
from model.quantity import WholeNumber
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
        "label": declared.label,
        "help": declared.doc or "",
    }
    field |= {"default": declared.default, "of_kind": owner in KINDS.values(), "spoken": spoken(declared)}
    if isinstance(declared, param.ClassSelector):
        limits = {"most": MOST_DRAWN, "longest": LONGEST_DRAWN, "times": list(TIME_BOUNDS),
                  "currents": list(CURRENT_BOUNDS)}  # fmt: skip
        return {**field, "default": declared.default.text, "drawn": {**limits, "closest": CLOSEST}}
    if isinstance(declared, param.Selector):
        return {**field, "options": list(declared.objects)}
    low, high = declared.get_soft_bounds()
    hard_low, hard_high = declared.bounds
    step = declared.step or 1
    return {
        **field, "unit": declared.unit, "slider": declared.softbounds is not None,
        "step": step, "fine_step": step if isinstance(declared, WholeNumber) else step / 10,
        "low": low, "high": high, "hard_low": hard_low, "hard_high": hard_high,
    }  # fmt: skip
