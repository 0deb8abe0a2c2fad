"""From a result to what the page shows of it: columns for the plots, spans for their axes, sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from dashboard.frames import Piece, piece
from dashboard.readout import describe, warnings
from dashboard.result import Result
from dashboard.tabs import TABS
from dashboard.views import current, phase, trace

MAIN = {"trace": trace, "current": current, "phase": phase}  # always seen
VIEWS = MAIN | {name: view for tab in TABS.values() for name, view in tab.views.items()}

Ranges = Mapping[str, tuple[float, float, float, float]]


class Update(NamedTuple):
    """What changes on the page: data sources and axes by name, and texts by the name of their place."""

    pieces: Mapping[str, Piece]
    ranges: Ranges
    texts: Mapping[str, Any]


def of_result(result: Result, tab: str) -> Update:
    """Return what a page with this tab open shows of a run."""
    pieces: dict[str, Piece] = {}
    ranges: dict[str, tuple[float, float, float, float]] = {}
    for name in (*MAIN, *TABS[tab].views):
        view = VIEWS[name]
        if hasattr(view, "columns"):
            pieces |= {source: piece(columns) for source, columns in view.columns(result).items()}
            ranges[name] = flat(view.ranges(result))
    return Update(pieces, ranges, {"sentence": describe(result), "warnings": warnings(result)})


def of_study(study: Any, tab: str) -> Update:
    """Return what a page shows of one part of a tab's study."""
    pieces: dict[str, Piece] = {}
    ranges: dict[str, tuple[float, float, float, float]] = {}
    for name, view in TABS[tab].views.items():
        if hasattr(view, "study_columns"):
            pieces |= {source: piece(columns) for source, columns in view.study_columns(study).items()}
        if hasattr(view, "study_ranges"):
            ranges[name] = flat(view.study_ranges(study))
    return Update(pieces, ranges, {"caption": study.note})


def emptied(pieces: Iterable[str], shown: Mapping[str, Piece], caption: str) -> Update:
    """Return an update that takes the named data sources off the plots, and says why."""
    return Update({name: without_rows(shown[name]) for name in pieces if name in shown}, {}, {"caption": caption})


def without_rows(shown: Piece) -> Piece:
    """Return a piece with the same columns, and nothing in them."""
    return Piece(json.dumps([[name, "f8", 0] for name, *_ in json.loads(shown.head)]), b"")


def flat(spans: tuple[tuple[float, float], tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return the spans of both axes as four numbers.

    Raises
    ------
    ArithmeticError
        If one of them is no number: an axis without ends cannot be drawn.
    """
    (left, right), (bottom, top) = spans
    if not np.isfinite([left, right, bottom, top]).all():
        raise ArithmeticError(f"An axis has no end: {spans}")
    return float(left), float(right), float(bottom), float(top)
