"""The neuron runs: played, paused, stepped, poked, and changed while it runs."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from model import ExpIFParameters, simulate
from tests.browser.reading import axes, box, slider, source, type_in, visit, wait_for, wait_until

P = ExpIFParameters()
# What the page keeps of a neuron that runs: every piece as it came, and what was asked for.
WATCH = """() => {
  const Plain = WebSocket.prototype.send
  window.asked = []
  WebSocket.prototype.send = function (text) {
    const { play } = JSON.parse(text)
    if (play) asked.push({ ...play, at: performance.now() })
    return Plain.call(this, text)
  }
}"""
SPEED = ".transport .speed"


def transport(page, name):
    return page.locator(f".transport .{name}")


def words(page):
    """Return what is said of the moment, as numbers: t [ms], V [mV], I [nA], rate [Hz]."""
    said = page.locator(".play-now").text_content().replace("−", "-")
    return [float(each) for each in re.findall(r"-?\d+\.?\d*", said)]


def moment(page):
    return words(page)[0]


def paused_at(page):
    transport(page, "play").get_by_text("Play").wait_for()
    return axes(page, "trace")[1]


@pytest.fixture
def live(page, server):
    page.add_init_script(f"({WATCH})()")
    return visit(page, server)


def play(page, until=330.0):
    """Let time run on until so many ms."""
    page.evaluate("() => document.activeElement.blur()")  # what has the focus may want the space bar for itself
    page.keyboard.press("Space")
    wait_until(page, "(t) => Number(document.querySelector('.play-now').textContent.split(' ')[1]) > t", until)


def test_space_lets_time_run_on_from_the_end_of_the_run_and_pauses(live):
    play(live)
    expect(transport(live, "play")).to_have_text("❚❚ Pause")
    assert axes(live, "trace")[:2] == [-300.0, 0.0]  # it scrolls: now is at the right end
    live.keyboard.press("Space")
    t = paused_at(live)
    assert 330.0 < t < 400.0
    assert axes(live, "trace")[:2] == pytest.approx([t - 300.0, t])
    np.testing.assert_allclose(source(live, "trace")["t"][-1], t)


def test_what_is_played_is_the_run_that_never_ended(live):
    play(live, 360.0)
    live.keyboard.press("Space")
    t = paused_at(live)
    whole = simulate(P, 10.0, duration=t + 0.05)
    shown = source(live, "spikes")["t"]
    np.testing.assert_array_equal(shown, whole.spikes[(whole.spikes > t - 300.0) & (whole.spikes <= t)])
    drawn = source(live, "trace")
    assert np.interp(320.0, drawn["t"], drawn["V"]) == pytest.approx(np.interp(320.0, whole.t, whole.V), abs=0.05)


def test_the_moment_is_a_ball_on_trace_current_and_phase_line(live):
    play(live)
    live.keyboard.press("Space")
    t = paused_at(live)
    V, I = source(live, "trace")["V"][-1], 10.0
    for view, x, y in (("trace", t, V), ("current", t, I)):
        centre = ball(live, view)
        left, right, bottom, top = axes(live, view)
        inside = frame(live, view)
        assert centre[0] == pytest.approx(inside["left"] + (x - left) / (right - left) * inside["width"], abs=1.5)
        assert centre[1] == pytest.approx(inside["bottom"] - (y - bottom) / (top - bottom) * inside["height"], abs=1.5)
    left, right, *_ = axes(live, "phase")
    inside = frame(live, "phase")
    assert ball(live, "phase")[0] == pytest.approx(
        inside["left"] + (V - left) / (right - left) * inside["width"], abs=1.5
    )


def ball(page, view):
    """Return the centre of the ball in a plot [px]."""
    its = page.locator(f".{view} .play-ball").bounding_box()
    return its["x"] + its["width"] / 2, its["y"] + its["height"] / 2


def frame(page, view):
    """Return the inside of a plot [px]."""
    return page.evaluate(
        """(view) => {
          const figure = [...Bokeh.documents[0]._all_models.values()].find((model) => model.name === `${view}_figure`)
          const { left, bottom, width, height } = Bokeh.index.find_one(figure).frame.bbox
          const corner = document.getElementById(`${view}_place`).getBoundingClientRect()
          return { left: corner.left + left, bottom: corner.top + bottom, width, height }
        }""",
        view,
    )


def test_a_slider_acts_on_the_neuron_that_runs_and_nothing_begins_anew(live):
    play(live)
    before = moment(live)
    slider(live, "I").focus()
    live.keyboard.press("Home")
    wait_until(live, "() => document.querySelector('.play-now').textContent.includes('I 0.00')")
    assert moment(live) > before
    live.evaluate("() => document.activeElement.blur()")
    live.keyboard.press("Space")
    t = paused_at(live)
    current = source(live, "current")
    assert current["I"][0] == 10.0
    assert current["I"][-1] == 0.0
    changed = current["t"][current["I"].index(0.0)]
    assert before < changed < t
    assert max(source(live, "spikes")["t"]) <= changed + 1.0  # without current it comes to rest
    drawn, unchanged = source(live, "trace"), simulate(P, 10.0, duration=changed + 1.0)
    at = [changed - 0.2, changed]  # V goes on from where it was
    V = np.interp(at, unchanged.t, unchanged.V)
    np.testing.assert_allclose(np.interp(at, drawn["t"], drawn["V"]), V, atol=0.1)


def test_the_pieces_are_those_of_one_run(live):
    """The page asks from states of the run that never ended."""
    play(live, 400.0)
    live.keyboard.press("Space")
    asked = live.evaluate("() => asked")
    assert len(asked) > 2
    whole = simulate(P, 10.0, duration=500.0)
    for each in asked:
        step, V, *_ = each["from"]
        assert V == whole.V[step]


def test_a_page_that_plays_asks_about_once_a_second(live):
    play(live, 500.0)  # four seconds of watching at the usual speed
    live.keyboard.press("Space")
    asked = live.evaluate("() => asked")
    assert 3 <= len(asked) <= 7
    for each in asked:
        assert each["steps"] * 0.1 <= 60.0


def test_a_poke_is_a_pulse_for_as_long_as_it_is_held(live):
    type_in(live, "I", "0")
    play(live)
    live.keyboard.down("x")
    expect(transport(live, "poke")).to_have_attribute("aria-pressed", "true")
    wait_until(live, "() => document.querySelector('.play-now').textContent.includes('I 20.00')")
    live.wait_for_timeout(300)
    live.keyboard.up("x")
    wait_until(live, "() => document.querySelector('.play-now').textContent.includes('I 0.00')")
    expect(transport(live, "poke")).to_have_attribute("aria-pressed", "false")
    live.keyboard.press("Space")
    paused_at(live)
    t, I = (np.array(source(live, "current")[name]) for name in ("t", "I"))
    pulse = t[I == 20.0]
    assert 10.0 < pulse[-1] - pulse[0] < 60.0
    spikes = np.array(source(live, "spikes")["t"])
    assert ((spikes > pulse[0]) & (spikes < pulse[-1] + 5.0)).any()


def test_a_short_tap_is_a_short_pulse_and_never_none(live):
    type_in(live, "I", "0")
    wait_for(live, lambda: set(source(live, "current")["I"]) == {0.0})
    play(live)
    for _ in range(3):
        transport(live, "poke").click()
        live.wait_for_timeout(200)
    live.wait_for_timeout(600)
    transport(live, "play").click()
    paused_at(live)
    I = np.array(source(live, "current")["I"])
    starts = np.flatnonzero((I[1:] == 20.0) & (I[:-1] == 0.0))
    assert starts.size == 3
    assert (I[-1], I[0]) == (0.0, 0.0)


def test_the_poke_button_is_held_by_keyboard_and_its_strength_is_chosen(live):
    transport(live, "strength").fill("35")
    transport(live, "strength").press("Tab")
    transport(live, "poke").focus()
    live.keyboard.down("Space")
    wait_until(live, "() => document.querySelector('.play-now').textContent.includes('I 45.00')")  # it plays by itself
    live.keyboard.up("Space")
    wait_until(live, "() => document.querySelector('.play-now').textContent.includes('I 10.00')")
    assert axes(live, "current")[3] > 45.0  # the axis reaches what was poked
    transport(live, "strength").fill("1e9")
    transport(live, "strength").press("Tab")
    expect(transport(live, "strength")).to_have_value("20")


def test_one_step_is_one_dt(live):
    transport(live, "step").click()
    transport(live, "start").and_(live.locator(":enabled")).wait_for()
    wait_until(live, "() => document.querySelector('.play-now').textContent.startsWith('t 300.1 ')")
    for _ in range(4):
        transport(live, "step").click()
    wait_until(live, "() => document.querySelector('.play-now').textContent.startsWith('t 300.5 ')")
    whole = simulate(P, 10.0, duration=301.0)
    np.testing.assert_allclose(source(live, "trace")["V"][-1], whole.V[3004], atol=0.1)
    assert all(each["steps"] <= 4 for each in live.evaluate("() => asked"))


def test_back_to_the_start_is_the_run_as_it_was(live):
    before = {name: source(live, name) for name in ("trace", "current", "spikes", "levels")}
    spans = axes(live, "trace"), axes(live, "current")
    play(live)
    live.keyboard.press("Space")
    paused_at(live)
    assert source(live, "trace") != before["trace"]
    transport(live, "start").click()
    assert {name: source(live, name) for name in before} == before
    assert (axes(live, "trace"), axes(live, "current")) == spans
    expect(live.locator(".play-now")).to_be_hidden()
    expect(live.locator(".trace .play-ball")).to_be_hidden()


def test_after_a_pause_the_next_slider_move_shows_the_run_with_it(live):
    play(live)
    live.keyboard.press("Space")
    paused_at(live)
    type_in(live, "I", "12")
    expect(live.locator(".play-now")).to_be_hidden()
    wait_until(live, "() => document.querySelector('p.sentence').textContent.includes('I is 12 nA')")
    assert axes(live, "trace")[:2] == [0.0, 300.0]
    np.testing.assert_array_equal(source(live, "spikes")["t"], simulate(P, 12.0).spikes)


@pytest.mark.parametrize("speed", ["0.01", "1"])
def test_the_slowest_and_real_time_are_played(live, speed):
    live.select_option(SPEED, speed)
    play(live, 303.0 if speed == "0.01" else 1500.0)
    live.keyboard.press("Space")
    t = paused_at(live)
    whole = simulate(P, 10.0, duration=t + 0.05)
    np.testing.assert_array_equal(
        source(live, "spikes")["t"], whole.spikes[(whole.spikes > t - 300.0) & (whole.spikes <= t)]
    )


def test_fine_steps_are_played_in_real_time(live):
    live.get_by_text("Run", exact=True).click()
    type_in(live, "dt", "0.01")
    wait_for(live, lambda: source(live, "spikes")["t"] == simulate(P, 10.0, dt=0.01).spikes.tolist())
    live.select_option(SPEED, "1")
    play(live, 1000.0)
    live.keyboard.press("Space")
    t = paused_at(live)
    whole = simulate(P, 10.0, duration=t + 0.005, dt=0.01)
    np.testing.assert_array_equal(
        source(live, "spikes")["t"], whole.spikes[(whole.spikes > t - 300.0) & (whole.spikes <= t)]
    )
    assert len(source(live, "trace")["t"]) < 5000


def test_dt_method_and_noise_change_while_it_runs(live):
    live.get_by_text("Run", exact=True).click()
    play(live)
    for name, value in (("dt", "0.05"), ("sigma", "3"), ("tau_noise", "5"), ("duration", "200")):
        before = moment(live)
        type_in(live, name, value)
        live.wait_for_timeout(300)
        assert moment(live) >= before
    live.get_by_role("combobox", name="method").select_option("euler")
    live.wait_for_timeout(400)
    assert axes(live, "trace")[:2] == [-200.0, 0.0]
    live.evaluate("() => document.activeElement.blur()")
    live.keyboard.press("Space")
    t = np.array(source(live, "trace")["t"])
    assert (np.diff(t) >= 0).all()
    assert not live.errors


def test_what_cannot_be_run_pauses_with_a_sentence(live):
    live.get_by_text("Run", exact=True).click()
    play(live)
    type_in(live, "sigma", "3")
    live.get_by_role("combobox", name="method").select_option("rk4")
    transport(live, "play").get_by_text("Play").wait_for()
    expect(live.locator("ul.notices")).to_contain_text("Noise needs the method strang or euler")


def test_a_hidden_page_pauses(live):
    play(live)
    live.evaluate("""() => {
      Object.defineProperty(document, "hidden", { get: () => true })
      dispatchEvent(new Event("visibilitychange"))
    }""")
    transport(live, "play").get_by_text("Play").wait_for()


def test_the_space_bar_stays_with_what_has_the_focus(live):
    live.get_by_role("button", name="Hold axes").focus()
    live.keyboard.press("Space")
    expect(live.get_by_role("button", name="Hold axes")).to_have_attribute("aria-pressed", "true")
    box(live, "I").focus()
    live.keyboard.press("Space")
    live.keyboard.press("x")
    expect(transport(live, "play")).to_have_text("▶ Play")
    slider(live, "I").focus()
    live.keyboard.press("Space")
    expect(transport(live, "play")).to_have_text("❚❚ Pause")


def test_a_finger_plays_and_pokes_on_a_phone(open_page, server):
    page = open_page(viewport=(390, 844), has_touch=True, is_mobile=True)
    visit(page, server)
    transport(page, "play").tap()
    wait_until(page, "() => Number(document.querySelector('.play-now').textContent.split(' ')[1]) > 310")
    row = page.locator(".transport").bounding_box()
    for name in ("play", "step", "start", "speed", "poke", "strength"):
        its = transport(page, name).bounding_box()
        assert its["height"] >= 24
        assert row["x"] - 1 <= its["x"] <= its["x"] + its["width"] <= 391
    its = transport(page, "poke").bounding_box()
    at = [{"x": its["x"] + its["width"] / 2, "y": its["y"] + its["height"] / 2}]
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    wait_until(page, "() => document.querySelector('.play-now').textContent.includes('I 30.00')")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    wait_until(page, "() => document.querySelector('.play-now').textContent.includes('I 10.00')")
    assert not page.errors


def test_a_lost_connection_is_waited_for_and_time_stands_still(open_page, serve):
    server = serve("-m", "panel", "serve", "dashboard")
    page = visit(open_page(), server.url)
    play(page)
    server.stop()
    page.locator("#connection").get_by_text("lost").wait_for()
    page.wait_for_timeout(2500)
    first = moment(page)
    page.wait_for_timeout(300)
    assert moment(page) == first
    server.start()
    wait_until(page, "(t) => Number(document.querySelector('.play-now').textContent.split(' ')[1]) > t + 5", first)
