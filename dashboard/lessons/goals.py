"""What a lesson sets and watches: choices of the page, and conditions on what it knows."""

from __future__ import annotations

import math
from typing import Any

from dashboard.lessons.parts import Part
from dashboard.session import Session, groups
from dashboard.tabs import TABS
from model.stimuli import KINDS

MEASURES = {
    "spikes": "spikes of this run",
    "rate": "rate of this run, Hz",
    "rheobase": "exact rheobase, nA",
    "distance": "current above the rheobase, nA",
    "pins": "pins made",
    "points": "points collected in this lesson",
    "fitted": "spikes of the recording that is fitted",
    "measured": "points measured in this tab by its button",
}
WORDS = {"tab": tuple(TABS), "kind": tuple(KINDS)}


def inputs() -> set[str]:
    """Return the names of all inputs of the page."""
    return {name for kind in KINDS for group in groups(kind) for _, name in group.members}


def choices(part: Part) -> dict[str, Any]:
    """Return what a step sets, checked as the page checks it."""
    wanted = {name: each.value for name, each in part.named().items()}
    session = Session()
    for name, sentence in session.choose(wanted).items():
        raise part.within(name, wanted[name]).wrong(f"cannot be set. {sentence.rstrip('.')}")
    return {name: session.values()[name] for name in wanted}


def tab(part: Part) -> str:
    """Return the tab that a step opens."""
    return part.one_of(tuple(TABS))


def conditions(part: Part) -> list[dict[str, Any]]:
    """Return what must be so at one moment: for each name a span of numbers, or a word."""
    found = []
    for name, each in part.named().items():
        if name not in MEASURES and name not in WORDS and name not in inputs():
            raise each.wrong(f"cannot be watched; there are the inputs, {', '.join([*MEASURES, *WORDS])}")
        fields = each.fields([], ["from", "to", "is"])
        if "is" in fields:
            found.append({"of": name, "is": _word(name, fields["is"])})
            continue
        span: dict[str, Any] = {end: fields[end].number() for end in ("from", "to") if end in fields}
        if not span:
            raise each.wrong("needs from, to, or both, or is")
        if span.get("from", -math.inf) > span.get("to", math.inf):
            raise each.wrong("has a from above its to")
        found.append({"of": name, **span})
    if not found:
        raise part.wrong("must name what is watched")
    return found


def _word(name: str, part: Part) -> Any:
    """Return what a word must be, as the page has it."""
    if name in WORDS:
        return part.one_of(WORDS[name])
    if name in MEASURES:
        raise part.wrong("cannot be: this is a number, which needs from, to, or both")
    return choices(part._replace(at=part.at[:-2], value={name: part.value}))[name]
