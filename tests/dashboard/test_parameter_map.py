"""The map asks the same question of a whole plane of neurons, at once and then finely, within a visitor's budget."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import update
from dashboard.frames import frame
from dashboard.result import compute
from dashboard.scales import scale
from dashboard.session import Session, View
from dashboard.studies import parameter_map as study
from dashboard.tabs import TABS
from dashboard.views import contours
from dashboard.views import parameter_map as view
from model import ExpIFParameters, theory
from model.maps import sweep
from model.parameters import Numbers

AXES = View.param.map_x.objects


def choice(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


def finished(**choices):
    *_, last = study.run(choice(**choices), False)
    return last.drawn


# -- axes ----------------------------------------------------------------------------------------------------------
def test_every_parameter_the_current_and_its_noise_can_be_an_axis():
    assert AXES == View.param.map_y.objects == ["I", "sigma", *Numbers._fields]
    assert list(View.param.map_of.objects) == list(study.QUESTIONS) == list(view.NAMES)
    assert "x must be one of I" in Session().choose({"map_x": "tau_noise"})["map_x"]


def test_the_axes_differ_one_that_is_taken_changes_places():
    session = Session()
    for chosen, axes in (
        ({"map_x": "delta_T"}, ("delta_T", "I")),
        ({"map_y": "delta_T"}, ("I", "delta_T")),
        ({"map_x": "delta_T", "map_y": "tau"}, ("delta_T", "tau")),
        ({"map_y": "delta_T", "map_x": "tau"}, ("tau", "delta_T")),
        ({"map_x": "R", "map_y": "R"}, ("delta_T", "R")),
    ):
        assert session.choose(chosen) == {}
        assert (session.values()["map_x"], session.values()["map_y"]) == axes


def test_the_axes_and_the_question_are_in_the_link():
    session = Session()
    session.choose({"map_x": "delta_T", "map_of": "cv"})
    assert session.changed() == {"map_of": "cv", "map_x": "delta_T", "map_y": "I"}


def test_an_axis_covers_its_slider_and_the_present_value():
    low, high = scale(ExpIFParameters, "tau")[1:3]
    assert study.plane_of(choice(map_y="tau")).y_span == (low, high)
    assert study.plane_of(choice(map_y="tau", tau=300.0)).y_span == (low, 300.0)
    assert view.ranges(compute(choice(map_y="tau", tau=300.0)))[1] == (low, 300.0)


@pytest.mark.parametrize("axes", [("V_reset", "V_th"), ("V_th", "V_reset"), ("V_reset", "I"), ("I", "V_th")])
@pytest.mark.parametrize("potentials", [(-68.0, -30.0), (-41.0, -40.99), (-150.0, 100.0), (20.0, 21.0)])
def test_on_no_point_of_a_map_the_reset_lies_above_the_cut_off(axes, potentials):
    chosen = choice(map_x=axes[0], map_y=axes[1], V_reset=potentials[0], V_th=potentials[1])
    plane = study.plane_of(chosen)
    spans = dict(zip(axes, (plane.x_span, plane.y_span), strict=True))
    reset, top = (spans.get(name, (value, value)) for name, value in zip(("V_reset", "V_th"), potentials, strict=True))
    assert reset[1] < top[0]
    for name, value in zip(("V_reset", "V_th"), potentials, strict=True):
        assert name not in spans or spans[name][0] <= value <= spans[name][1]
    assert study.with_run(plane).values.shape == (40, 60)


# -- numbers -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("of", study.QUESTIONS)
@pytest.mark.parametrize("axes", [("I", "delta_T"), ("sigma", "I"), ("tau", "V_reset")])
def test_the_map_holds_the_numbers_of_a_sweep(of, axes):
    chosen = choice(map_of=of, map_x=axes[0], map_y=axes[1], sigma=3.0)
    plane = study.plane_of(chosen)
    if not study.mattering(plane):
        assert of == "rheobase"
        return
    *_, values = study.map_rows(plane, (5, 4))
    p, grid, measure, options = study.asked_of(plane, (5, 4))
    found = sweep(p, grid, measure, options=options)[study.QUESTIONS[of].variable]
    wanted = np.broadcast_to(
        found.values if found.ndim == 2 else found.values[:, None] if plane.y in found.dims else found.values, (4, 5)
    )
    assert np.array_equal(values, np.where(np.isfinite(wanted), wanted, np.nan), equal_nan=True)


def test_the_map_shows_the_exact_rate_of_each_neuron():
    drawn = finished(tau=20.0)
    assert drawn.values.shape == (120, 180)
    plane = drawn.plane
    delta_T, I = study.axis_values(plane.y_span, 120)[30], study.axis_values(plane.x_span, 180)
    assert drawn.values[30] == pytest.approx(theory.firing_rate(ExpIFParameters(tau=20.0, delta_T=delta_T), I))


def test_where_an_axis_does_not_matter_the_map_says_so():
    *_, last = study.run(choice(map_x="sigma", map_y="I"), False)
    assert last.note.startswith("It does not depend on the membrane noise σ.")
    assert (last.drawn.values == last.drawn.values[:, :1]).all()


def test_where_neither_axis_matters_there_is_a_sentence_and_no_map():
    chosen = choice(map_of="rheobase", map_x="sigma", map_y="I")
    with pytest.raises(ValueError, match="Neither axis changes the rheobase"):
        next(study.run(chosen, False))
    assert np.isnan(view.columns(compute(chosen))["map"]["value"]).all()


def test_coarse_maps_come_first_and_finer_ones_follow():
    *parts, last = study.run(choice(map_of="exact_noise", sigma=2.71), False)
    sizes = [part.drawn.values.shape for part in parts if part.drawn is not None]
    assert list(dict.fromkeys(sizes)) == [shape[::-1] for shape in study.STAIRS]
    assert all("Finer ones follow." in part.note for part in parts)
    assert "Finer" not in last.note
    assert study.with_run(last.drawn.plane) is last.drawn  # the next run has it at once


def test_the_rheobase_line_runs_between_the_silent_and_those_that_fire():
    columns = view.columns(compute(choice()))
    line = columns["map_rheobase"]
    for I, delta_T in zip(line["x"], line["y"], strict=True):
        assert theory.rheobase(ExpIFParameters(delta_T=delta_T)) == pytest.approx(I, abs=0.01)
    across = view.columns(compute(choice(map_x="V_rest", map_y="R", I=5.0)))["map_rheobase"]
    found = [theory.rheobase(ExpIFParameters(V_rest=x, R=y)) for x, y in zip(across["x"], across["y"], strict=True)]
    assert np.median(np.abs(np.array(found) - 5.0)) < 0.1


def test_lines_of_equal_values_carry_round_numbers():
    coarse = study.quick(study.plane_of(choice()), study.LIVE)  # whatever finer map is remembered by now
    numbers = view.image_columns(coarse)["map_numbers"]
    assert numbers["text"].tolist() == ["30", "60", "90"]
    for I, delta_T, text in zip(numbers["x"], numbers["y"], numbers["text"], strict=True):
        assert theory.firing_rate(ExpIFParameters(delta_T=delta_T), I) == pytest.approx(float(text), rel=0.02)


def test_a_plain_has_no_lines():
    noise = 1.0 + 1e-9 * np.random.default_rng(1).normal(size=(8, 9))
    assert contours.contours_of(np.arange(9.0), np.arange(8.0), noise)(1.0).size == 0


def test_colours_end_at_round_values_and_not_at_a_few_that_are_far_above():
    plane = study.plane_of(choice())
    usual = np.linspace(0.0, 90.0, 400).reshape(20, 20)
    assert view.colour_span(study.MapValues(plane, usual)) == (0.0, 100.0)
    usual[-1, -1] = 1e6
    assert view.colour_span(study.MapValues(plane, usual)) == (0.0, 100.0)
    assert view.colour_span(study.MapValues(plane, usual - 1e3))[0] == -1000.0
    assert view.colour_span(study.MapValues(plane, np.full((2, 2), np.nan))) == (0.0, 1.0)


# -- what it costs -------------------------------------------------------------------------------------------------
def test_what_is_dragged_on_the_map_leaves_the_map_as_it_is():
    one, other = (update.of_result(compute(choice(I=I, delta_T=d)), "map").pieces for I, d in ((10.0, 3.0), (4.0, 2.0)))
    assert one["map"] == other["map"]
    assert one["map_here"] != other["map_here"]


def test_the_map_is_of_the_open_tab_only():
    for tab in TABS:
        shown = update.of_result(compute(choice()), tab).pieces
        assert ("map" in shown) == (tab == "map")


def test_a_map_that_comes_with_a_run_is_small_and_a_finished_one_is_not_large():
    live = update.of_result(compute(choice(tau=11.0)), "map")
    assert len(frame({}, live.pieces)) < 40_000
    *_, last = study.run(choice(tau=11.0), False)
    assert len(frame({}, update.of_study(last, "map").pieces)) < 120_000


def test_remembered_maps_do_not_pile_up():
    plane = study.plane_of(choice())
    for number in range(study.KEPT + 5):
        study.keep_map(study.MapValues(plane._replace(I=float(number + 1)), np.zeros((2, 2))))
    assert len(study._fine) == study.KEPT


def test_no_turn_computes_more_than_a_few_points_beyond_its_time(monkeypatch):
    """The clock is told by the test: every few points take as long as a turn."""
    clock = itertools.count(0.0, study.TURN)
    monkeypatch.setattr(study.time, "monotonic", lambda: next(clock))
    rows = []
    monkeypatch.setattr(
        study, "map_rows", lambda plane, shape: (rows.append(shape) or np.zeros(shape[::-1]) for _ in range(9))
    )
    done = [len(rows) for _ in study.in_turns(study.plane_of(choice()), (3, 2))]
    assert np.diff([0, *done]).max() <= 2


@pytest.mark.parametrize("axes", [("tau", "R"), ("I", "R"), ("R", "I"), ("sigma", "I")])
def test_few_points_are_computed_at_once_and_every_one_of_them_once(axes):
    plane = study.plane_of(choice(map_of="latency", map_x=axes[0], map_y=axes[1]))
    p, grid, measure, options = study.asked_of(plane, (19, 11))
    request = study.checked_request(p, grid, measure, options, 0, "cpu")
    seen = np.zeros(request.shape, int)
    for start, stop in study.blocks(request):
        part = seen[tuple(slice(*ends) for ends in zip(start, stop, strict=True))]
        part += 1
        assert 0 < part.size <= study.AT_ONCE
    assert (seen == 1).all()


@settings(max_examples=60)
@given(data=st.data(), of=st.sampled_from(list(study.QUESTIONS)), axes=st.permutations(AXES))
def test_whatever_is_chosen_the_map_is_finite_or_empty_and_on_its_axes(data, of, axes):
    session = Session()
    session.choose({"map_of": of, "map_x": axes[0], "map_y": axes[1], "duration": 1.0})
    for name in ("I", "sigma", *Numbers._fields):
        declared = session.members()[name].param[name]
        session.choose({name: data.draw(st.floats(*declared.bounds) | st.floats(*declared.get_soft_bounds()))})
    try:
        result = compute(session.snapshot())
    except ValueError:  # a run that is too long is refused
        return
    (left, right), (bottom, top) = view.ranges(result)
    assert np.isfinite([left, right, bottom, top]).all()
    shown = view.columns(result)
    assert left <= shown["map_here"]["x"][0] <= right
    assert bottom <= shown["map_here"]["y"][0] <= top
    for name, columns in shown.items():
        assert not any(np.isinf(column).any() for column in columns.values() if column.dtype.kind == "f")
        assert name == "map" or len({len(column) for column in columns.values()}) == 1
    if "map" in shown:
        low, high = shown["map"]["colours"]
        assert low < high
    assert view.said(result)


def test_the_map_says_its_numbers():
    assert view.said(compute(choice())) == (
        "I from 0 to 20 across, at present 10; delta_T from 0.2 to 8 up, at present 3.48; "
        "the rheobase of this neuron is 1.62 nA."
    )
    *_, last = study.run(choice(), False)
    highest = theory.firing_rate(ExpIFParameters(delta_T=0.2), 20.0)
    assert view.study_said(last) == f"The rate runs from 0 to {highest:.4g} Hz."
