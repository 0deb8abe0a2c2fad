"""What the plots say beyond their lines, and what a hand does in them, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.reading import axes, notices, source, type_in, visit, wait_for


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


# -- a neuron that can both rest and fire ------------------------------------------------------------------------------
def test_a_bistable_neuron_is_named_and_both_its_branches_are_drawn(page, server):
    visit(page, server + "?V_reset=-40&I=0")
    expect(notices(page)).to_contain_text("Bistable between −1034 and 1.62 nA")
    wait_for(page, lambda: source(page, "fi_from_reset")["rate"])
    assert source(page, "fi_from_reset")["rate"] == pytest.approx([577.6] * 4, abs=2)
    assert source(page, "fi_simulated")["rate"][:3] == [0, 0, 0]
    assert source(page, "fi_rest")["rate"] == [0, 0]
    type_in(page, "V_reset", "-68")
    expect(notices(page)).to_be_hidden()
    wait_for(page, lambda: source(page, "fi_from_reset")["rate"] == source(page, "fi_rest")["rate"] == [])
