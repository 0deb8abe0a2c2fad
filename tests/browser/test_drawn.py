"""A current drawn by hand, typed as points or read from a file, as a person would do it."""

import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from dashboard.address import LONGEST_DRAWN
from dashboard.fields import MOST_DRAWN
from model.points import Points
from model.stimuli import Drawn
from tests.browser.reading import axes, box, sentence, slider, source, visit, wait_until

PHONE = {"viewport": (390, 844), "has_touch": True, "is_mobile": True}


@pytest.fixture
def live(page, server):
    return open_drawn(page, server)


def open_drawn(page, server, more=""):
    visit(page, f"{server}?kind=drawn{more}")
    expect(page.locator(".pencil")).to_be_visible()
    return page


def field(page):
    return page.locator('nav [data-name="drawn"]')


def points_of(page):
    """The drawing in the address, once it has settled."""
    page.wait_for_url(re.compile("drawn=[0-9]"))
    return Points.read(parse_qs(urlsplit(page.url).query)["drawn"][0])


def place(page, t, I):
    """Where a time and a current lie on the screen."""
    frame, (left, right, bottom, top) = page.locator(".pencil").bounding_box(), axes(page, "current")
    x = frame["x"] + (t - left) / (right - left) * frame["width"]
    return x, frame["y"] + (top - I) / (top - bottom) * frame["height"]


def draw(page, *corners, release=True):
    """Draw straight lines with the mouse, slowly enough to be seen."""
    ends = [place(page, *corner) for corner in corners]
    page.mouse.move(*ends[0])
    page.mouse.down()
    for end in ends[1:]:
        page.mouse.move(*end, steps=12)
    if release:
        page.mouse.up()


def upload(page, content, name="current.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Read CSV file").click()
    chooser.value.set_files({"name": name, "mimeType": "text/csv", "buffer": data})


def test_what_the_mouse_draws_flows_in(live):
    before = sentence(live).inner_text()
    draw(live, (20, 2), (120, 15), (250, 15))
    drawn = points_of(live)
    wait_until(live, "(before) => document.querySelector('.sentence').textContent !== before", before)
    t, I = np.array(source(live, "current")["t"]), np.array(source(live, "current")["I"])
    px = 21 / live.locator(".pencil").bounding_box()["height"]  # nA; a hand is followed to a pixel or so
    for time, wanted in ((10, 0), (70, 8.5), (119, 14.9), (200, 15), (290, 0)):
        assert np.interp(time, drawn.times, drawn.currents) == pytest.approx(wanted, abs=2 * px)
        assert np.interp(time, t, I) == pytest.approx(np.interp(time, drawn.times, drawn.currents), abs=0.2)
    assert len(drawn) < 40  # straight lines need few points
    assert len(drawn.text) < LONGEST_DRAWN
    assert live.errors == []


def test_the_trace_follows_while_the_hand_still_draws(live):
    before = source(live, "spikes")["t"]
    draw(live, (5, 18), (150, 18), (295, 18), release=False)
    wait_until(live, """(count) => [...Bokeh.documents[0]._all_models.values()]
      .find((model) => model.name === "spikes").get_length() > count""", len(before) + 5)  # fmt: skip
    assert "&drawn" not in live.url  # one stroke is one step, when it is done
    live.mouse.up()
    assert points_of(live).currents.max() == pytest.approx(18, abs=0.3)


def test_a_stroke_replaces_what_was_there_and_nothing_else_and_can_be_undone(live):
    draw(live, (120, 18), (180, 18))
    drawn = points_of(live)
    usual = Drawn().drawn
    for t in (25, 60, 90, 220, 240):
        assert np.interp(t, drawn.times, drawn.currents) == pytest.approx(
            np.interp(t, usual.times, usual.currents), abs=0.05
        )
    assert np.interp(150, drawn.times, drawn.currents) == pytest.approx(18, abs=0.3)
    live.get_by_role("button", name="Undo").click()
    live.wait_for_url(re.compile(r"kind=drawn$"))
    expect(field(live)).to_contain_text("5 points from 0 to 250 ms, 0 to 10 nA.")
    live.get_by_role("button", name="Redo").click()
    assert points_of(live) == drawn


def test_a_hand_may_go_back_and_beyond_the_edge(live):
    draw(live, (200, 15), (60, 5))
    x, y = place(live, 290, 10)
    live.mouse.move(x, y)
    live.mouse.down()
    live.mouse.move(x + 300, y - 500, steps=5)
    live.mouse.up()
    drawn = points_of(live)
    assert np.interp(130, drawn.times, drawn.currents) == pytest.approx(10, abs=0.5)
    _, right, _, _ = axes(live, "current")
    assert drawn.currents.max() <= 21.01
    assert drawn.times[-1] <= right + 1
    assert live.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_finger_draws_and_the_page_does_not_scroll(open_page, server, theme):
    page = open_drawn(open_page(**PHONE), server, f"&theme={theme}")
    page.locator(".pencil").scroll_into_view_if_needed()
    scrolled, touch = page.evaluate("scrollY"), page.context.new_cdp_session(page)
    ends = [place(page, t, I) for t, I in ((30, 3), (90, 9), (150, 16), (220, 12), (270, 4))]
    for kind, point in (("touchStart", ends[0]), *(("touchMove", end) for end in ends[1:]), ("touchEnd", None)):
        touches = [] if point is None else [{"x": point[0], "y": point[1]}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    drawn = points_of(page)
    assert page.evaluate("scrollY") == scrolled
    assert np.interp(150, drawn.times, drawn.currents) == pytest.approx(16, abs=0.6)
    assert np.interp(90, drawn.times, drawn.currents) == pytest.approx(9, abs=0.6)


def test_only_a_drawn_current_has_a_pencil(live):
    live.get_by_role("combobox", name="Shape").select_option("sine")
    expect(live.locator(".pencil")).to_be_hidden()
    live.get_by_role("combobox", name="Shape").select_option("drawn")
    expect(live.locator(".pencil")).to_be_visible()
    expect(field(live)).to_contain_text("5 points")


def test_points_are_typed_added_and_removed_with_the_keyboard_alone(live):
    live.get_by_text("Points", exact=True).focus()
    live.keyboard.press("Enter")
    live.get_by_role("spinbutton", name="current of point 3, nA").wait_for()
    live.keyboard.press("Tab")
    for _ in range(12):
        live.keyboard.press("Tab")
        if live.evaluate("document.activeElement.ariaLabel") == "current of point 3, nA":
            break
    expect(live.get_by_role("spinbutton", name="current of point 3, nA")).to_be_focused()
    live.keyboard.press("ArrowUp")
    live.keyboard.press("ArrowUp")
    expect(live.get_by_role("spinbutton", name="current of point 3, nA")).to_have_value("10.2")
    expect(live.get_by_role("spinbutton", name="current of point 3, nA")).to_be_focused()
    live.keyboard.press("Control+A")
    live.keyboard.type("12,5")
    live.keyboard.press("Enter")
    assert points_of(live) == Points([0, 50, 100, 200, 250], [0, 0, 12.5, 10, 0])
    live.get_by_role("button", name="Add a point").focus()
    live.keyboard.press("Enter")
    expect(live.get_by_role("spinbutton", name="time of point 6, ms")).to_be_focused()
    live.keyboard.press("Control+A")
    live.keyboard.type("20")
    live.keyboard.press("Enter")  # it is the second one now, and keeps the focus
    expect(live.get_by_role("spinbutton", name="time of point 2, ms")).to_be_focused()
    live.wait_for_url(re.compile("drawn=0_0_20_0_50"))
    live.get_by_role("button", name="Remove point 4").focus()
    live.keyboard.press("Enter")
    live.wait_for_url(re.compile("drawn=0_0_20_0_50_0_200_10_250_0"))
    assert live.errors == []


@pytest.mark.parametrize(("text", "said"), [
    ("abc", "A time must be a number between 0 and 100000 ms; abc is not."),
    ("-5", "A time must be a number between 0 and 100000 ms; -5 is not."),
    ("1e400", "1e400 is not"), ("", "A time must be a number"),
    ("200", "There is a point at 200 ms already: choose another time."),
])  # fmt: skip
def test_a_point_that_makes_no_sense_is_refused_in_a_sentence_and_changes_nothing(live, text, said):
    live.get_by_text("Points", exact=True).click()
    time = live.get_by_role("spinbutton", name="time of point 3, ms")
    time.fill(text)
    time.press("Enter")
    expect(field(live).get_by_role("alert")).to_contain_text(said)
    expect(field(live)).to_contain_text("5 points from 0 to 250 ms, 0 to 10 nA.")
    time.press("Escape")
    expect(time).to_have_value("100")


FILES = {
    "plain": "0,0\n100,12\n300,5\n",
    "a header": "time (ms),current (nA)\n0,0\n100,12\n300,5",
    "German Excel": "\ufeffZeit;Strom\r\n0;0\r\n100;12,0\r\n300;5,0\r\n",
    "tabs": "t\tI\n0\t0\n1,0e2\t12\n300\t5\n",
    "quotes": '"time, ms","current"\n"0","0"\n"100","12"\n"300","5"\n',
    "Excel's own first line": "sep=;\n0;0\n100;12\n300;5\n",
    "old Macintosh": "0,0\r100,12\r300,5\r",
    "empty lines": "\n0,0\n\n100,12\n  \n300,5\n\n\n",
    "signs": "0,-0\n100,+12\n300,5.\n",
    "Unicode text": "t\tI\r\n0\t0\r\n100\t12\r\n300\t5\r\n".encode("utf-16"),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_file_is_read_as_spreadsheets_write_it(live, content):
    upload(live, content)
    expect(field(live)).to_contain_text("From current.csv.")
    assert points_of(live) == Points([0, 100, 300], [0, 12, 5])
    assert live.errors == []


WRONG = {
    "a word": ("0,0\n1,2\n2,high\n", "current.csv was not taken. Line 3: “high” is not a number; wanted are a time in "
               "ms and a current in nA."),
    "one column": ("0\n1\n", "Line 1: there is one column, and two are wanted"),
    "three columns": ("0,1,2\n", "Line 1: there are 3 columns, and two are wanted"),
    "commas twice": ("t;I\n0,5\n", "Line 2: there is one column"),
    "going back": ("0,0\n5,1\n\n4,1\n", "Line 4: the time 4 ms does not come after 5 ms in the line before it."),
    "twice": ("0,0\n0,1\n", "Line 2: the time 0 ms does not come after 0 ms"),
    "nan": ("0,0\n1,nan\n", "Line 2: “nan” is not a number"),
    "nan at once": ("nan,nan\n", "Line 1: “nan” is not a number"),
    "infinite": ("0,0\n1,1e400\n", "Line 2: the current Infinity is not within -10000 and 10000 nA."),
    "too strong": ("0,0\n1,20000\n", "Line 2: the current 20000 is not within -10000 and 10000 nA."),
    "before 0": ("-1,0\n", "Line 1: the time -1 is not within 0 and 100000 ms."),
    "nothing": ("", "There is no line with a time in ms and a current in nA."),
    "a header only": ("time,current\n", "There is no line with a time"),
    "a workbook": (b"PK\x03\x04abc", "This is a workbook and no CSV file"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "Line 1: there is one column"),
    "five megabytes": ("0,0\n" * 1_300_000, "This file has 5.2 MB, and 5 MB are allowed."),
    "hexadecimal": ("0x10,1\n1,1\n", "“0x10” is not a number"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_file_is_said_with_its_line_and_nothing_is_lost(live, content, said):
    upload(live, content)
    expect(field(live).get_by_role("alert")).to_contain_text(said)
    expect(field(live)).to_contain_text("5 points from 0 to 250 ms, 0 to 10 nA.")
    assert live.url.endswith("?kind=drawn")
    assert live.errors == []


def test_markup_in_a_file_or_its_name_is_text(live):
    upload(live, "0,0\n1,<img src=x onerror=alert(1)>\n", name="<img src=x onerror=alert(2)>.csv")
    expect(field(live).get_by_role("alert")).to_contain_text("<img src=x onerror=alert(2)>.csv was not taken.")
    assert field(live).locator("img").count() == 0
    upload(live, "0,0\n1,5\n", name="<b>x</b>.csv")
    expect(field(live)).to_contain_text("From <b>x</b>.csv.")


def test_a_file_of_some_thousand_points_is_thinned_and_that_is_said(live):
    t = np.arange(5000) * 0.06
    upload(
        live,
        "t,I\n"
        + "\n".join(f"{a:.2f},{b:.3f}" for a, b in zip(t, 8 + 4 * np.sin(t / 7) + 0.3 * np.sin(5 * t), strict=True)),
    )
    expect(field(live)).to_contain_text(
        re.compile(r"Of 5000 points \d+ are kept; the others lie at most 0\.\d+ nA beside")
    )
    expect(field(live)).to_contain_text("Too long for the link, which leaves it out.")
    wait_until(live, """() => Math.max(...[...Bokeh.documents[0]._all_models.values()]
      .find((model) => model.name === "current").data.I) > 11""")  # fmt: skip
    kept = int(re.search(r"points (\d+) are kept", field(live).inner_text())[1])
    assert 100 < kept <= MOST_DRAWN
    I = np.array(source(live, "current")["I"])
    assert I.max() == pytest.approx(12.2, abs=0.3)
    expect(live).to_have_url(re.compile(r"\?kind=drawn$"))


def test_a_long_drawing_outlives_a_lost_server(open_page, serve):
    server = serve("-m", "panel", "serve", "dashboard")
    page = open_drawn(open_page(), server.url)
    upload(page, "\n".join(f"{0.5 * k},{(k % 37) / 3:.4f}" for k in range(600)))
    expect(field(page)).to_contain_text("600 points from 0 to 299.5 ms")
    wait_until(page, "() => !document.querySelector('.sentence').textContent.startsWith('9 spikes')")
    said = sentence(page).inner_text()
    server.stop()
    expect(page.locator("#connection")).to_be_visible()
    server.start()
    expect(page.locator("#connection")).to_be_hidden(timeout=60000)
    slider(page, "I").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(box(page, "I")).to_have_value("0")
    expect(sentence(page)).to_have_text(said)
    expect(field(page)).to_contain_text("600 points")


def test_a_long_drawing_is_a_step_that_can_be_gone_back_to_and_outlives_a_reload(live):
    for factor in (1, 2):
        upload(live, "\n".join(f"{0.5 * k},{factor * (k % 37) / 3:.4f}" for k in range(600)), name=f"{factor}.csv")
        expect(field(live)).to_contain_text(f"0 to {12 * factor} nA")
        wait_until(live, f"() => history.state.step === {factor}")
    live.get_by_role("button", name="Undo").click()
    expect(field(live)).to_contain_text("600 points from 0 to 299.5 ms, 0 to 12 nA.")
    live.get_by_role("button", name="Redo").click()
    expect(field(live)).to_contain_text("0 to 24 nA.")
    live.get_by_role("button", name="Undo").click()
    expect(field(live)).to_contain_text("0 to 12 nA.")
    live.reload()
    expect(field(live)).to_contain_text("600 points from 0 to 299.5 ms, 0 to 12 nA.")
    live.get_by_role("button", name="Undo").click()
    expect(field(live)).to_contain_text("5 points")
    assert live.errors == []


def test_the_added_current_lifts_the_drawing(live):
    slider(live, "I").focus()
    live.keyboard.press("PageUp")
    live.wait_for_url(re.compile("I=1$"))
    assert max(source(live, "current")["I"]) == pytest.approx(11, abs=0.01)
    assert min(source(live, "current")["I"]) == pytest.approx(1, abs=0.01)


def test_a_bad_drawing_in_an_address_is_named_and_the_page_opens(page, server):
    visit(page, server + "?kind=drawn&drawn=0_0_0_1")
    expect(page.locator("ul.notices")).to_contain_text("must come at least 1e-06 ms after the one before")
    expect(field(page)).to_contain_text("5 points")
