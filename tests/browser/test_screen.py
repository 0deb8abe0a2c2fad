"""A projector, a phone, a sheet of paper: the page on whatever it is seen."""

import pytest
from playwright.sync_api import expect

from dashboard.serving.invitation import LONGEST_LINK, picture_of
from tests.browser.reading import more, sentence, slider, visit, wait_until

LETTERS = """() => [...Bokeh.documents[0]._all_models.values()].filter(({ type }) => type === 'LinearAxis')
    .map((axis) => parseFloat(axis.axis_label_text_font_size)).filter((size) => size > 2)"""
STROKES = """() => [...Bokeh.documents[0]._all_models.values()].filter(({ type, data_source }) =>
    type === 'GlyphRenderer' && data_source.name === 'trace')
    .map(({ glyph }) => glyph.line_width.value ?? glyph.line_width)[0]"""
OVERLAPS = """() => {
  const parts = 'header > *, .sentence, li[data-mark], .place, .steps button, nav, [role=tab], .tabs .line'
  const seen = [...document.querySelectorAll(parts)].filter((each) => each.checkVisibility({ visibilityProperty: true })
    && each.getBoundingClientRect().width > 0)
  const crossing = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1
  return seen.flatMap((one, i) => seen.slice(i + 1).filter((other) => !one.contains(other) && !other.contains(one)
    && crossing(one.getBoundingClientRect(), other.getBoundingClientRect()))
    .map((other) => [one.outerHTML, other.outerHTML]))
}"""


@pytest.mark.parametrize("by", ["button", "key"])
def test_for_a_projector_letters_and_strokes_grow_together_and_shrink_again(page, server, by):
    visit(page, server)
    letters, strokes = page.evaluate(LETTERS), page.evaluate(STROKES)
    projector = page.locator("#projector")
    turn = (lambda: more(page, "Projector")) if by == "button" else (lambda: page.keyboard.press("f"))
    turn()
    expect(projector).to_have_attribute("aria-pressed", "true")
    assert all(large > 1.3 * small for large, small in zip(page.evaluate(LETTERS), letters, strict=True))
    assert page.evaluate(STROKES) == pytest.approx(1.5 * strokes)
    turn()
    expect(projector).to_have_attribute("aria-pressed", "false")
    assert (page.evaluate(LETTERS), page.evaluate(STROKES)) == (letters, strokes)


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("large", [False, True])
def test_nothing_collides(open_page, server, size, large):
    page = visit(open_page(viewport=size), f"{server}?sigma=2")
    if large and size[0] < 1700:
        page.keyboard.press("f")
    wait_until(page, "() => Bokeh.documents[0].is_idle")
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_room_is_recognised_when_the_window_is_resized(page, server):
    visit(page, server)
    page.set_viewport_size({"width": 1920, "height": 1080})
    expect(page.locator("#projector")).to_have_attribute("aria-pressed", "true")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("#projector")).to_have_attribute("aria-pressed", "false")


def test_one_plot_fills_the_screen_and_gives_it_back(page, server):
    visit(page, server)
    button = page.get_by_role("button", name="Phase line on the whole screen")
    before = page.locator("#phase_place").bounding_box()
    button.click()
    filled = page.locator("#phase_place").bounding_box()
    assert filled["width"] > 1200
    assert filled["height"] > 700
    wait_until(page, "() => Bokeh.index.find_one_by_id(Bokeh.documents[0].roots().find((root) => root.name === "
               "'phase_place').id).bbox.width > 1200")  # fmt: skip
    page.keyboard.press("Escape")
    assert page.locator("#phase_place").bounding_box() == before


@pytest.mark.parametrize("size", [(390, 844), (844, 390), (640, 400)])
def test_on_a_phone_trace_and_readout_stay_in_sight_while_any_slider_moves(open_page, server, size):
    page = visit(open_page(viewport=size, has_touch=True), server)
    for name in ("I", "V_T", "tau_ref"):
        slider(page, name).evaluate("(element) => element.scrollIntoView({ block: 'end' })")
        slider(page, name).focus()
        page.keyboard.press("ArrowRight")
        shown = [
            page.locator(each).bounding_box()
            for each in (".sentence", "#trace_place", f"[data-name={name}] [type=range]")
        ]
        assert all(box["y"] >= 0 and box["y"] + box["height"] <= size[1] + 1 for box in shown)
        covered = shown[1]["y"] + shown[1]["height"]
        assert shown[2]["y"] >= covered - 1  # the slider is not under the trace
    expect(sentence(page)).to_contain_text("spike")


def test_on_a_phone_the_equation_is_whole_and_nothing_is_wider_than_the_screen(open_page, server):
    page = visit(open_page(viewport=(390, 844), has_touch=True), server)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".equation").evaluate("(each) => each.scrollWidth <= each.clientWidth + 1")


def test_a_sheet_of_paper_has_the_figure_the_parameters_and_the_link(page, server):
    visit(page, f"{server}?theme=dark&tau=12.5")
    page.evaluate("""() => { window.print = () => { window.sheet = {
      text: document.querySelector('#paper').innerText, code: document.querySelectorAll('#paper .link svg path').length,
      figure: document.querySelector('#paper .figure').textContent } } }""")
    page.keyboard.press("p")
    expect(page.locator(".pins .restore")).to_contain_text("as now")
    more(page, "Print")
    page.wait_for_function("() => window.sheet")
    sheet = page.evaluate("() => window.sheet")
    for letters in ("time (ms)", "V (mV)", "I (nA)", "rate (Hz)", "Pin 1: as now"):
        assert letters in sheet["figure"]
    assert sheet["code"] >= 1
    assert "tau=12.5" in sheet["text"]
    for cell in ("Time constant", "12.5 ms", "Reset potential", "-68 mV"):
        assert cell in sheet["text"]
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.emulate_media(media="print")
    for width in (1280, 720):  # of a sheet of A4, upright
        page.set_viewport_size({"width": width, "height": 1000})
        assert page.locator("main").is_hidden()
        assert page.locator("#class_line, .hint").filter(visible=True).count() == 0


def test_what_is_no_link_gets_no_picture():
    for link in (None, 7, "", "javascript:alert(1)", "http://" + "a" * LONGEST_LINK, "<svg>"):
        assert picture_of(link) == ""
    assert picture_of("http://localhost:5006/dashboard?I=3").startswith("<svg")
