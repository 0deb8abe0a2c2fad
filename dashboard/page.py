"""Builds what every visitor's page is made of, once: the plots as a Bokeh document, the inputs, the opening run.

The first page is the same for everyone but for its language and the choices in its address. So it is a handful of files
that can be kept and handed out; a visitor is a websocket and what was sent over it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bokeh.document import Document
from bokeh.document.events import ModelChangedEvent
from bokeh.models.renderers import GlyphRenderer
from bokeh.plotting import figure as Figure
from jinja2 import Environment, FileSystemLoader, select_autoescape

from dashboard import playing, update
from dashboard.equation import equation
from dashboard.exports.formats import FORMATS
from dashboard.fields import layouts, presets
from dashboard.figures import TITLES, caption, heads
from dashboard.frames import frame
from dashboard.lessons.reading import read_all
from dashboard.result import compute
from dashboard.session import Session
from dashboard.sizes import RECORDING
from dashboard.tabs import TABS
from dashboard.update import MAIN, VIEWS
from dashboard.views.board import Board
from dashboard.views.style import PALETTES, PIN_LOOKS, Palette
from dashboard.words import LANGUAGES, catalogue, named, of_browser, translated
from model.recordings.files import READERS
from model.recordings.reading import CURRENTS, POTENTIALS, TIMES
from model.sentences import say
from model.stimuli import NOISY

log = logging.getLogger("dashboard")
BROWSER = Path(__file__).parent / "browser"
TITLE = say("How a neuron fires: ExpIF")
SHOWN = ("axis_label", "description")  # attributes of Bokeh's models that are read by people
PLACES = {name: f"@{name}@" for name in ("token", "theme", "files", "library")}  # filled in when it is handed out


def build_page() -> dict[str, bytes]:
    """Return the page and the files that its scripts load; this takes a second or two.

    Returns
    -------
    dict of str to bytes
        ``page.html``; ``constant.json`` with document, looks, inputs and tabs; ``opening.bin``, the first frame;
        and a file for each lesson, which is loaded when it is opened. Page, constant part and opening are there in
        every other language too, as ``page.de.html`` and so on.
    """
    board = Board(VIEWS)
    board.figures["current"].x_range = board.figures["trace"].x_range  # one time axis
    looks = looks_of(board)
    shelf = read_all()
    for mistake in shelf.mistakes.values():
        log.warning("A lesson is left out. %s", mistake)
    document = board.document.to_json(deferred=False)
    tabs = {view: _taken_out(document, view) for view in VIEWS if view not in MAIN}
    shown = {"document": document, "figures": tabs}
    constant = {
        "looks": looks, "layouts": layouts(), "noisy": list(NOISY),
        "presets": presets(),
        "tabs": {name: {"title": tab.title, "button": tab.button, "views": list(tab.views)}
                 for name, tab in TABS.items()},
        "themes": list(PALETTES), "titles": TITLES, "captions": {name: caption(name) for name in board.sources},
        "drawn": {name: column_heads(board, figure) for name, figure in board.figures.items()},
        "sources": {name: {"id": source.id} for name, source in board.sources.items()},
        "lessons": shelf.menu(),
        "play": playing.offered(),
        "recording": {
            "bytes": RECORDING, "formats": list(READERS),
            "units": {"V": list(POTENTIALS), "I": list(CURRENTS), "t": list(TIMES)},
        },
        "ghosts": board.ghosts, "exports": {name: each.title for name, each in FORMATS.items()},
        "pins": board.pins, "pin_looks": [look._asdict() for look in PIN_LOOKS],
        "axes": {name: [{"id": figure.x_range.id}, {"id": figure.y_range.id}]
                 for name, figure in board.figures.items()},
        "plots": {name: {"id": figure.id} for name, figure in board.figures.items()},
        "places": {str(root.name).removesuffix("_place"): {"id": root.id} for root in board.document.roots},
    }  # fmt: skip
    files = {f"lesson-{each.name}.json": each.written() for each in shelf.lessons}
    for language in LANGUAGES:
        known = catalogue(language)
        words = {**_document_in(shown, known.gettext), **translated(constant, language), "words": of_browser(language)}
        files[named("page.html", language)] = _html(board, language).encode()
        files[named("constant.json", language)] = renumbered(json.dumps(words)).encode()
        files[named("opening.bin", language)] = _opening_frame(language)
    return files


def column_heads(board: Board, figure: Figure) -> dict[str, dict[str, str]]:
    """Return, for each data source of a figure, what stands above its columns in a table of numbers."""
    own = [each.data_source for each in figure.renderers if isinstance(each, GlyphRenderer)]
    return {name: heads(name, source.data) for name, source in board.sources.items() if source in own}


def _document_in(part: Any, gettext: Callable[[str], str]) -> Any:
    """Return a part of the document with what people read of it in another language."""
    if isinstance(part, list):
        return [_document_in(each, gettext) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: gettext(each) if name in SHOWN and isinstance(each, str) and each else _document_in(each, gettext)
        for name, each in part.items()
    }


def _html(board: Board, language: str) -> str:
    """Return the page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(BROWSER), autoescape=select_autoescape(), extensions=["jinja2.ext.i18n"]
    )
    environment.install_gettext_translations(catalogue(language), newstyle=False)  # type: ignore[attr-defined]
    environment.filters["said"] = lambda said: translated(said, language)
    return environment.get_template("page.html").render(
        legends=board.legends, palettes={name: palette._asdict() for name, palette in PALETTES.items()},
        title=TITLE, equation=equation(), tabs=TABS, titles=TITLES, **PLACES,
        language=language, languages=LANGUAGES, constant=named("constant.json", language),
        root_ids=[f"{name}_place" for name in VIEWS],
    )  # fmt: skip


def _opening_frame(language: str) -> bytes:
    """Return the run that every page opens with, and the simulated points of its curve, as a frame."""
    session, tab = Session(), next(iter(TABS))
    parts = [update.of_study(part, tab) for part in TABS[tab].study.run(session.snapshot(), False)]
    shown = update.of_result(compute(session.snapshot()), tab)  # now that the points are known, with them
    message = {"answer": {"seq": 0, "kind": session.kind, "values": session.values(), "refused": {}, "address": ""}}
    texts = {**shown.texts, **parts[-1].texts, "notices": []}
    shown = update.translated_update(shown._replace(texts=texts), language)
    return frame({**message, "ranges": shown.ranges, "texts": shown.texts}, shown.pieces)


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
