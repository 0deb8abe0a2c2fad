"""What people do with the page, in a real browser."""

import re
import signal

import numpy as np
import pytest
from playwright.sync_api import expect

from model import ExpIFParameters, theory
from model.parameters import Numbers
from tests.browser.reading import (
    box,
    called,
    more,
    notices,
    sentence,
    slider,
    source,
    type_in,
    visit,
    wait_for,
    wait_until,
)

SIZES = [(1280, 800), (1920, 1080)]


ALL = "[...Bokeh.documents[0]._all_models.values()]"
INK = f"""() => {ALL}.filter((model) => model.type === 'LinearAxis')
    .map(({{ axis_line_color: colour }}) => colour.value ?? colour)"""
ZOOM = f"() => {ALL}.find((model) => model.type === 'Range1d' && model.name === 'V').setv({{ start: -70, end: -50 }})"


@pytest.fixture
def live(page, server):
    return visit(page, server)


@pytest.fixture(scope="module")
def shared(open_shared_page, server):
    """A page that several tests use, each of which leaves it as it was."""
    page = visit(open_shared_page(), server)
    page.get_by_text("Run", exact=True).click()
    return page


def test_the_page_opens_already_spiking(live):
    expect(sentence(live)).to_contain_text("17 spikes, 57.7 Hz")
    assert len(source(live, "spikes")["t"]) == 17
    assert source(live, "current")["I"] == [10, 10]
    assert live.title() == "How a neuron fires: ExpIF"
    assert live.errors == []


def test_every_plot_carries_what_outside_readers_ask_for(live):
    for name, columns in {
        "trace": {"t", "V"}, "current": {"t", "I"}, "fi_theory": {"I", "rate"}, "fi_simulated": {"I", "rate"},
        "phase_line": {"V", "dV"}, "spikes": {"t", "V"},
    }.items():  # fmt: skip
        held = source(live, name)
        assert set(held) == columns
        assert all(np.isfinite(column).all() and len(column) > 1 for column in held.values())


def test_the_curve_on_the_screen_is_the_exact_one(live):
    line = source(live, "fi_theory")
    assert line["rate"] == pytest.approx(theory.firing_rate(ExpIFParameters(), np.array(line["I"])), rel=1e-12)


@pytest.mark.parametrize("name", [*Numbers._fields, "I", "sigma", "duration", "dt"])
def test_every_quantity_has_a_slider_and_a_number_box_with_its_name(shared, name):
    expect(slider(shared, name)).to_be_visible()
    expect(box(shared, name)).to_be_visible()


def test_an_arrow_key_on_a_slider_moves_everything(live):
    before = {name: source(live, name) for name in ("trace", "current", "phase_line")}
    slider(live, "I").focus()
    live.keyboard.press("ArrowRight")
    expect(box(live, "I")).to_have_value("10.1")
    expect(sentence(live)).to_contain_text("I is 10.1 nA")
    assert all(source(live, name) != old for name, old in before.items())
    assert source(live, "operating_point")["I"] == [10.1]


def test_the_f_I_curve_follows_a_parameter(live):
    before = source(live, "fi_theory")["rate"]
    type_in(live, "tau_ref", "5")
    expect(sentence(live)).to_contain_text("48.5 Hz")
    after = source(live, "fi_theory")
    assert after["rate"] != before
    assert after["rate"] == pytest.approx(theory.firing_rate(ExpIFParameters(tau_ref=5), np.array(after["I"])))


def test_one_slider_move_is_one_simulation(live):
    live.evaluate("""() => {
      window.updates = 0
      const models = [...Bokeh.documents[0]._all_models.values()]
      const trace = models.find((model) => model.type === 'ColumnDataSource' && model.name === 'trace')
      trace.properties.data.change.connect(() => { window.updates += 1 })
    }""")
    for moves, value in ((1, "3.49"), (2, "3.5")):
        slider(live, "delta_T").focus()
        live.keyboard.press("ArrowRight")
        expect(box(live, "delta_T")).to_have_value(value)
        live.wait_for_url(re.compile(rf"delta_T={value}$"))
        wait_until(live, "(moves) => window.updates >= moves", moves)
        assert live.evaluate("updates") == moves


@pytest.mark.parametrize("name", ["I", "delta_T"])
def test_a_60_Hz_drag_ends_on_the_last_value(live, name):
    handle = slider(live, name)
    last = handle.evaluate("""(slider) => new Promise((done) => {
      const low = Number(slider.min), high = Number(slider.max)
      let sent = 0
      const timer = setInterval(() => {
        sent += 1
        slider.value = String(low + (high - low) * (0.3 + 0.5 * Math.abs(Math.sin(sent / 7))))
        slider.dispatchEvent(new Event('input', { bubbles: true, composed: true }))
        if (sent === 120) { clearInterval(timer); done(Number(slider.value)) }
      }, 1000 / 60)
    })""")
    chosen = {"delta_T": 3.48, "I": 10.0} | {name: last}
    exact = theory.firing_rate(ExpIFParameters(delta_T=chosen["delta_T"]), chosen["I"])
    wait_for(live, lambda: source(live, "operating_point")["rate"] == [pytest.approx(exact, rel=1e-3)])
    assert float(box(live, name).input_value()) == pytest.approx(last)
    assert float(slider(live, name).input_value()) == pytest.approx(last)
    [neuron] = {round(V, 9) for V in source(live, "spikes")["V"]}
    assert neuron == -30


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("delta_T", "0", "between 0.02 and 20 mV"),
        ("delta_T", "nan", "finite"),
        ("tau", "inf", "finite"),
        ("V_rest", "hello", "not a number"),
        ("V_th", "-90", "Reset potential V_reset must lie below the spike cut-off V_th"),
        ("I", "1e99", "between -10000 and 10000 nA"),
        ("tau", "<img src=x onerror=alert(1)>", "not a number"),
    ],
)
def test_a_bad_value_in_a_number_box_is_refused_and_the_good_one_stays(shared, name, text, said):
    good, before = box(shared, name).input_value(), source(shared, "trace")
    type_in(shared, name, text)
    problem = shared.locator(f"#problem-{name}")
    expect(problem).to_contain_text(said)
    expect(box(shared, name)).to_have_value(good)
    assert source(shared, "trace") == before
    type_in(shared, name, good)
    expect(problem).to_be_hidden()
    assert shared.errors == []


def test_an_absurd_amount_of_work_is_refused_and_the_last_plot_stays(shared):
    before = source(shared, "trace")
    type_in(shared, "dt", "0.0001")
    type_in(shared, "duration", "100000")
    expect(notices(shared)).to_contain_text("This run is too long")
    type_in(shared, "duration", "300")
    type_in(shared, "dt", "0.1")
    expect(notices(shared)).to_be_hidden()
    assert source(shared, "trace") == before


def test_a_kind_of_current_brings_its_own_inputs(live):
    live.get_by_role("combobox", name="Shape kind").select_option("sine")
    expect(slider(live, "frequency")).to_be_visible()
    expect(sentence(live)).to_contain_text("CV")
    assert len(set(source(live, "current")["I"])) > 100
    live.get_by_role("combobox", name="Shape kind").select_option("constant")
    expect(slider(live, "frequency")).to_have_count(0)


def test_the_noise_of_the_membrane_is_seen_where_the_current_is(live):
    assert source(live, "noise_band") == {"t": [], "I": []}
    type_in(live, "R", "2")
    type_in(live, "sigma", "4")
    wait_for(live, lambda: source(live, "noise_band")["I"] == [12, 12, 8, 8])
    assert source(live, "noise_band")["t"] == [0, 300, 300, 0]
    assert source(live, "noise_name")["text"] == ["membrane noise: ± σ/R = ± 2 nA"]
    assert source(live, "current")["I"] == [10, 10]  # it is no current
    type_in(live, "sigma", "0")
    wait_for(live, lambda: source(live, "noise_name")["text"] == [])


def test_a_refusal_says_label_symbol_and_the_number_as_typed(live):
    type_in(live, "tau", "0,05")
    said = "Time constant τ must be between 0.1 and 1000 ms; 0,05 was given."
    expect(live.locator("#problem-tau")).to_have_text(said)


def test_reset_all_brings_the_documented_example_back(live):
    before = source(live, "trace")
    type_in(live, "delta_T", "1")
    type_in(live, "tau", "25")
    expect(live.locator(".field.changed")).to_have_count(2)
    live.get_by_role("button", name="Reset all").click()
    expect(sentence(live)).to_contain_text("17 spikes, 57.7 Hz")
    expect(live.locator(".field.changed")).to_have_count(0)
    assert source(live, "trace") == before


def test_one_input_can_be_put_back(live):
    type_in(live, "delta_T", "1")
    live.get_by_role("button", name="Reset Spike slope factor delta_T").click()
    expect(box(live, "delta_T")).to_have_value("3.48")
    expect(sentence(live)).to_contain_text("57.7 Hz")


def test_new_noise_gives_another_run_with_the_same_statistics(live):
    type_in(live, "sigma", "4")
    expect(live.locator(".field[data-name=sigma].changed")).to_have_count(1)
    expected = re.compile(r"\(57\.\d Hz expected\)")
    expect(sentence(live)).to_contain_text(expected)
    before, said = source(live, "trace"), expected.search(sentence(live).inner_text())[0]
    live.get_by_role("button", name="New noise").click()
    wait_for(live, lambda: source(live, "trace") != before)
    expect(sentence(live)).to_contain_text(said)


def test_new_noise_is_offered_where_there_is_some(live):
    new = live.get_by_role("button", name="New noise")
    expect(new).to_be_hidden()
    live.get_by_role("combobox", name="Shape kind").select_option("white noise")
    expect(new).to_be_visible()
    live.get_by_role("combobox", name="Shape kind").select_option("constant")
    expect(new).to_be_hidden()
    type_in(live, "sigma", "1")
    expect(new).to_be_visible()


def test_the_address_follows_and_opens_the_same_page(live, open_page):
    type_in(live, "delta_T", "2")
    live.get_by_role("combobox", name="Shape kind").select_option("step")
    type_in(live, "I", "7,5")
    live.wait_for_url(re.compile(r"\?kind=step&I=7\.5&delta_T=2$"))
    other = visit(open_page(), live.url)
    expect(box(other, "I")).to_have_value("7.5")
    assert sentence(other).inner_text() == sentence(live).inner_text()
    assert source(other, "trace") == source(live, "trace")


def test_a_bad_value_in_the_address_is_named_and_the_good_ones_stay(page, server):
    visit(page, server + "?delta_T=2&tau=-5&nothing=1&V_rest=%3Cscript%3Ealert(1)%3C/script%3E&I=8")
    for said in ("Time constant τ must be between", "'nothing'", "Resting potential V_rest must be a number"):
        expect(notices(page)).to_contain_text(said)
    expect(box(page, "delta_T")).to_have_value("2")
    expect(box(page, "I")).to_have_value("8")
    expect(box(page, "tau")).to_have_value("10")
    assert page.errors == []


@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844), (1920, 1080)])
def test_notices_about_an_address_go_with_the_first_change_and_never_move_a_plot(open_page, server, viewport):
    places = """() => [...document.querySelectorAll('.place')].map((each) => each.getBoundingClientRect())
      .map(({ x, y, width, height }) => ({ x, y: y + scrollY, width, height }))"""
    page = visit(open_page(viewport=viewport), server)
    without = page.evaluate(places)
    for address in ("?tau=-5", "?tau=-5&nothing=1&V_rest=high&R=0&V_th=-90&duration=-1"):
        visit(page, server + address)
        expect(notices(page)).to_be_visible()
        assert page.evaluate(places) == without
        [top, bottom] = (notices(page).bounding_box()[each] for each in ("y", "height"))
        at_the_edge = top + bottom == viewport[1]  # of a phone
        assert at_the_edge or top + bottom <= without[0]["y"]
    slider(page, "I").focus()
    page.keyboard.press("ArrowRight")
    expect(notices(page)).to_be_hidden()
    assert page.evaluate(places) == without


def test_an_address_that_asks_for_too_much_opens_the_defaults_and_says_so(page, server):
    visit(page, server + "?duration=100000&dt=0.0001")
    expect(notices(page)).to_contain_text("This run is too long")
    expect(sentence(page)).to_contain_text("17 spikes")


def test_reset_all_clears_the_address_that_was_opened(page, server):
    visit(page, server + "?delta_T=2&theme=purple")
    expect(notices(page)).to_contain_text("theme must be one of light, dark")
    page.get_by_role("button", name="Reset all").click()
    page.wait_for_url(re.compile(r"/dashboard$"))


def test_a_refused_reset_says_why(page, server):
    visit(page, server + "?V_reset=-100&V_th=-80")
    page.get_by_role("button", name="Reset Reset potential V_reset").click()
    expect(page.locator("#problem-V_reset")).to_contain_text(
        "Reset potential V_reset must lie below the spike cut-off V_th"
    )


def test_the_keyboard_stays_where_it_was_when_the_inputs_change(live):
    live.get_by_role("combobox", name="Shape kind").focus()
    live.keyboard.press("ArrowDown")
    expect(slider(live, "onset")).to_be_visible()
    expect(live.get_by_role("combobox", name="Shape kind")).to_be_focused()


def test_a_trace_far_below_the_rest_stays_in_its_plot(live):
    type_in(live, "I", "-50")
    expect(sentence(live)).to_contain_text("0 spikes")
    lowest = min(source(live, "trace")["V"])
    start = """() => [...Bokeh.documents[0]._all_models.values()]
      .find((model) => model.type === 'Range1d' && model.name === 'V').start"""
    assert live.evaluate(start) < lowest


def test_two_visitors_do_not_share_a_neuron(open_page, server):
    one, other = visit(open_page(), server), visit(open_page(), server)
    before = source(other, "trace")
    type_in(one, "delta_T", "1")
    expect(one.locator(".field.changed")).to_have_count(1)
    wait_for(one, lambda: source(one, "trace") != before)
    type_in(other, "R", "1.5")
    wait_for(other, lambda: source(other, "trace") != before)
    expect(box(other, "delta_T")).to_have_value("3.48")
    expect(box(one, "R")).to_have_value("1")
    assert source(other, "trace") != source(one, "trace")


def test_dark_and_light_change_the_plots_too(live):
    text = "() => getComputedStyle(document.querySelector('h1')).color"
    words = live.locator(
        "summary, .title, .number, select, .bar button:not([aria-disabled=true]), p.sentence, [aria-selected=true]"
    )
    assert set(live.evaluate(INK)) == {"#1f2933"}
    more(live, "Dark")
    expect(live.locator("html[data-theme=dark]")).to_have_count(1)
    live.wait_for_url(re.compile("theme=dark"))
    axes = len(live.evaluate(INK))
    live.get_by_role("tab", name="Raster").click()  # drawn in the dark for the first time
    wait_for(live, lambda: len(live.evaluate(INK)) > axes)
    assert set(live.evaluate(INK)) == {"#e6edf3"}
    assert set(words.evaluate_all("(all) => all.map((each) => getComputedStyle(each).color)")) == {live.evaluate(text)}
    more(live, "Light")
    expect(live.locator("html[data-theme=light]")).to_have_count(1)
    assert set(live.evaluate(INK)) == {"#1f2933"}


def test_an_address_opens_in_the_dark(page, server):
    visit(page, server + "?theme=dark")
    expect(page.locator("html[data-theme=dark]")).to_have_count(1)
    expect(page.locator("#theme")).to_have_text("Light")
    assert set(page.evaluate(INK)) == {"#e6edf3"}
    expect(notices(page)).to_be_hidden()


def test_letters_grow_when_the_page_comes_to_a_projector(live):
    sizes = f"() => {ALL}.filter((model) => model.type === 'LinearAxis').map((axis) => axis.major_label_text_font_size)"
    small = live.evaluate(sizes)
    live.set_viewport_size({"width": 1920, "height": 1080})
    wait_for(live, lambda: live.evaluate(sizes) != small)
    hidden = {"1px"}  # the letters of the axes that stand above another one with the same times
    assert (set(small) - hidden, set(live.evaluate(sizes)) - hidden) == ({"13px"}, {"17px"})
    live.set_viewport_size({"width": 1280, "height": 800})
    wait_for(live, lambda: live.evaluate(sizes) == small)


def test_a_zoom_stays_until_the_axis_must_move_and_a_double_click_ends_it(live):
    ends = f"() => {{ const {{ start, end }} = {ALL}.find((model) => model.name === 'V'); return [start, end] }}"
    before = live.evaluate(ends)
    live.evaluate(ZOOM)
    type_in(live, "delta_T", "2")
    live.wait_for_url(re.compile("delta_T=2$"))
    assert live.evaluate(ends) == [-70, -50]
    live.locator("#trace_place").dblclick(position={"x": 200, "y": 60})
    wait_for(live, lambda: live.evaluate(ends) == before)
    live.evaluate(ZOOM)
    type_in(live, "V_th", "0")
    wait_for(live, lambda: live.evaluate(ends)[1] > 0)


@pytest.mark.parametrize("viewport", SIZES)
def test_nothing_needs_scrolling_on_a_laptop_or_a_projector(open_page, server, viewport):
    page = visit(open_page(viewport=viewport), server)
    assert page.evaluate("document.documentElement.scrollHeight") <= viewport[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
    for name in (*Numbers._fields, "I"):
        assert slider(page, name).bounding_box()["y"] < viewport[1] - 20


def test_on_a_phone_the_controls_fold_away(open_page, server):
    page = visit(open_page(viewport=(390, 844), has_touch=True, is_mobile=True), server)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(slider(page, "delta_T")).to_be_visible()
    page.get_by_text("Parameters", exact=True).click()
    expect(slider(page, "delta_T")).to_be_hidden()


def test_every_control_is_reached_by_keyboard(live):
    reached = set()
    type_in(live, "sigma", "4")  # without noise no new one is offered
    expect(live.get_by_role("button", name="New noise")).to_be_visible()
    live.locator("body").click(position={"x": 5, "y": 5})
    for _ in range(90):
        live.keyboard.press("Tab")
        reached.add(
            live.evaluate("""() => {
          const element = document.activeElement
          return `${element?.type} ${element?.getAttribute?.('aria-label') ?? element?.textContent?.trim()}`
        }""")
        )
    for name in (*Numbers._fields, "I", "sigma"):
        for kind in ("range", "text"):
            assert any(each.startswith(kind) and called(name).search(each) for each in reached)
    assert {"button Reset all", "button Hold axes", "button Dark", "button Keys"} <= reached


def test_no_label_is_cut_where_a_choice_is_marked(page, server):
    visit(page, server + "?delta_T=3&V_reset=-69&tau_ref=2")
    cut = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent)"
    assert page.locator("nav .label").evaluate_all(cut) == []


def test_help_is_one_click_away_and_goes_with_another(shared):
    title = shared.get_by_role("button", name="Spike slope factor delta_T, help")
    title.click()
    expect(shared.locator("#help-delta_T")).to_contain_text("How gradually the spike starts")
    expect(title).to_have_attribute("aria-expanded", "true")
    title.click()
    expect(shared.locator("#help-delta_T")).to_be_hidden()


def test_the_sentence_is_announced_once_it_stands_still(live):
    heard = live.locator("p[role=status][aria-live]")
    type_in(live, "I", "5")
    expect(heard).to_have_text(re.compile("31.1 Hz"))


def test_after_a_restart_the_page_comes_back_with_its_choices(serve, page, open_page):
    server = serve("-m", "panel", "serve", "dashboard")
    visit(page, server.url)
    type_in(page, "delta_T", "2")
    page.wait_for_url(re.compile("delta_T=2"))
    server.stop(signal.SIGKILL)
    expect(page.locator("#connection")).to_contain_text("connection to the server is lost")
    type_in(page, "tau", "20")
    server.start()
    expect(page.locator("#connection")).to_be_hidden(timeout=60000)
    expect(box(page, "delta_T")).to_have_value("2")
    expect(box(page, "tau")).to_have_value("20")
    type_in(page, "R", "1.5")
    page.wait_for_url(re.compile(r"\?delta_T=2&tau=20&R=1.5$"))
    fresh = visit(open_page(), page.url)
    wait_for(page, lambda: source(page, "trace") == source(fresh, "trace"))
    expect(sentence(page)).to_have_text(sentence(fresh).inner_text())


def test_choices_of_the_address_survive_a_visitor_who_is_faster_than_the_server(page, server):
    """The server reads only the newest message: nothing may hang on an older one, not even on the first."""
    held = []

    def hold(socket):
        to_server = socket.connect_to_server()
        socket.on_message(lambda message: held.append((to_server, message)))

    page.route_web_socket(re.compile("/dashboard/ws"), hold)
    page.goto(server + "?tau=20&nothing=1")
    wait_for(page, lambda: held)
    page.get_by_role("tab", name="Raster").click()
    wait_for(page, lambda: len(held) > 1)
    to_server, newest = held[-1]
    to_server.send(newest)
    expect(box(page, "tau")).to_have_value("20")
    expect(notices(page)).to_contain_text("'nothing'")
    page.wait_for_url(re.compile(r"\?tau=20&tab=raster$"))
