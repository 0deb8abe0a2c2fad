"""From a result to what the page shows of it: columns for the plots, spans for their axes, sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from dashboard import figures, playing
from dashboard.frames import Piece, in_language, piece
from dashboard.readout import describe_run, measures, warnings
from dashboard.result import Result
from dashboard.studies.recording import FittedRecording
from dashboard.tabs import TABS
from dashboard.views import current, phase, trace
from dashboard.views.detail import Window
from dashboard.words import translated
from model.quantity import shorten
from model.sentences import say

MAIN = {"trace": trace, "current": current, "phase": phase}  # always seen
OVER_TIME = (trace, current)
VIEWS = MAIN | {name: view for tab in TABS.values() for name, view in tab.views.items()}

PINNED = {
    "trace": "trace",
    "phase": "phase_line",
    "fi": "fi_theory",
}  # by view, the data source of which pins show a copy
PINS = 4

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
    said = figures.describe_figures(result)
    said |= {name: view.said(result) for name, view in TABS[tab].views.items() if hasattr(view, "said")}
    texts = {
        "sentence": describe_run(result), "warnings": warnings(result), "said": said, "run": measures(result),
        "end": playing.end_of(result),
    }  # fmt: skip
    return Update(pieces, ranges, texts)


def closely(shown: Update, result: Result, window: Window) -> Update:
    """Return what a page shows of a run of which only this window [ms] is seen: that part in full detail."""
    pieces = {
        source: piece(columns, exact=True)
        for view in OVER_TIME
        for source, columns in view.columns(result, window).items()
    }
    return shown._replace(pieces={**shown.pieces, **pieces})


def pinned(shown: Update, number: int, tab: str) -> tuple[dict[str, Piece], Ranges]:
    """Return the columns of a pin in the plots that a page with this tab open sees, and the axes that show all of it.

    Parameters
    ----------
    shown : Update
        What a page shows of the run that is pinned.
    number : int
        Which of the pins it is, from 1.
    tab : str
        The open tab: what stands in another one is sent when that is opened.
    """
    views = [view for view in PINNED if view in MAIN or view in TABS[tab].views]
    pieces = {f"{PINNED[view]}_pin{number}": shown.pieces[PINNED[view]] for view in views}
    return pieces, {view: shown.ranges[view] for view in views}


def window_of(view: Any, duration: float) -> Window | None:
    """Return the part of a run [ms] that a page says it sees; None for all of it, and where it sees nothing of it.

    Raises
    ------
    ValueError
        In a sentence, if it is no such part.
    """
    if view is None:
        return None
    try:
        start, end = (float(each) for each in view if isinstance(each, int | float) and not isinstance(each, bool))
        if not (len(view) == 2 and np.isfinite([start, end]).all() and start < end):
            raise ValueError
    except (ValueError, TypeError, OverflowError):
        raise ValueError(say(
            "What is seen of a run are two finite times in ms, the earlier one first; {given} was ignored.",
            given=shorten(view),
        )) from None  # fmt: skip
    start, end = max(start, 0.0), min(end, duration)
    return (start, end) if start < end and (start, end) != (0.0, duration) else None


def of_study(study: Any, tab: str) -> Update:
    """Return what a page shows of one part of a tab's study."""
    pieces: dict[str, Piece] = {}
    ranges: dict[str, tuple[float, float, float, float]] = {}
    measured: dict[str, str] = {}
    for name, view in TABS[tab].views.items():
        if hasattr(view, "study_columns"):
            sources = view.study_columns(study)
            measured[name] = (
                view.study_said(study) if hasattr(view, "study_said") else figures.describe_columns(sources)
            )
            pieces |= {source: piece(columns) for source, columns in sources.items()}
        if hasattr(view, "study_ranges"):
            ranges[name] = flat(view.study_ranges(study))
    texts = {"caption": study.note, "measurable": getattr(study, "measurable", True), "measured": measured}
    return Update(pieces, ranges, texts)


def of_recording(fit: FittedRecording) -> Update:
    """Return what the tab of recordings shows of one that was fitted."""
    pieces: dict[str, Piece] = {}
    ranges: dict[str, tuple[float, float, float, float]] = {}
    measured: dict[str, str] = {}
    for name, view in TABS["recording"].views.items():
        sources = view.fitted_columns(fit)
        measured[name] = figures.describe_columns(sources)
        pieces |= {source: piece(columns) for source, columns in sources.items()}
        ranges[name] = flat(view.fitted_ranges(fit))
    return Update(pieces, ranges, {**fit.told, "measured": measured})


def translated_update(shown: Update, language: str) -> Update:
    """Return an update in a language: its texts, and the names that stand in the plots."""
    pieces = {name: in_language(each, language) for name, each in shown.pieces.items()}
    return Update(pieces, shown.ranges, translated(shown.texts, language))


def emptied(pieces: Iterable[str], shown: Mapping[str, Piece], tab: str, caption: str) -> Update:
    """Return an update that takes the named data sources of a tab off the plots, and says why."""
    texts = {"caption": caption, "measured": dict.fromkeys(TABS[tab].views, caption)}
    return Update({name: without_rows(shown[name]) for name in pieces if name in shown}, {}, texts)


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
