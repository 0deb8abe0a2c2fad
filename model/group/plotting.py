"""What a group has recorded, as HoloViews elements; the only part of the model that knows HoloViews."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.quantity import shorten

MOST_CURVES = 20


def potential(group: Any, neurons: Any = None) -> Any:
    """Plot V [mV] over time [ms], one curve per neuron.

    Parameters
    ----------
    group : ExpIF
        After a run with a monitor of V.
    neurons : list of int, optional
        Which of the group's neurons; by default all that are recorded, at most 20.

    Returns
    -------
    holoviews.Curve or holoviews.NdOverlay

    Raises
    ------
    ValueError
        If V was not recorded, or not of these neurons.
    """
    hv = _holoviews()
    t, V, recorded = _recorded(group, "V")
    chosen = recorded[:MOST_CURVES] if neurons is None else np.atleast_1d(neurons)
    columns = {int(who): np.flatnonzero(recorded == who) for who in chosen}
    missing = [who for who, column in columns.items() if column.size == 0]
    if missing:
        raise ValueError(f"V was not recorded of neuron {missing[0]}; recorded are {shorten(recorded.tolist())}.")
    time, voltage = hv.Dimension("t", label="Time", unit="ms"), hv.Dimension("V", label="V", unit="mV")
    curves = {who: hv.Curve((t, V[:, column[0]]), time, voltage) for who, column in columns.items()}
    if len(curves) == 1:
        return next(iter(curves.values()))
    return hv.NdOverlay(curves, kdims=["Neuron"])


def raster(group: Any) -> Any:
    """Plot the spikes of a group: a point for each, at its time [ms] and its neuron.

    Parameters
    ----------
    group : ExpIF
        After a run with a monitor of spike.

    Returns
    -------
    holoviews.Scatter

    Raises
    ------
    ValueError
        If the spikes were not recorded.
    """
    hv = _holoviews()
    t, spikes, recorded = _recorded(group, "spike")
    rows, columns = np.nonzero(spikes)
    time, neuron = hv.Dimension("t", label="Time", unit="ms"), hv.Dimension("neuron", label="Neuron")
    return hv.Scatter((t[rows], recorded[columns]), time, neuron)


def _recorded(group: Any, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return times [ms], rows and neurons of a recorded variable, or raise ValueError where nothing was recorded."""
    if name not in group.mon.items:
        raise ValueError(f"{name} was not recorded; make the group with monitors=[{name!r}] and run it.")
    times, values = group.mon[f"{name}.t"], group.mon[name]
    if times.size == 0:
        raise ValueError(f"Nothing of {name} is recorded yet; run the group first.")
    return times, values, group.mon.items[name].who


def _holoviews() -> Any:
    """Return HoloViews with a backend chosen, so that elements show themselves in a notebook."""
    import holoviews as hv

    if hv.Store.current_backend not in hv.Store.renderers:
        hv.extension("bokeh")
    return hv
