"""What the plots say beyond their lines, and what a hand does in them, in a real browser."""

import pytest

from tests.browser.reading import axes, source, type_in, visit, wait_for


@pytest.fixture
def live(page, server):
    return visit(page, server)


# -- the phase line ----------------------------------------------------------------------------------------------------
def test_the_phase_line_shows_the_flow_and_how_far_the_fixed_points_are_from_meeting(live):
    assert len(source(live, "flow_up")["V"]) > 5
    assert source(live, "flow_down")["V"] == []
    type_in(live, "I", "0")
    wait_for(live, lambda: source(live, "flow_down")["V"])
    assert source(live, "phase_distance_name")["text"] == ["min −0.162 mV/ms"]
    type_in(live, "I", "1.62")  # the rheobase
    wait_for(live, lambda: source(live, "phase_minimum")["dV"] == pytest.approx([0], abs=1e-9))
    for name in ("stable", "unstable", "phase_minimum"):
        assert source(live, name)["V"] == pytest.approx([-59.9], abs=1e-5)


def test_the_phase_line_covers_the_reset_wherever_it_is(live):
    type_in(live, "V_reset", "-120")
    wait_for(live, lambda: axes(live, "phase")[0] < -120)
    assert -120 in source(live, "phase_levels")["V"]
