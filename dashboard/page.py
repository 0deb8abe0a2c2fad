"""The only file that knows the layout: puts inputs, plots and sentences together for one visitor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import panel as pn
from bokeh.models import CustomJS
from panel.io.resources import LOCAL_DIST

from dashboard import address, wire
from dashboard.controls import Controls
from dashboard.live import Live
from dashboard.readout import Readout, describe, warnings
from dashboard.result import Result, compute
from dashboard.session import Session
from dashboard.views import current, fi, phase, trace
from dashboard.views.feed import Feed
from dashboard.views.style import PALETTES
from model.integrators.drift import LATEX

FOLDER = Path(__file__).parent
VIEWS = {"trace": trace, "current": current, "fi": fi, "phase": phase}
STILL = 300  # ms without a change after which the address follows
TITLE = "How a neuron fires: ExpIF"


class Page:
    """One visitor's page."""

    def __init__(self) -> None:
        self.session = Session()
        choices, self.ignored = address.from_arguments(pn.state.session_args)
        theme = choices.pop("theme", "light")
        self.ignored += self.session.choose(choices).values()
        self.controls = Controls(
            self.session, theme=theme if theme in PALETTES else "light", sizing_mode="stretch_width"
        )
        self.readout = Readout(sizing_mode="stretch_width")
        self.feed = Feed(VIEWS)
        self.doc = pn.state.curdoc
        # With several processes this one may not have rendered the page, and would name Panel's files on the internet.
        self.doc.template_variables["dist_url"] = LOCAL_DIST
        self.live = Live(self.doc, compute, self._publish, self._fail)
        self._still: Callable[[], None] | None = None
        self.session.on_change = lambda: self.live.request(self.session.snapshot(), self.controls.seq)
        self.controls.on_theme = self._set_theme
        pn.state.on_session_destroyed(lambda context: self.live.close())

    def show(self) -> None:
        """Put the page on the screen, its plots already holding the first run."""
        self._template().servable(title=TITLE)
        self.doc.config.update(notify_connection_status=False, reconnect_session=False)
        self.doc.js_on_event("connection_lost", CustomJS(code=(FOLDER / "connection.js").read_text("utf-8")))
        pn.state.onload(lambda: wire.send_at_once(self.doc))
        self.feed.paint(PALETTES[self.controls.theme])
        try:
            self._draw(compute(self.session.snapshot()))
        except ValueError as error:  # the address asked for too much: say so and open with the defaults
            self.ignored.append(str(error))
            self.session.reset()
            self._draw(compute(self.session.snapshot()))
            self.controls.reply(0)

    def _template(self) -> pn.Template:
        page = pn.Template((FOLDER / "templates" / "page.html").read_text("utf-8"))
        page.add_variable("page_css", (FOLDER / "page.css").read_text("utf-8"))
        page.add_variable("html_attrs", f'data-theme="{self.controls.theme}"')
        page.add_panel("equation", pn.pane.LaTeX(f"${LATEX}$", styles={"font-size": "17px"}))
        page.add_panel("controls", self.controls)
        page.add_panel("readout", self.readout)
        for name in VIEWS:
            plot = pn.pane.HoloViews(self.feed.element(name), sizing_mode="stretch_both", linked_axes=False)
            page.add_panel(f"{name}_plot", plot)  # sources carry the plain names
        return page

    def _draw(self, result: Result) -> None:
        self.feed.show(result)
        self.readout.param.update(sentence=describe(result), notices=[*self.ignored, *warnings(result)])

    def _publish(self, result: Result, ticket: int) -> None:
        with wire.one_message(self.doc):
            self._draw(result)
            self.controls.reply(ticket)
        self._follow_later()

    def _fail(self, sentence: str, ticket: int) -> None:
        with wire.one_message(self.doc):
            self.readout.notices = [*self.ignored, sentence]
            self.controls.reply(ticket)

    def _follow_later(self) -> None:
        """Let the address follow once the choices have stood still."""
        if self._still is not None:
            self.doc.remove_timeout_callback(self._still)
        self._still = self.doc.add_timeout_callback(self._follow, STILL)

    def _follow(self) -> None:
        self._still = None
        theme = {"theme": "dark"} if self.controls.theme == "dark" else {}
        self.controls.address = address.to_query(self.session.changed() | theme)

    def _set_theme(self, theme: str) -> None:
        with wire.one_message(self.doc):
            self.controls.theme = theme
            self.feed.paint(PALETTES[theme])
        self._follow_later()
