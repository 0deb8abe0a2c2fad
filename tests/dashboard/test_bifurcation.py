"""The bifurcation diagram shows the exact fixed points over any input, live, and where we are in it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import update
from dashboard.result import compute
from dashboard.session import Session, View
from dashboard.studies import bifurcation as study
from dashboard.views import bifurcation
from model import ExpIFParameters, theory
from model.parameters import Numbers


def choice(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


def columns(**choices):
    return bifurcation.columns(compute(choice(**choices)))


def test_every_parameter_and_the_current_can_be_the_axis():
    assert View.param.over.objects == ["I", *Numbers._fields]
    assert "over must be one of I" in Session().choose({"over": "sigma"})["over"]


@pytest.mark.parametrize("over", View.param.over.objects)
def test_the_branches_go_through_the_present_fixed_points(over):
    present = {"I": 1.0, "V_reset": -62.0}
    shown = columns(over=over, **present)
    stable, unstable = theory.fixed_points(ExpIFParameters(V_reset=-62.0), 1.0)
    [value] = shown["present_value"]["value"]
    for name, V in (("branch_stable", stable), ("branch_unstable", unstable)):
        assert np.interp(value, shown[name]["value"], shown[name]["V"]) == pytest.approx(V, abs=0.02)


def test_over_the_current_the_branches_meet_at_the_rheobase_and_firing_begins_there():
    shown = columns()
    assert shown["meeting"]["value"] == pytest.approx([1.62])
    assert shown["meeting"]["V"] == [-59.9]
    firing = shown["firing_range"]
    tall = firing["x"][firing["y"] == -68.0]
    assert tall.min() == pytest.approx(1.62)
    assert firing["y"].max() == -30.0
    assert shown["bistable_name"]["text"].size == 0


def test_where_the_neuron_is_silent_the_shade_has_no_height():
    firing = columns()["firing_range"]
    half = firing["x"].size // 2
    top, bottom = firing["y"][:half], firing["y"][half:][::-1]
    assert np.array_equal(firing["x"][:half], firing["x"][half:][::-1])
    assert (top[firing["x"][:half] < 1.6] == bottom[firing["x"][:half] < 1.6]).all()


def test_a_bistable_range_is_named_from_its_lower_end_to_the_rheobase():
    shown = columns(V_reset=-57.0, I=0.0)
    low, high = theory.bistable_range(ExpIFParameters(V_reset=-57.0))
    assert shown["bistable_name"]["text"].tolist() == ["bistable"]
    assert shown["bistable_range"]["value"] == pytest.approx([low], abs=0.2)
    assert shown["bistable_range"]["value_end"] == pytest.approx([high])


def test_the_diagram_is_live_and_of_the_open_tab_only():
    result = compute(choice())
    assert "branch_stable" in update.of_result(result, "bifurcation").pieces
    assert "branch_stable" not in update.of_result(result, "fi").pieces


def test_with_a_changing_current_the_caption_names_the_constant_one():
    [shown] = study.run(choice(kind="sine", over="R"), False)
    assert shown.note.startswith("For a constant current of 5 nA: Fixed points over R (MOhm)")


@settings(max_examples=60)
@given(data=st.data(), over=st.sampled_from(View.param.over.objects))
def test_whatever_is_chosen_the_diagram_is_finite_and_on_its_axes(data, over):
    session = Session()
    session.choose({"over": over, "duration": 1.0})
    for name in ("I", *Numbers._fields):
        declared = session.members()[name].param[name]
        session.choose({name: data.draw(st.floats(*declared.bounds) | st.floats(*declared.get_soft_bounds()))})
    try:
        shown = compute(session.snapshot())
    except ValueError:  # a run that is too long is refused
        return
    (low, high), (bottom, top) = bifurcation.ranges(shown)
    assert np.isfinite([low, high, bottom, top]).all()
    drawn = bifurcation.columns(shown)
    for each in drawn.values():
        assert len({len(column) for column in each.values()}) == 1
        assert all(np.isfinite(column).all() for column in each.values() if column.dtype.kind == "f")
    assert low < drawn["present_value"]["value"][0] < high
    for name in ("branch_stable", "branch_unstable", "meeting"):
        assert ((drawn[name]["V"] >= bottom) & (drawn[name]["V"] <= top)).all()
