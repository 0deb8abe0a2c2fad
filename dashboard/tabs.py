"""The tabs beside the trace: the study behind each, its plots, and a button for what is computed on request."""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

from dashboard.studies import bifurcation, density, intervals, kick, parameter_map, raster, rates, recording, response
from dashboard.views import bifurcation as bifurcation_view
from dashboard.views import density as density_view
from dashboard.views import drift, fi, gain, lag, population, recorded
from dashboard.views import intervals as intervals_view
from dashboard.views import kick as kick_view
from dashboard.views import parameter_map as map_view
from dashboard.views import raster as raster_view
from model.sentences import say


class Tab(NamedTuple):
    """One tab: its title, the study behind it, its views by name, and what its button says if it has one."""

    title: str
    study: ModuleType
    views: dict[str, ModuleType]
    button: str = ""


TABS = {
    "fi": Tab(say("f-I"), rates, {"fi": fi}),
    "bifurcation": Tab(say("Bifurcation"), bifurcation, {"bifurcation": bifurcation_view}),
    "intervals": Tab(say("Intervals"), intervals, {"intervals": intervals_view}),
    "density": Tab(say("Potential"), density, {"density": density_view}),
    "response": Tab(say("Frequency"), response, {"gain": gain, "lag": lag}, button=say("Measure")),
    "kick": Tab(say("Phase"), kick, {"kick": kick_view}),
    "map": Tab(say("Map"), parameter_map, {"map": map_view}),
    "raster": Tab(say("Raster"), raster, {"raster": raster_view, "population": population}),
    "recording": Tab(say("Recording"), recording, {"drift": drift, "recorded": recorded}),
}
