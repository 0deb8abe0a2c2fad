"""The only file that knows the layout: puts inputs, plots and sentences together for one visitor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
from bokeh.models import CustomJS
from panel.io.resources import LOCAL_DIST

from dashboard import address, wire
from dashboard.background import Background
from dashboard.controls import Controls
from dashboard.live import Live
from dashboard.readout import Readout, describe, warnings
from dashboard.result import Result, compute, opening
from dashboard.session import Session
from dashboard.tabs import TABS, Tabs
from dashboard.views import current, phase, trace
from dashboard.views.feed import Feed
from dashboard.views.style import PALETTES
from model.integrators.drift import LATEX
from model.quantity import shorten

FOLDER = Path(__file__).parent
VIEWS = {"trace": trace, "current": current, "phase": phase} | {
    k: v for tab in TABS.values() for k, v in tab.views.items()
}
STILL = 300  # ms without a change after which the address follows
MOST_NOTICES = 10  # about one address
TITLE = "How a neuron fires: ExpIF"


class Page:
    """One visitor's page."""

    def __init__(self) -> None:
        self.session = Session()
        choices, self.ignored = address.from_arguments(pn.state.session_args)
        theme, tab = self._one_of(PALETTES, choices, "theme"), self._one_of(TABS, choices, "tab")
        self.ignored += self.session.choose(choices).values()
        del self.ignored[MOST_NOTICES:]
        self.controls = Controls(self.session, theme=theme, sizing_mode="stretch_width")
        self.readout = Readout(sizing_mode="stretch_width")
        self.tabs = Tabs(self._choose_tab, self._ask, self._widen, chosen=tab, sizing_mode="stretch_width")
        self.feed = Feed(VIEWS)
        self.doc = pn.state.curdoc
        # With several processes this one may not have rendered the page, and would name Panel's files on the internet.
        self.doc.template_variables["dist_url"] = LOCAL_DIST
        self.live = Live(self.doc, compute, self._publish, self._fail)
        self.background = Background(self.doc, self._publish_study, self._fail_study)
        self._result: Result | None = None
        self._still: Callable[[], None] | None = None
        self.session.on_change = lambda: self.live.request(self.session.snapshot(), self.controls.seq)
        self.controls.on_theme = self._set_theme
        self.controls.address = self._address()
        pn.state.on_session_destroyed(self._leave)

    def _one_of(self, allowed: Mapping[str, Any], choices: dict[str, str], name: str) -> str:
        """Take a choice of the page itself out of the address; the first one allowed is the default."""
        chosen = choices.pop(name, next(iter(allowed)))
        if chosen in allowed:
            return chosen
        self.ignored.append(f"{name} must be one of {', '.join(allowed)}; {shorten(chosen)} is not.")
        return next(iter(allowed))

    def show(self) -> None:
        """Put the page on the screen; the documented example is on it from the start, other choices are run first."""
        self._template().servable(title=TITLE)
        self.doc.config.update(notify_connection_status=False, reconnect_session=False)
        self.doc.js_on_event("connection_lost", CustomJS(code=(FOLDER / "connection.js").read_text("utf-8")))
        self.feed.figures["current"].x_range = self.feed.figures["trace"].x_range  # one time axis
        pn.state.onload(self._arrive)
        self.feed.paint(PALETTES[self.controls.theme])
        if self.session.snapshot() == Session().snapshot():
            self._draw(opening())

    def _arrive(self) -> None:
        wire.send_at_once(self.doc)
        if self._result is None:
            self.session.on_change()
        else:
            self._study()

    def _template(self) -> pn.Template:
        page = pn.Template((FOLDER / "templates" / "page.html").read_text("utf-8"))
        page.add_variable("page_css", (FOLDER / "page.css").read_text("utf-8"))
        page.add_variable("html_attrs", f'data-theme="{self.controls.theme}"')
        page.add_panel("equation", pn.pane.LaTeX(f"${LATEX}$", styles={"font-size": "17px", "color": "var(--ink)"}))
        page.add_panel("controls", self.controls)
        page.add_panel("readout", self.readout)
        page.add_panel("tabs", self.tabs)
        page.add_variable("tab_titles", {name: tab.title for name, tab in TABS.items()})
        page.add_variable("tab_views", {name: list(tab.views) for name, tab in TABS.items()})
        self._places = {name: pn.Column(sizing_mode="stretch_both") for name in VIEWS}
        for name, place in self._places.items():
            page.add_panel(f"{name}_plot", place)  # sources carry the plain names
        self._build(set(VIEWS) - self._hidden())
        return page

    def _build(self, views: Collection[str]) -> None:
        """Put plots on the page, each when it is seen for the first time: building one takes about 50 ms."""
        for name in views:
            if not len(self._places[name]):
                plot = pn.pane.HoloViews(self.feed.element(name), sizing_mode="stretch_both", linked_axes=False)
                self._places[name].append(plot)

    def _draw(self, result: Result) -> None:
        self._result = result
        self.feed.show(result, self._hidden())
        self.readout.param.update(sentence=describe(result), notices=[*self.ignored, *warnings(result)])

    def _publish(self, result: Result, ticket: int) -> None:
        with wire.one_message(self.doc):
            self._draw(result)
            self.controls.reply(ticket)
        self._study()
        self._follow_later()

    def _fail(self, sentence: str, ticket: int) -> None:
        if self._result is None:  # the address asked for too much: say so and open with the defaults
            self.ignored.append(sentence)
            self.session.reset()
        with wire.one_message(self.doc):
            self.readout.notices = [*self.ignored, sentence] if self._result else list(self.ignored)
            self.controls.reply(ticket)

    def _study(self, asked: bool = False) -> None:
        """Start the study of the visible tab, for the choices that the trace shows."""
        if self._result is not None:
            self.background.start(partial(TABS[self.tabs.chosen].study.run, self._result.choice, asked))

    def _publish_study(self, result: Any) -> None:
        with wire.one_message(self.doc):
            self.feed.show_study(TABS[self.tabs.chosen].views, result)
            self.tabs.caption = result.note

    def _fail_study(self, sentence: str) -> None:
        with wire.one_message(self.doc):
            self.feed.clear(TABS[self.tabs.chosen].views)
            self.tabs.caption = sentence

    def _hidden(self) -> set[str]:
        """Return the views that nobody sees, and that need not be drawn."""
        return {view for name, tab in TABS.items() if name != self.tabs.chosen for view in tab.views}

    def _choose_tab(self, name: str) -> None:
        self.tabs.chosen = name
        self._build(TABS[name].views)
        with wire.one_message(self.doc):
            self.feed.paint(PALETTES[self.controls.theme])
            if self._result is not None:
                self.feed.show(self._result, self._hidden())
        self._study()
        self._follow_later()

    def _widen(self) -> None:
        self.feed.large = True
        with wire.one_message(self.doc):
            self.feed.paint(PALETTES[self.controls.theme])

    def _ask(self) -> None:
        self._study(asked=True)

    def _leave(self, context: Any) -> None:
        self.live.close()
        self.background.stop()

    def _follow_later(self) -> None:
        """Let the address follow once the choices have stood still."""
        if self._still is not None:
            self.doc.remove_timeout_callback(self._still)
        self._still = self.doc.add_timeout_callback(self._follow, STILL)

    def _follow(self) -> None:
        self._still = None
        self.controls.address = self._address()

    def _address(self) -> str:
        seen = {"theme": self.controls.theme, "tab": self.tabs.chosen}
        unusual = {name: value for name, value in seen.items() if value not in ("light", "fi")}
        return address.to_query(self.session.changed() | unusual)

    def _set_theme(self, theme: str) -> None:
        with wire.one_message(self.doc):
            self.controls.theme = theme
            self.feed.paint(PALETTES[theme])
        self._follow_later()
