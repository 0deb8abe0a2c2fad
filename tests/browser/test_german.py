"""The page in German, as a visitor from Germany sees and hears it: no English anywhere, and all choices kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.reading import axes, box, notices, sentence, slider, source, type_in, visit, wait_until
from tests.english import english

# Every text that is seen or heard: of the page, and of the plots, whose texts are painted on a canvas.
TEXTS = """() => {
  const found = new Set([document.title])
  const names = ["aria-label", "aria-description", "aria-valuetext", "title", "alt", "placeholder"]
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return void found.add(node.data.trim())
    if (node.matches?.("script, style, math, .symbol, #language, #language_menu")) return
    for (const name of names) if (node.hasAttribute?.(name)) found.add(node.getAttribute(name))
    for (const child of [...node.childNodes, ...(node.shadowRoot?.childNodes ?? [])]) walk(child)
  }
  walk(document.body)
  for (const model of Bokeh.documents[0]._all_models.values()) {
    if (model.axis_label) found.add(model.axis_label)
    if (model.description) found.add(model.description)
    const text = model.type === "ColumnDataSource" && (model.data.text ?? model.data.get?.("text"))
    for (const each of text || []) found.add(each)
  }
  return [...found].filter((text) => /\\p{Letter}{2}/u.test(text))
}"""
NAMES = {"strang", "euler", "midpoint", "heun", "ralston", "rk2", "rk3", "rk4", "exponential_euler", "cpu", "cuda"}
KINDS = ["drawn", "constant", "step", "ramp", "sine", "pulses", "Ornstein-Uhlenbeck noise", "white noise"]


def check(page: Page) -> None:
    """No text of the page is English."""
    found = {text: english(text) for text in page.evaluate(TEXTS) if text not in NAMES}
    assert {text: what for text, what in found.items() if what} == {}


@pytest.fixture
def german(open_page, server):
    return visit(open_page(locale="de-DE"), server)


def test_the_page_speaks_the_language_of_the_browser(german):
    assert german.locator("html").get_attribute("lang") == "de"
    assert german.title() == "Wie ein Neuron feuert: ExpIF"
    assert sentence(german).inner_text().startswith("17 Spikes, 57,7 Hz, Intervall 17,3 ms")
    assert box(german, "tau_ref").input_value() == "1,7"
    assert not german.errors


def test_no_english_is_left_on_any_tab_or_in_any_dialog(german):
    type_in(german, "sigma", "2,5")
    assert box(german, "sigma").input_value() == "2,5"
    for tab in german.get_by_role("tab").all():
        tab.click()
        german.wait_for_function("() => document.querySelector('#caption').textContent")
        check(german)
    for button in german.locator("nav .title, .choices .title").all():
        if button.is_visible():
            button.click()  # its help
    german.keyboard.press("?")
    check(german)
    german.keyboard.press("Escape")
    for button in german.locator(".numbers").all():
        if button.is_visible():
            button.click()
            check(german)
            german.keyboard.press("Escape")
    assert not german.errors


def test_no_english_is_left_whatever_current_flows(german):
    for kind in KINDS:
        german.locator("[data-name=kind] select").select_option(kind)
        wait_until(german, f"() => document.querySelectorAll('nav .field').length && {kind!r}")
        slider(german, "I").press("ArrowRight")
        german.wait_for_function("() => Bokeh.documents[0].is_idle")
        check(german)


def test_no_english_is_left_in_what_opens_from_the_bar(german):
    for button, opened in (("#preset", "#presets"), ("#lessons", "#lesson_list"), ("#share", "#share_box"),
                           ("#export", "#export_dialog"), ("#class", "#class_dialog")):  # fmt: skip
        german.locator(button).click()
        german.locator(opened).wait_for()
        check(german)
        german.keyboard.press("Escape")
        german.locator(opened).wait_for(state="hidden")
    german.locator("#more").click()
    german.locator("#show_gallery").click()
    german.locator("#take_snapshot").click()
    german.locator(".snapshots li").wait_for()
    check(german)
    assert not german.errors


def test_a_room_is_german(german):
    german.locator("#class").click()
    german.locator("#class_dialog .open").click()
    german.locator("#class_dialog .picture svg").wait_for()
    assert german.locator("#class_line p").inner_text().endswith("noch niemand da")
    check(german)
    german.locator("#class_dialog .end").click()
    german.locator("#class_dialog").wait_for(state="hidden")


def test_the_hints_are_german(german):
    skip = german.get_by_role("button", name="Überspringen")
    said = set()
    while skip.is_visible():
        said.add(german.locator(".hint p").inner_text())
        check(german)
        skip.click()
    assert len(said) == 9


def test_pins_and_a_neuron_that_runs_are_german(german):
    german.locator("#pin").click()
    german.locator(".pins li").wait_for()
    type_in(german, "tau", "12,5")
    german.locator("[data-name=kind] select").select_option("step")
    german.locator(".pins").get_by_text("konstant", exact=True).wait_for()
    german.locator("#pin").click()
    german.locator(".pins li").nth(1).wait_for()
    german.locator("#pin").click()
    notices(german).get_by_text("Dieser Lauf ist schon angeheftet.").wait_for()
    german.locator(".transport .play").click()
    german.wait_for_function("() => document.querySelector('.transport .heard').textContent")
    german.locator(".transport .play").click()
    german.get_by_text("Angehalten bei").wait_for()
    check(german)
    assert not german.errors


@pytest.mark.parametrize("number", range(1, 10))
def test_a_lesson_is_german(german, number):
    german.keyboard.press(str(number))
    panel = german.locator("#lesson")
    panel.locator(".count").get_by_text("1 von").wait_for()
    steps = int(panel.locator(".count").inner_text().split()[-1])
    for step in range(1, steps + 1):
        panel.locator(".count").get_by_text(f"{step} von {steps}").wait_for()
        check(german)
        if step < steps:
            panel.locator(".next").click()


def test_a_refusal_and_a_warning_are_german(german):
    type_in(german, "tau", "-3")
    problem = german.locator("#problem-tau")
    problem.get_by_text("muss").wait_for()
    assert problem.inner_text() == "Zeitkonstante τ muss zwischen 0,1 und 1000 ms liegen; angegeben wurde -3."
    german.keyboard.press("Escape")
    type_in(german, "V_th", "-58")
    notices(german).get_by_text("V_th liegt nahe V_T").wait_for()
    check(german)


def test_what_is_wrong_with_an_address_is_said_in_german(open_page, server):
    page = visit(open_page(locale="de-DE"), f"{server}?tau=x&nothing=1&lang=xx")
    notices(page).get_by_text("Einen Eingang namens 'nothing' gibt es hier nicht").wait_for()
    notices(page).get_by_text("lang muss eines von en, de sein").wait_for()
    check(page)


def test_the_address_chooses_the_language_against_the_browser(open_page, server):
    assert visit(open_page(), f"{server}?lang=de").locator("h1").inner_text() == "Wie ein Neuron feuert"
    page = visit(open_page(locale="de-DE"), f"{server}?lang=en&tau=20")
    assert page.locator("h1").inner_text() == "How a neuron fires"
    slider(page, "R").press("ArrowRight")
    page.wait_for_url(re.compile("R=1.1"))
    assert "lang=en" in page.url


def test_the_menu_opens_the_page_in_another_language_with_all_choices_kept(german):
    type_in(german, "tau", "12,5")
    german.get_by_role("tab", name="Raster").click()
    german.wait_for_url(re.compile("tau=12.5.*tab=raster"))
    choose_language(german, "en")
    german.wait_for_url(re.compile("lang=en"))
    sentence(german).get_by_text("spikes").wait_for()
    assert box(german, "tau").input_value() == "12.5"
    assert german.get_by_role("tab", name="Raster").get_attribute("aria-selected") == "true"
    german.get_by_role("button", name="Undo").click()
    wait_until(german, "() => !document.querySelector('[data-tab=fi]').hidden")
    choose_language(german, "de")
    german.wait_for_url(re.compile("lang=de"))
    german.locator("h1", has_text="Wie ein Neuron feuert").wait_for()
    assert not german.errors


def choose_language(page: Page, language: str) -> None:
    page.locator("#more").click()
    page.locator("#language").select_option(language)


def test_a_visitor_who_comes_back_is_spoken_to_in_the_same_language(open_page, serve):
    served = serve("-m", "panel", "serve", "dashboard")
    page = visit(open_page(locale="de-DE"), served.url)
    served.stop()
    page.locator("#connection").get_by_text("Die Verbindung zum Server ist unterbrochen").wait_for()
    served.start()
    page.locator("#connection").wait_for(state="hidden")
    type_in(page, "delta_T", "99")
    page.locator("#problem-delta_T").get_by_text("muss zwischen 0,02 und 20 mV liegen").wait_for()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768), (390, 844)])
def test_no_german_word_is_cut_off(open_page, server, size):
    """Of the buttons and labels: a word that does not fit would be longer than its place.

    The name of a neuron may be: it ends in an ellipsis, and the button's title has all of it.
    """
    page = visit(open_page(locale="de-DE", viewport=size), f"{server}?sigma=2")
    cut = page.evaluate("""() => [...document.querySelectorAll("button, .label, summary, [role=tab], .legend li")]
      .filter((each) => each.id !== "preset" && each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
      .map((each) => each.textContent)""")
    assert cut == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_ticks_have_the_decimal_comma_and_so_have_tables(german):
    type_in(german, "tau", "12.5")
    wait_until(german, "() => document.querySelector('[data-name=tau] .number').value === '12,5'")
    ticks = german.evaluate("""() => {
      const figure = [...Bokeh.documents[0]._all_models.values()].find((model) => model.name === "phase_figure")
      return figure.left[0].formatter.doFormat([0, 0.5, 1.25], { loc: 0 })
    }""")
    assert [float(tick.replace(",", ".")) for tick in ticks] == [0, 0.5, 1.25]
    assert ticks[1].startswith("0,5")
    german.get_by_role("button", name="Zahlen: Spannungsverlauf").click()
    cells = german.locator("#numbers td").all_inner_texts()
    assert any("," in cell for cell in cells)
    assert not any("." in cell for cell in cells)
    assert axes(german, "trace")[1] == 300
    assert source(german, "fi_rheobase_name")["text"] == ["Rheobase"]
