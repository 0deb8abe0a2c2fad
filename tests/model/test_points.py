"""A drawn current: straight lines through points, exact over each step, and a text that loses nothing."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import ExpIFParameters, simulate, stimuli
from model.points import CLOSEST, MOST, TIME_BOUNDS, Points
from model.stimuli import CURRENT_BOUNDS, Drawn

EPS = np.finfo(np.float64).eps
CURRENTS = st.floats(*CURRENT_BOUNDS)


@st.composite
def points(draw, latest=60.0):
    times = sorted(draw(st.sets(st.floats(0.0, latest), min_size=1, max_size=12)))
    apart = [t for t, before in zip(times, [-1.0, *times], strict=False) if t - before >= CLOSEST]
    return Points(apart, [draw(CURRENTS) for _ in apart])


def exact_mean(drawn, begin, end):
    """The mean over a step, piece by piece, without rounding."""
    times = [Fraction(t) for t in drawn.times]
    currents = [Fraction(I) for I in drawn.currents]

    def at(t):
        if t <= times[0]:
            return currents[0]
        if t >= times[-1]:
            return currents[-1]
        k = max(k for k, time in enumerate(times) if time <= t)
        part = (t - times[k]) / (times[k + 1] - times[k])
        return currents[k] + part * (currents[k + 1] - currents[k])

    begin, end = Fraction(begin), Fraction(end)
    edges = [begin, *(t for t in times if begin < t < end), end]
    area = sum((at(one) + at(other)) / 2 * (other - one) for one, other in pairwise(edges))
    return area / (end - begin)


@given(drawn=points(), dt=st.floats(1e-3, 5.0), first=st.integers(0, 200), steps=st.integers(1, 20))
def test_each_step_has_the_exact_mean_of_the_lines_in_it(drawn, dt, first, steps):
    t = (first + np.arange(steps)) * dt
    got = Drawn(drawn=drawn).sample(t, dt, np.random.default_rng(0))
    largest = np.abs(drawn.currents).max()
    # An edge within rounding of the grid counts as on it: then it moves by a part of the step, 8 eps of its time.
    error = 32.0 * EPS * largest * (1.0 + len(drawn)) * (1.0 + (t[-1] + dt) / dt) + 1e-300
    steepest = np.abs(np.diff(drawn.currents) / np.diff(drawn.times)).max(initial=0.0)
    error += 16.0 * EPS * (t[-1] + dt) * steepest  # and a time that is rounded lies elsewhere on its line
    for begin, mean in zip(t, got, strict=True):
        assert abs(mean - float(exact_mean(drawn, begin, begin + dt))) <= error


def test_a_triangle_is_followed_step_by_step():
    t = np.arange(4) * 1.0
    triangle = Drawn([1.0, 2.0, 3.0], [0.0, 4.0, 0.0])
    assert triangle.sample(t, 1.0, np.random.default_rng(0)).tolist() == [0.0, 2.0, 2.0, 0.0]
    assert triangle.sample(np.zeros(1), 4.0, np.random.default_rng(0)).tolist() == [1.0]


def test_beyond_its_ends_a_drawn_current_stays_what_it_is_there():
    t = np.array([0.0, 100.0])
    assert Drawn([10.0, 20.0], [1.0, 3.0]).sample(t, 0.1, np.random.default_rng(0)).tolist() == [1.0, 3.0]
    assert Drawn([10.0], [2.0]).sample(t, 0.1, np.random.default_rng(0)).tolist() == [2.0, 2.0]


def test_a_drawn_ramp_is_the_ramp_itself():
    p = ExpIFParameters()
    ramp = simulate(p, stimuli.Ramp(I=12.0, onset=20.0, length=150.0, I_base=1.0), seed=1)
    drawn = simulate(p, Drawn([20.0, 170.0], [1.0, 12.0]), seed=1)
    assert ramp.spikes.size > 5
    np.testing.assert_allclose(drawn.I, ramp.I, rtol=0, atol=1e-12)
    np.testing.assert_allclose(drawn.spikes, ramp.spikes, rtol=0, atol=1e-9)


def test_the_added_current_lifts_the_whole_drawing():
    t = np.arange(300) * 0.1
    flat, lifted = (Drawn([5.0, 20.0], [0.0, 3.0], I=I).sample(t, 0.1, np.random.default_rng(0)) for I in (0.0, 2.5))
    np.testing.assert_allclose(lifted, flat + 2.5, rtol=0, atol=1e-12)


@given(drawn=points(latest=TIME_BOUNDS[1]))
def test_the_text_of_points_gives_the_same_points(drawn):
    again = Points.read(drawn.text)
    assert again == drawn
    assert hash(again) == hash(drawn)
    assert eval(repr(drawn), {"Points": Points}) == drawn


def test_points_that_differ_are_not_equal():
    assert Points([0, 1], [2, 3]) != Points([0, 1], [2, 4])
    assert Points([1], [2]) != "1_2"
    assert Points([0.0], [-0.0]).text == "0_0"


def test_points_never_change():
    drawn = Points([0, 1], [2, 3])
    with pytest.raises(ValueError, match="read-only"):
        drawn.currents[0] = 5.0
    with pytest.raises(AttributeError):
        drawn.times = np.zeros(2)


def test_the_mean_of_a_drawing_is_its_area_over_the_time():
    assert Points([10.0, 20.0], [0.0, 10.0]).mean(20.0) == pytest.approx(2.5)
    assert Points([10.0, 20.0], [0.0, 10.0]).mean(5.0) == 0.0
    assert Points([10.0], [3.0]).mean(1.0) == 3.0


@pytest.mark.parametrize(("times", "currents", "said"), [
    ([0, float("nan")], [1, 2], "Every time .* that of point 2 is nan"),
    ([0, 1], [1, float("inf")], "Every current .* that of point 2 is inf"),
    ([-1, 1], [1, 2], "between 0 and 100000 ms; that of point 1 is -1"),
    ([0, 1], [1, 20000], "between -10000 and 10000 nA; that of point 2 is 20000"),
    ([0, 2, 1], [1, 1, 1], "point 3 is at 1 ms, after 2 ms"),
    ([0, 0], [1, 2], "point 2 is at 0 ms, after 0 ms"),
    ([0, 1], [1], "2 times and 1 currents"),
    ([], [], "numbers|1 to"),
    (np.arange(MOST + 1), np.zeros(MOST + 1), f"from 1 to {MOST} points"),
    ("ab", [1], "are a list of numbers"),
    ([[0, 1]], [1], "are a list of numbers"),
    ([0, [1]], [1, 2], "are a list of numbers"),
    ([True], [1], "are a list of numbers"),
    (None, [1], "are a list of numbers"),
])  # fmt: skip
def test_points_that_are_not_allowed_are_refused_in_a_sentence(times, currents, said):
    with pytest.raises(ValueError, match=said) as refused:
        Drawn(times, currents)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("text", ["", "1", "1_2_3", "a_b", "1_2_", "٣_٣", "1 2", 5, None, [0, 1], "0_0" * 9000])
def test_a_text_that_is_no_drawing_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match="in turn, joined by _") as refused:
        Points.read(text)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("text", ["nan_1", "0_1e400", "0_-inf", "1_1_1_1", "5_1_4_1"])
def test_a_text_of_numbers_that_are_not_allowed_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"^E(very|ach) "):
        Points.read(text)
