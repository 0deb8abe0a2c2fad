"""Maps: the same question for a whole grid of neurons, on one core, all cores, a cluster or a graphics card."""

from model.maps.carrying import MapStopped
from model.maps.measures import MEASURES, Mapped, Measure
from model.maps.sweeping import sweep

__all__ = ["MEASURES", "MapStopped", "Mapped", "Measure", "sweep"]
