"""Who looks closely sees every step of the run, and finds the way from spike to spike and back."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.reading import axes, source, type_in, visit, wait_for

NOISY = "?duration=2000&sigma=2"
LOOK = """(span) => [...Bokeh.documents[0]._all_models.values()]
  .find((model) => model.name === "trace_figure").x_range.setv({ start: span[0], end: span[1] })"""


@pytest.fixture
def noisy(page, server):
    return visit(page, server + NOISY)


def window(page):
    return axes(page, "trace")[:2]


def steps_seen(page):
    """How many points of the line lie in what is seen, and how many steps of the run."""
    start, end = window(page)
    t = np.array(source(page, "trace")["t"])
    return ((t >= start) & (t <= end)).sum(), (min(end, 2000) - max(start, 0)) / 0.1


def in_full_detail(page):
    points, steps = steps_seen(page)
    return points >= steps - 2


def test_turning_the_wheel_shows_every_step_of_what_is_seen(noisy):
    box = noisy.locator("#trace_place").bounding_box()
    noisy.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    noisy.locator("#trace_place .bk-tool-icon-wheel-zoom").click()
    noisy.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    assert not in_full_detail(noisy)
    for _ in range(40):
        noisy.mouse.wheel(0, -200)
        noisy.wait_for_timeout(20)
        if window(noisy)[1] - window(noisy)[0] < 60:
            break
    wait_for(noisy, lambda: in_full_detail(noisy))
    assert source(noisy, "level_names")["t"] == [window(noisy)[1]] * 4
    noisy.locator("#trace_place").dblclick()
    wait_for(noisy, lambda: window(noisy) == [0, 2000])
    wait_for(noisy, lambda: steps_seen(noisy)[0] < 2000)
    assert set(source(noisy, "level_names")["t"]) == {2000}
    assert noisy.errors == []


def test_a_current_that_wanders_is_seen_in_full_detail_too(page, server):
    visit(page, server + "?kind=Ornstein-Uhlenbeck+noise&duration=2000")
    page.evaluate(LOOK, [480, 520])
    wait_for(page, lambda: sum(480 <= t <= 520 for t in source(page, "current")["t"]) >= 399)


def test_full_detail_stays_while_parameters_change_and_axes_stay_where_they_are(noisy):
    noisy.evaluate(LOOK, [480, 520])
    wait_for(noisy, lambda: in_full_detail(noisy))
    before = source(noisy, "trace")["V"]
    type_in(noisy, "tau", "12")
    wait_for(noisy, lambda: source(noisy, "trace")["V"] != before)
    assert window(noisy) == [480, 520]
    assert in_full_detail(noisy)


def test_buttons_lead_from_spike_to_spike_and_back_to_the_whole_run(noisy):
    spikes = source(noisy, "spikes")["t"]
    for number in range(3):
        noisy.get_by_role("button", name="next spike").click()
        wait_for(noisy, lambda: sum(window(noisy)) / 2 == pytest.approx(spikes[number], abs=0.01))  # noqa: B023
    wait_for(noisy, lambda: in_full_detail(noisy))
    noisy.get_by_role("button", name="previous spike").click()
    wait_for(noisy, lambda: sum(window(noisy)) / 2 == pytest.approx(spikes[1], abs=0.01))
    assert window(noisy)[1] - window(noisy)[0] == pytest.approx(40)
    noisy.get_by_role("button", name="whole run").click()
    wait_for(noisy, lambda: window(noisy) == [0, 2000])


def test_arrow_keys_in_the_trace_lead_from_spike_to_spike(noisy):
    spikes = source(noisy, "spikes")["t"]
    noisy.locator("#trace_place").focus()
    noisy.keyboard.press("ArrowLeft")
    wait_for(noisy, lambda: sum(window(noisy)) / 2 == pytest.approx(spikes[-1], abs=0.01))
    noisy.keyboard.press("ArrowLeft")
    wait_for(noisy, lambda: sum(window(noisy)) / 2 == pytest.approx(spikes[-2], abs=0.01))
    noisy.keyboard.press("ArrowRight")
    wait_for(noisy, lambda: sum(window(noisy)) / 2 == pytest.approx(spikes[-1], abs=0.01))
    noisy.keyboard.press("Escape")
    wait_for(noisy, lambda: window(noisy) == [0, 2000])


def test_without_a_spike_the_whole_run_stays(page, server):
    visit(page, server + "?I=0")
    page.get_by_role("button", name="next spike").click()
    page.wait_for_timeout(100)
    assert window(page) == [0, 300]
    expect(page.locator("#connection")).to_be_hidden()
