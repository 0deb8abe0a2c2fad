"""What the plots say beyond their lines, and what a hand does in them, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.reading import axes, box, notices, source, type_in, visit, wait_for


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


# -- the bifurcation diagram -------------------------------------------------------------------------------------------
def handle(page, name):
    """What can be dragged in a plot."""
    return page.get_by_role("slider", name=name, exact=True)


def pull(page, name, right=0, down=0):
    """Drag a handle with the mouse, in steps, as a hand does."""
    grip = handle(page, name).bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + right * step / 5, y + down * step / 5)
        page.wait_for_timeout(30)
    page.mouse.up()


def test_the_bifurcation_diagram_follows_the_sliders_and_its_line_sets_one(page, server):
    visit(page, server + "?tab=bifurcation&I=1")
    wait_for(page, lambda: source(page, "meeting")["value"] == pytest.approx([1.62]))
    type_in(page, "delta_T", "2")
    wait_for(page, lambda: source(page, "meeting")["value"] == pytest.approx([3.1]))
    pull(page, "I in the bifurcation diagram", right=60)
    I = float(box(page, "I").input_value())
    assert 4 < I < 8
    wait_for(page, lambda: source(page, "present_value")["value"] == [I])
    assert handle(page, "I in the bifurcation diagram").get_attribute("aria-valuenow") == str(I)
    page.wait_for_url(re.compile(rf"I={I:g}&"))
    assert page.errors == []


def test_the_diagram_is_drawn_over_any_input_and_its_line_is_moved_by_keys(page, server):
    visit(page, server + "?tab=bifurcation&I=0")
    page.get_by_label("over", exact=True).select_option("V_reset")
    wait_for(page, lambda: source(page, "present_value")["value"] == [-68])
    page.wait_for_url(re.compile("over=V_reset"))
    assert source(page, "bistable_name")["text"] == ["bistable"]
    handle(page, "V_reset in the bifurcation diagram").focus()
    for key in ("ArrowRight", "PageUp", "ArrowDown"):
        page.keyboard.press(key)
    expect(box(page, "V_reset")).to_have_value("-67")
    wait_for(page, lambda: source(page, "present_value")["value"] == [-67])


def test_the_choice_of_the_axis_is_kept_in_the_address(page, server):
    visit(page, server + "?tab=bifurcation&over=delta_T")
    expect(page.get_by_label("over", exact=True)).to_have_value("delta_T")
    wait_for(page, lambda: source(page, "present_value")["value"] == [3.48])
