"""A slider that moves by itself: as a hand would move it, until it is stopped."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.reading import box, slider, source, type_in, visit, wait_for

MESSAGES = """() => {
  window.sent = []
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (text) { window.sent.push(JSON.parse(text)); return send.call(this, text) }
}"""


BEGINS_AGAIN = """async () => {
  const end = performance.now() + 20000
  for (let last = NaN; performance.now() < end;) {
    await new Promise(requestAnimationFrame)
    const value = Number(document.querySelector("#number-delta_T").value)
    if (Math.abs(value - last) > 5) return true // from one end to the other, whichever way it went
    last = value
  }
  return false
}"""


@pytest.fixture
def live(page, server):
    return visit(page, server)


def play(page, name):
    return page.locator(f"nav [data-name={name}] .play")


def value(page, name):
    return float(box(page, name).input_value())


def test_it_moves_the_neuron_as_a_drag_does_and_stops_where_it_is(live):
    steps = live.evaluate("history.length")
    expect(play(live, "I")).to_have_attribute("aria-label", "Sweep Current I")
    play(live, "I").click()
    expect(play(live, "I")).to_have_attribute("aria-label", "Stop the sweep of Current I")
    wait_for(live, lambda: value(live, "I") > 11)
    assert source(live, "trace_ghost")["t"]  # the run from before stays behind, as in a drag
    assert "I=" not in live.url  # nothing is written while it moves
    play(live, "I").click()
    stopped = value(live, "I")
    live.wait_for_timeout(300)
    assert value(live, "I") == stopped
    live.wait_for_url(re.compile(f"I={stopped:g}"))
    assert live.evaluate("history.length") <= steps + 1  # one step of the history
    wait_for(live, lambda: source(live, "trace_ghost")["t"] == [])
    wait_for(live, lambda: source(live, "operating_point")["I"] == pytest.approx([stopped]))


def test_it_goes_there_and_back_or_begins_again(live):
    type_in(live, "delta_T", "7.8")
    play(live, "delta_T").click()
    live.get_by_role("combobox", name="Speed of the sweep").select_option("4")
    wait_for(live, lambda: value(live, "delta_T") < 7)  # it has turned at the end
    back = live.get_by_role("button", name="There and back")
    expect(back).to_have_attribute("aria-pressed", "true")
    back.click()
    assert live.evaluate(BEGINS_AGAIN)
    live.keyboard.press("Escape")
    expect(live.locator(".sweeping")).to_have_count(0)


@pytest.mark.parametrize("touch", ["slider", "arrow", "box", "other", "escape", "reset", "shape"])
def test_it_stops_when_the_visitor_takes_over(live, touch):
    play(live, "I").click()
    wait_for(live, lambda: value(live, "I") > 10.2)
    {
        "slider": lambda: slider(live, "I").click(position={"x": 20, "y": 8}),
        "arrow": lambda: (slider(live, "I").focus(), live.keyboard.press("ArrowRight")),
        "box": lambda: (box(live, "I").click(), type_in(live, "I", "3")),
        "other": lambda: play(live, "tau").click(),
        "escape": lambda: live.keyboard.press("Escape"),
        "reset": lambda: live.get_by_role("button", name="Reset all").click(),
        "shape": lambda: live.locator("nav [data-name=kind] select").select_option("step"),
    }[touch]()
    expect(play(live, "I")).to_have_attribute("aria-label", re.compile("^Sweep"))
    if touch == "box":
        expect(box(live, "I")).to_have_value("3")
    if touch == "reset":
        wait_for(live, lambda: value(live, "I") == 10)
    if touch == "other":
        expect(play(live, "tau")).to_have_attribute("aria-label", re.compile("^Stop"))
        live.keyboard.press("Escape")
    stopped = value(live, "I")
    live.wait_for_timeout(300)
    assert value(live, "I") == stopped
    assert live.errors == []


def test_it_keeps_to_the_pacing_of_a_drag(live):
    live.evaluate(MESSAGES)
    frames = live.evaluate(
        """async () => {
          document.querySelector("nav [data-name=I] .play").click()
          const seen = new Set()
          for (let frame = 0; frame < 40; frame += 1) {
            await new Promise(requestAnimationFrame)
            seen.add(document.querySelector("#number-I").value)
          }
          return seen.size
        }"""
    )
    live.keyboard.press("Escape")
    sent = live.evaluate("window.sent")
    assert frames > 20  # it moves in nearly every frame, by less than a step of the slider
    assert len(sent) <= 45  # and asks for no more than can be answered
    assert all(set(message["choose"]) <= {"I"} for message in sent)


def test_with_reduced_motion_it_goes_in_steps(open_page, server):
    page = visit(open_page(reduced_motion="reduce"), server)
    seen = page.evaluate(
        """async () => {
          document.querySelector("nav [data-name=I] .play").click()
          const seen = new Set()
          const end = performance.now() + 2000
          while (performance.now() < end) {
            await new Promise(requestAnimationFrame)
            seen.add(document.querySelector("#number-I").value)
          }
          return seen.size
        }"""
    )
    assert 1 < seen <= 4


def test_it_is_reached_and_stopped_by_keyboard(live):
    play(live, "tau").focus()
    live.keyboard.press("Enter")
    wait_for(live, lambda: value(live, "tau") > 10.5)
    expect(play(live, "tau")).to_be_focused()
    live.keyboard.press("Tab")  # passing by the slider does not stop it
    live.keyboard.press("Tab")
    expect(live.get_by_role("combobox", name="Speed of the sweep")).to_be_focused()
    live.keyboard.press("Escape")
    expect(play(live, "tau")).to_have_attribute("aria-label", "Sweep Time constant tau")
