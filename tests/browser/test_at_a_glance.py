"""What the plots say beyond their lines, and what a hand does in them, in a real browser."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from model import ExpIFParameters, theory
from model.theory.flow import vector_field
from tests.browser.reading import axes, box, notices, slider, source, type_in, visit, wait_for


@pytest.fixture
def live(page, server):
    return visit(page, server)


# -- the phase line ----------------------------------------------------------------------------------------------------
def test_the_phase_line_shows_the_flow_and_how_far_the_fixed_points_are_from_meeting(live):
    assert len(source(live, "flow")["V"]) > 5
    assert max(source(live, "flow")["angle"]) < 0
    type_in(live, "I", "0")
    wait_for(live, lambda: max(source(live, "flow")["angle"]) > 0)
    assert source(live, "phase_names")["text"][-1] == "min −0.162 mV/ms"
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
    page.get_by_role("combobox", name="over").select_option("V_reset")
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
    expect(page.get_by_role("combobox", name="over")).to_have_value("delta_T")
    wait_for(page, lambda: source(page, "present_value")["value"] == [3.48])


# -- one moment in all plots -------------------------------------------------------------------------------------------
def words(page):
    """The numbers of the moment under the pointer, and where its dot is on the phase line."""
    said = page.locator(".moment-words").inner_text().replace("−", "-")
    return [float(number) for number in re.findall(r"-?\d+\.\d+", said)]


def hover(page, view, x=0.4, y=0.5):
    """Put the mouse into a plot."""
    place = page.locator(f"#{view}_place").bounding_box()
    page.mouse.move(place["x"] + x * place["width"], place["y"] + y * place["height"])
    page.locator(".moment-words").wait_for()


def test_a_moment_under_the_pointer_is_the_same_in_every_plot(live):
    hover(live, "trace")
    t, V, I, dV = words(live)
    held = source(live, "trace")
    assert V == pytest.approx(np.interp(t, held["t"], held["V"]), abs=0.2)
    assert I == 10
    assert dV == pytest.approx(vector_field(ExpIFParameters(), V, 10.0), abs=0.02)
    lines = [line.bounding_box()["x"] for line in live.locator(".moment-line").all()]
    assert lines == pytest.approx([lines[0]] * 2, abs=1)
    assert live.locator(".moment-dot:visible").count() == 3
    hover(live, "current", x=0.4)
    assert words(live)[0] == pytest.approx(t, abs=0.5)
    live.mouse.move(5, 5)
    expect(live.locator(".moment-dot:visible")).to_have_count(0)
    assert live.errors == []


def test_the_moment_costs_the_server_nothing(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visit(page, server)
    before = len(sent)
    for x in (0.3, 0.5, 0.7):
        hover(page, "trace", x=x)
    assert len(sent) == before


def test_the_moment_is_moved_by_keys_and_read_out(live):
    moment = live.get_by_role("slider", name="moment", exact=True)
    moment.focus()
    live.keyboard.press("Home")
    expect(moment).to_have_attribute("aria-valuenow", "0")
    live.keyboard.press("PageUp")
    expect(moment).to_have_attribute("aria-valuenow", "10")
    live.keyboard.press("ArrowRight")
    expect(moment).to_have_attribute(
        "aria-valuetext", re.compile(r"^t 11\.0 ms +V −\d+\.\d+ mV +I 10\.00 nA +dV/dt \d")
    )
    type_in(live, "I", "0")  # the keyboard has left; the moment goes
    expect(live.locator(".moment-words")).to_be_hidden()


def test_with_a_changing_current_the_moment_has_the_slope_of_its_own_current(page, server):
    visit(page, server + "?kind=ramp&I=1.5&onset=50")
    hover(page, "trace", x=0.6)
    t, V, I, dV = words(page)
    held = source(page, "current")
    assert I == pytest.approx(np.interp(t, held["t"], held["I"]), abs=0.01)
    assert 0 < I < 1.5
    assert dV == pytest.approx(vector_field(ExpIFParameters(), V, I), abs=0.01)


def test_while_V_is_held_at_the_reset_it_does_not_move(page, server):
    visit(page, server + "?tau_ref=200&I=20")
    hover(page, "trace", x=0.5)
    _, V, _, dV = words(page)
    assert (V, dV) == (-68, 0)


# -- dragged in the plots ----------------------------------------------------------------------------------------------
def test_the_diamond_is_dragged_along_the_f_I_curve(live):
    pull(live, "I on the f-I curve", right=50)
    I = float(box(live, "I").input_value())
    assert 12 < I < 16
    assert float(slider(live, "I").input_value()) == I
    wait_for(live, lambda: source(live, "operating_point")["I"] == [pytest.approx(I)])
    exact = theory.firing_rate(ExpIFParameters(), I)
    assert source(live, "operating_point")["rate"] == pytest.approx([exact], rel=1e-3)
    live.wait_for_url(re.compile(rf"I={I:g}$"))


@pytest.mark.parametrize(("name", "down"), [("V_T", 30), ("V_th", 40), ("V_reset", 20)])
def test_a_level_is_dragged_in_the_trace(live, name, down):
    before = float(box(live, name).input_value())
    pull(live, f"{name} in the trace", down=down)
    now = float(box(live, name).input_value())
    assert now < before - 1
    wait_for(live, lambda: now in source(live, "level_names")["V"])
    expect(handle(live, f"{name} in the trace")).to_have_attribute("aria-valuetext", f"{now:g} mV")
    assert live.errors == []


def test_what_is_dragged_moves_the_axes_and_ghosts_as_a_slider_does(live):
    grip = handle(live, "V_T in the trace").bounding_box()
    x, y = grip["x"] + 30, grip["y"] + grip["height"] / 2
    live.mouse.move(x, y)
    live.mouse.down()
    live.mouse.move(x, y + 15)
    wait_for(live, lambda: len(source(live, "trace_ghost")["t"]) > 100)
    live.mouse.up()
    wait_for(live, lambda: source(live, "trace_ghost")["t"] == [])


def test_what_is_dragged_sends_what_a_slider_sends(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(json.loads(frame))))
    visit(page, server)
    before = len(sent)
    handle(page, "I on the f-I curve").focus()
    page.keyboard.press("ArrowRight")
    wait_for(page, lambda: source(page, "operating_point")["I"] == [pytest.approx(10.1)])
    assert [wish["choose"] for wish in sent[before:]] == [{"I": 10.1}]


def test_every_handle_is_reached_by_tab_and_moved_by_keys(live):
    reached = set()
    slider(live, "tau_ref").focus()
    for _ in range(30):
        live.keyboard.press("Tab")
        reached.add(live.evaluate("() => document.activeElement?.getAttribute('aria-label')"))
    assert {"V_th in the trace", "V_T in the trace", "V_reset in the trace", "moment", "I on the f-I curve"} <= reached
    handle(live, "V_T in the trace").focus()
    live.keyboard.press("ArrowUp")
    expect(box(live, "V_T")).to_have_value("-59.8")
    wait_for(live, lambda: -59.8 in source(live, "level_names")["V"])


def test_a_finger_drags_a_level_and_the_page_stays(open_page, server):
    page = visit(open_page(viewport=(390, 844), has_touch=True, is_mobile=True), server)
    grip = handle(page, "V_T in the trace").bounding_box()
    x, y = grip["x"] + 10, grip["y"] + grip["height"] / 2
    touch = page.context.new_cdp_session(page)
    for kind, down in (("touchStart", 0), *(("touchMove", 6 * step) for step in range(1, 6)), ("touchEnd", None)):
        points = [] if down is None else [{"x": x, "y": y + down}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(30)
    assert float(box(page, "V_T").input_value()) < -61
    assert page.evaluate("scrollY") == 0
