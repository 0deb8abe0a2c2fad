"""Builds what every visitor's page is made of, once: the plots as a Bokeh document, the inputs, the opening run.

The first page is the same for everyone but for the choices in its address. So it is a handful of files that can be
kept and handed out; a visitor is a websocket and what was sent over it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bokeh.document import Document
from bokeh.document.events import ModelChangedEvent
from bokeh.models.renderers import GlyphRenderer
from bokeh.plotting import figure as Figure
from jinja2 import Environment, FileSystemLoader, select_autoescape
from latex2mathml.converter import convert

from dashboard import update
from dashboard.exports.formats import FORMATS
from dashboard.fields import layouts
from dashboard.figures import TITLES, caption, heads
from dashboard.frames import frame
from dashboard.result import compute
from dashboard.session import Session
from dashboard.tabs import TABS
from dashboard.update import MAIN, VIEWS
from dashboard.views.board import Board
from dashboard.views.style import PALETTES, Palette
from model.integrators.equation import LATEX
from model.stimuli import NOISY

BROWSER = Path(__file__).parent / "browser"
TITLE = "How a neuron fires: ExpIF"
PLACES = {name: f"@{name}@" for name in ("token", "theme", "files", "library")}  # filled in when it is handed out


def build_page() -> dict[str, bytes]:
    """Return the page and the files that its scripts load; this takes a second or two.

    Returns
    -------
    dict of str to bytes
        ``page.html``; ``constant.json`` with document, looks, inputs and tabs; ``opening.bin``, the first frame.
    """
    board = Board(VIEWS)
    board.figures["current"].x_range = board.figures["trace"].x_range  # one time axis
    looks = looks_of(board)
    document = board.document.to_json(deferred=False)
    tabs = {view: _taken_out(document, view) for view in VIEWS if view not in MAIN}
    constant = {
        "document": document, "figures": tabs, "looks": looks, "layouts": layouts(), "noisy": list(NOISY),
        "tabs": {name: {"title": tab.title, "button": tab.button, "views": list(tab.views)}
                 for name, tab in TABS.items()},
        "themes": list(PALETTES), "titles": TITLES, "captions": {name: caption(name) for name in board.sources},
        "drawn": {name: column_heads(board, figure) for name, figure in board.figures.items()},
        "sources": {name: {"id": source.id} for name, source in board.sources.items()},
        "ghosts": board.ghosts, "exports": {name: each.title for name, each in FORMATS.items()},
        "kept": board.kept,
        "axes": {name: [{"id": figure.x_range.id}, {"id": figure.y_range.id}]
                 for name, figure in board.figures.items()},
        "plots": {name: {"id": figure.id} for name, figure in board.figures.items()},
        "places": {str(root.name).removesuffix("_place"): {"id": root.id} for root in board.document.roots},
    }  # fmt: skip
    return {
        "page.html": _html(board).encode(), "constant.json": renumbered(json.dumps(constant)).encode(),
        "opening.bin": _opening_frame(),
    }  # fmt: skip


def column_heads(board: Board, figure: Figure) -> dict[str, dict[str, str]]:
    """Return, for each data source of a figure, what stands above its columns in a table of numbers."""
    own = [each.data_source for each in figure.renderers if isinstance(each, GlyphRenderer)]
    return {name: heads(name, source.data) for name, source in board.sources.items() if source in own}


def _html(board: Board) -> str:
    """Return the page as HTML."""
    environment = Environment(loader=FileSystemLoader(BROWSER), autoescape=select_autoescape())
    return environment.get_template("page.html").render(
        legends=board.legends, palettes={name: palette._asdict() for name, palette in PALETTES.items()},
        title=TITLE, equation=convert(LATEX), tabs=TABS, titles=TITLES, **PLACES,
        root_ids=[f"{name}_place" for name in VIEWS],
    )  # fmt: skip


def _opening_frame() -> bytes:
    """Return the run that every page opens with, and the simulated points of its curve, as a frame."""
    session, tab = Session(), next(iter(TABS))
    parts = [update.of_study(part, tab) for part in TABS[tab].study.run(session.snapshot(), False)]
    shown = update.of_result(compute(session.snapshot()), tab)  # now that the points are known, with them
    message = {"answer": {"seq": 0, "kind": session.kind, "values": session.values(), "refused": {}, "address": ""}}
    return frame(
        {**message, "ranges": shown.ranges, "texts": {**shown.texts, **parts[-1].texts, "notices": []}}, shown.pieces
    )


def _taken_out(document: Any, view: str) -> Any:
    """Take a tab's figure out of the document and return it: the browser puts it in when the tab is first opened."""
    [place] = (root for root in document["roots"] if root["attributes"]["name"] == f"{view}_place")
    return place["attributes"].pop("children")


def looks_of(board: Board) -> dict[str, list[list[Any]]]:
    """Return what sets each theme apart, with small letters and with large: [model, attribute, value]."""
    blank = Palette(*["#010203"] * len(Palette._fields))
    looks = {}
    for name, palette in PALETTES.items():
        for large in (True, False):
            board.paint(blank, not large)  # unlike every look, so that all of it is recorded
            with_size = f"{name} large" if large else name
            looks[with_size] = changes(board.document, partial(board.paint, palette, large))
    board.paint(next(iter(PALETTES.values())), False)
    return looks


def changes(document: Document, action: Callable[[], None]) -> list[list[Any]]:
    """Return what an action changes in a document: [model, attribute, value]."""
    seen: list[list[Any]] = []

    def listen(event: Any) -> None:
        if isinstance(event, ModelChangedEvent):
            value = getattr(event.new, "value", event.new)  # a colour comes wrapped, as it could be a column
            seen.append([{"id": event.model.id}, event.attr, value])

    document.on_change(listen)
    action()
    document.remove_on_change(listen)
    return seen


def renumbered(text: str) -> str:
    """Return the JSON with ids that count from 1 in the order of their appearance.

    Bokeh counts the models of a process. Two processes that have done different things before would hand out pages
    that differ, and the files of one would be unknown to the other.
    """
    ids: dict[str, str] = {}

    def named(value: Any) -> Any:
        if isinstance(value, list):
            return [named(each) for each in value]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("id"), str):
            value = {**value, "id": ids.setdefault(value["id"], f"e{len(ids) + 1}")}
        return {key: named(each) for key, each in value.items()}

    return json.dumps(named(json.loads(text)), separators=(",", ":"), ensure_ascii=False)
