"""Of what is seen everything is drawn, and of the rest as much as a screen can show."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dashboard.views.detail import AROUND_POINTS, LINE_POINTS, drawn_line, drawn_spikes, split_by_window, thinned

t = np.arange(50_000) * 0.1
y = np.sin(t * t)
windows = st.tuples(st.floats(0, 5000), st.floats(0, 5000)).map(sorted).filter(lambda window: window[0] < window[1])


@given(window=windows)
def test_a_window_of_few_steps_is_drawn_step_by_step_and_a_wide_one_is_thinned(window):
    x, heights = drawn_line(t, y, window)
    inside = (t >= window[0]) & (t <= window[1])
    seen = (x >= window[0]) & (x <= window[1])
    assert (np.diff(x) >= 0).all()
    assert x.size <= LINE_POINTS + 2 * AROUND_POINTS + 6
    if inside.sum() <= LINE_POINTS - 2:
        assert np.array_equal(x[seen], t[inside])
        assert np.array_equal(heights[seen], y[inside])


@given(start=st.floats(0, 4800))
def test_a_line_that_is_not_thinned_reaches_the_edges_of_the_window(start):
    x, _ = drawn_line(t, y, (start, start + 100.0))
    at = np.searchsorted(x, start, "right") - 1
    assert x[at] == t[np.searchsorted(t, start, "right") - 1]  # the last step before it
    assert (x[at:] >= start + 100.0 - 1e-9).any()


@given(window=windows, times=st.lists(st.floats(0, 5000), max_size=50).map(sorted))
def test_every_spike_is_in_one_part_and_those_of_the_window_in_its(window, times):
    spikes = np.array(times)
    before, inside, after = (spikes[part] for part in split_by_window(spikes, window))
    assert np.array_equal(np.concatenate([before, inside, after]), spikes)
    assert set(spikes[(spikes >= window[0]) & (spikes <= window[1])]) <= set(inside)
    assert np.array_equal(drawn_spikes(spikes, window), spikes)


def test_a_thinned_line_keeps_the_extremes():
    x, heights = thinned(t, y, 100)
    assert x.size <= 102
    assert (heights.min(), heights.max()) == (y.min(), y.max())
