"""Spikes are heard: each at its own time, in the rhythm of the neuron, and never unasked."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from model import ExpIFParameters, theory
from tests.browser.reading import type_in, visit, wait_until

PERIOD = float(theory.period(ExpIFParameters(), 10.0))  # ms
# Every click and every note, with the time on the audio clock for which it was asked, and how far the clock was then.
RECORD = """() => {
  window.clicks = []
  window.notes = []
  const start = AudioBufferSourceNode.prototype.start, stop = AudioBufferSourceNode.prototype.stop
  AudioBufferSourceNode.prototype.start = function (when) {
    this.click = { when, now: this.context.currentTime, stopped: false }
    clicks.push(this.click)
    return start.call(this, when)
  }
  AudioBufferSourceNode.prototype.stop = function (...given) {
    this.click.stopped = this.context.currentTime < this.click.when // what has sounded is not taken back
    return stop.apply(this, given)
  }
  const set = AudioParam.prototype.setValueAtTime
  AudioParam.prototype.setValueAtTime = function (value, when) {
    notes.push({ value, when })
    return set.call(this, value, when)
  }
}"""
REFUSE = "() => { window.AudioContext = class { constructor() { throw new Error('refused') } } }"
TIME = "(t) => Number(document.querySelector('.play-now').textContent.split(' ')[1]) > t"


@pytest.fixture
def live(page, server):
    page.add_init_script(f"({RECORD})()")
    return visit(page, server)


def sound(page):
    return page.get_by_role("button", name="Sound")


def played_to(page, t):
    wait_until(page, TIME, t)
    page.keyboard.press("Space")
    page.locator(".transport .play").get_by_text("Play").wait_for()


def heard(page):
    """Return when the clicks were asked for [s], those that were not taken back."""
    clicks = page.evaluate("() => clicks")
    assert all(click["when"] >= click["now"] for click in clicks)  # ahead: the audio clock is never late
    return np.array([click["when"] for click in clicks if not click["stopped"]])


def test_the_page_is_silent_until_sound_is_asked_for(live):
    live.keyboard.press("Space")
    played_to(live, 360)
    assert live.evaluate("() => clicks") == []
    expect(sound(live)).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(("speed", "until"), [("0.05", 420), ("0.2", 800), ("0.02", 375)])
def test_clicks_have_the_rhythm_of_the_spikes(live, speed, until):
    live.select_option(".transport .speed", speed)
    live.evaluate("() => document.activeElement.blur()")
    live.keyboard.press("s")  # what can be heard begins to play
    expect(sound(live)).to_have_attribute("aria-pressed", "true")
    played_to(live, until)
    times = heard(live)
    intervals = np.diff(times) * 1000 * float(speed)
    assert times.size > 2
    whole = np.round(intervals / PERIOD)  # time stands still where the future is not here yet, between whole intervals
    assert (whole == 1).sum() >= times.size - 2
    np.testing.assert_allclose(intervals[whole == 1], PERIOD, rtol=1e-4)


def test_every_click_is_a_spike_of_the_neuron(live):
    type_in(live, "sigma", "4")
    live.evaluate("() => document.activeElement.blur()")
    live.keyboard.press("s")
    played_to(live, 450)
    intervals = np.diff(heard(live)) * 50
    spikes = np.array(
        live.evaluate(
            """() => Array.from([...Bokeh.documents[0]._all_models.values()]
              .find((model) => model.name === "spikes").data.t)"""
        )
    )
    true = np.diff(spikes[spikes > 300.0])
    found = [np.abs(true - interval).min() < 1e-3 for interval in intervals]
    assert sum(found) >= len(found) - 1


def test_where_clicks_would_merge_there_is_a_tone_of_their_frequency(live):
    type_in(live, "I", "1000")
    live.select_option(".transport .speed", "1")
    live.evaluate("() => document.activeElement.blur()")
    live.keyboard.press("s")
    played_to(live, 1500)
    notes = live.evaluate("() => notes")
    tones = [note["value"] for note in notes if note["value"] > 20.0]
    assert tones
    rate = float(re.search(r"([\d.]+) Hz", live.locator("p.sentence").text_content())[1])
    np.testing.assert_allclose(tones, rate, rtol=1e-3)
    assert notes[-1]["value"] == 0.0  # it ends with the pause


def test_the_same_neuron_slowed_down_clicks_again(live):
    type_in(live, "I", "1000")
    live.wait_for_url(re.compile("I=1000"))
    live.select_option(".transport .speed", "0.01")
    live.evaluate("() => document.activeElement.blur()")
    live.keyboard.press("s")
    played_to(live, 312)
    assert heard(live).size > 3


def test_what_is_changed_is_heard_changed(live):
    live.evaluate("() => document.activeElement.blur()")
    live.keyboard.press("s")
    wait_until(live, TIME, 340)
    type_in(live, "I", "0")
    wait_until(live, "() => document.querySelector('.play-now').textContent.includes('I 0.00')")
    count = heard(live).size
    live.wait_for_timeout(1200)
    assert heard(live).size <= count + 1  # it comes to rest


def test_the_volume_is_chosen_and_sound_is_turned_off_again(live):
    volume = live.get_by_label("volume")
    expect(volume).to_be_hidden()
    sound(live).click()
    expect(volume).to_be_visible()
    volume.focus()
    live.keyboard.press("Home")
    wait_until(live, TIME, 330)
    sound(live).click()
    expect(volume).to_be_hidden()
    live.wait_for_timeout(300)
    count = live.evaluate("() => clicks.length")
    live.wait_for_timeout(800)
    assert live.evaluate("() => clicks.length") == count


def test_a_spike_is_seen_as_well(live):
    live.keyboard.press("Space")
    live.wait_for_function("() => document.querySelector('.transport .lamp').classList.contains('on')", polling=20)
    live.wait_for_function("() => !document.querySelector('.transport .lamp').classList.contains('on')", polling=20)
    assert re.search(r"Hz", live.locator(".play-now").text_content())


def test_refused_audio_is_said_and_nothing_is_lost(open_page, server):
    page = open_page()
    page.add_init_script(f"({REFUSE})()")
    visit(page, server)
    sound(page).click()
    expect(page.locator("ul.notices")).to_contain_text("gives the page no sound")
    expect(sound(page)).to_have_attribute("aria-pressed", "false")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("Space")
    wait_until(page, TIME, 320)
    assert not page.errors


def test_a_tone_ends_with_the_spikes(live):
    type_in(live, "I", "1000")
    live.select_option(".transport .speed", "1")
    live.evaluate("() => document.activeElement.blur()")
    live.keyboard.press("s")
    wait_until(live, TIME, 1200)
    type_in(live, "I", "0")
    wait_until(live, "() => document.querySelector('.play-now').textContent.includes('I 0.00')")
    live.wait_for_timeout(500)
    loud = [note for note in live.evaluate("() => notes") if note["value"] == 0.25]
    assert live.evaluate("() => notes").pop()["value"] == 0.0
    count = len(loud)
    live.wait_for_timeout(500)
    assert len([note for note in live.evaluate("() => notes") if note["value"] == 0.25]) == count
