"""The tabs beside the trace: which study is seen, what it says, and a button for what is computed on request."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import param

from dashboard.component import Component
from dashboard.studies import density, intervals, kick, raster, rates, response
from dashboard.views import density as density_view
from dashboard.views import fi, gain, lag, population
from dashboard.views import intervals as intervals_view
from dashboard.views import kick as kick_view
from dashboard.views import raster as raster_view

FOLDER = Path(__file__).parent


class Tab(NamedTuple):
    """One tab: its title, the study behind it, its views by name, and what its button says, if it has one."""

    title: str
    study: ModuleType
    views: dict[str, ModuleType]
    button: str = ""


TABS = {
    "fi": Tab("f-I", rates, {"fi": fi}),
    "intervals": Tab("Intervals", intervals, {"intervals": intervals_view}),
    "density": Tab("Potential", density, {"density": density_view}),
    "response": Tab("Frequency", response, {"gain": gain, "lag": lag}, button="Measure"),
    "kick": Tab("Phase", kick, {"kick": kick_view}),
    "raster": Tab("Raster", raster, {"raster": raster_view, "population": population}),
}


class Tabs(Component):
    """The row of tabs with the caption of the chosen one."""

    titles = param.Dict(default={name: tab.title for name, tab in TABS.items()})
    buttons = param.Dict(default={name: tab.button for name, tab in TABS.items()})
    chosen = param.Selector(default="fi", objects=list(TABS))
    caption = param.String()

    _esm = FOLDER / "tabs.js"
    _stylesheets = [FOLDER / "tabs.css"]

    def __init__(
        self, on_choose: Callable[[str], None], on_ask: Callable[[], None], on_large: Callable[[], None], **params: Any
    ) -> None:
        self._on_choose, self._on_ask, self._on_large = on_choose, on_ask, on_large
        super().__init__(**params)

    def _handle_msg(self, data: Any) -> None:
        if not isinstance(data, dict):
            return
        if isinstance(data.get("tab"), str) and data["tab"] in TABS:
            self._on_choose(data["tab"])
        elif data.get("ask") is True:
            self._on_ask()
        elif data.get("large") is True:
            self._on_large()
