"""Plots of what was recorded."""

import subprocess
import sys

import holoviews as hv
import numpy as np
import pytest

from model import ExpIF


def test_one_neuron_is_a_curve_with_units():
    group = ExpIF(1, monitors=["V"])
    group.run(20.0, inputs=("input", 10.0))
    curve = group.plot()
    assert isinstance(curve, hv.Curve)
    assert (curve.kdims[0].unit, curve.vdims[0].unit) == ("ms", "mV")
    np.testing.assert_array_equal(curve.dimension_values(1), group.mon.V[:, 0])


def test_several_neurons_are_an_overlay_by_number():
    group = ExpIF(50, monitors={"V": [3, 7, 9]})
    group.run(5.0, inputs=("input", np.linspace(0, 20, 50)))
    overlay = group.plot()
    assert isinstance(overlay, hv.NdOverlay)
    assert list(overlay.keys()) == [3, 7, 9]
    np.testing.assert_array_equal(overlay[7].dimension_values(1), group.mon.V[:, 1])
    np.testing.assert_array_equal(group.plot(9).dimension_values(1), group.mon.V[:, 2])
    assert len(group.plot([3, 9])) == 2


def test_a_raster_has_a_point_for_each_spike():
    group = ExpIF(30, monitors={"spike": np.arange(10, 20)})
    group.run(100.0, inputs=("input", 10.0))
    raster = group.raster()
    assert len(raster) == int(group.mon.spike.sum()) == int(group.count[10:20].sum())
    assert set(raster.dimension_values("neuron")) == set(range(10, 20))
    first = raster.dimension_values("t")[raster.dimension_values("neuron") == 10]
    np.testing.assert_array_equal(first, group.mon.ts[group.mon.spike[:, 0]])


def test_both_render_to_html_as_a_notebook_shows_it():
    group = ExpIF(2, monitors=["V", "spike"])
    group.run(20.0, inputs=("input", 10.0))
    hv.extension("bokeh")
    for element in (group.plot(), group.raster()):
        assert "root_id" in hv.renderer("bokeh").html(element)


def test_what_was_not_recorded_cannot_be_drawn():
    group = ExpIF(3, monitors={"V": [0]})
    with pytest.raises(ValueError, match="run the group first"):
        group.plot()
    group.run(1.0)
    with pytest.raises(ValueError, match="spike was not recorded"):
        group.raster()
    with pytest.raises(ValueError, match="not recorded of neuron 2"):
        group.plot([0, 2])


def test_importing_the_model_imports_neither_holoviews_nor_cuda():
    heavy = ["holoviews", "bokeh", "panel", "numba.cuda.cudadrv"]
    code = f"import sys, model; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_plot_in_a_fresh_process_loads_what_draws_it():
    code = (
        "from model import ExpIF\n"
        "group = ExpIF(1, monitors=['V', 'spike']); group.run(20.0, inputs=('input', 10.0))\n"
        "elements = group.plot(), group.raster()\n"
        "import holoviews as hv\n"
        "print([type(hv.render(element)).__name__ for element in elements])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['figure', 'figure']", done.stderr
