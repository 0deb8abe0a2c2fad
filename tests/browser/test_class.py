"""A class together, as people do it: a lecturer, a pupil with a laptop, a pupil with a phone."""

import re
import signal
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.reading import PATIENCE, box, more, sentence, slider, source, type_in, visit, wait_for, wait_until

SERVE = ("-m", "panel", "serve", "dashboard")
PHONE = {"viewport": (390, 844), "has_touch": True, "is_mobile": True}


def line(page):
    return page.locator("#class_line")


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def says(page, text):
    """Wait until the line below the header says something; pages of a class are loaded in the same moment."""
    expect(line(page)).to_contain_text(text, timeout=1000 * PATIENCE)


def has(page, name, value):
    """Wait until an input has a value."""
    expect(box(page, name)).to_have_value(value, timeout=1000 * PATIENCE)


def open_room(page, url):
    """Open a room as a lecturer does; return the code and the link that are shown."""
    visit(page, url)
    button(page, "Class").click()
    button(page, "Open a room").click()
    code = page.locator("#class_dialog .number")
    expect(code).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    link = page.locator("#class_link").input_value()
    expect(page.locator("#class_dialog .picture svg")).to_be_visible()
    return code.inner_text(), link


@pytest.fixture
def lesson(open_page, server):
    """A lecturer who has opened a room, its code and its link."""
    lecturer = open_page()
    code, link = open_room(lecturer, server)
    lecturer.keyboard.press("Escape")
    return lecturer, code, link


def join_by_link(page, link):
    page.goto(link)
    says(page, "You follow the lecturer")
    return page


def test_those_who_join_by_link_or_code_see_what_the_lecturer_does(lesson, open_page, server):
    lecturer, code, link = lesson
    laptop, phone = open_page(), open_page(**PHONE)
    join_by_link(phone, link)
    visit(laptop, server)
    button(laptop, "Class").click()
    laptop.get_by_label("Or join one").fill(code)
    laptop.keyboard.press("Enter")
    says(laptop, "You follow the lecturer")
    expect(laptop.locator("#class_dialog")).to_be_hidden()
    says(lecturer, "2 are here")
    type_in(lecturer, "delta_T", "2")
    slider(lecturer, "I").focus()
    lecturer.keyboard.press("ArrowRight")
    for pupil in (laptop, phone):
        has(pupil, "delta_T", "2")
        has(pupil, "I", "10.1")
    expect(sentence(laptop)).to_have_text(sentence(lecturer).inner_text())
    lecturer.get_by_role("tab", name="Raster").click()
    for pupil in (laptop, phone):
        expect(pupil.get_by_role("tab", name="Raster")).to_have_attribute("aria-selected", "true")
    lecturer.get_by_role("tab", name="f-I").click()
    for pupil in (laptop, phone):
        expect(pupil.locator("#fi_place")).to_be_visible()
        wait_until(pupil, "() => Bokeh.documents[0].is_idle")
        has(pupil, "I", "10.1")
        for name in ("trace", "fi_theory", "operating_point", "phase_line"):
            assert source(pupil, name) == source(lecturer, name), name
    theme = lecturer.locator("html").get_attribute("data-theme")
    more(lecturer, "Dark")
    type_in(lecturer, "delta_T", "2.5")
    has(laptop, "delta_T", "2.5")
    expect(laptop.locator("html")).to_have_attribute("data-theme", theme)
    assert lecturer.errors == laptop.errors == phone.errors == []


def test_a_drag_of_the_lecturer_is_one_step_for_nobody_else(lesson, open_page):
    lecturer, _, link = lesson
    pupil = join_by_link(open_page(), link)
    type_in(lecturer, "delta_T", "2")
    has(pupil, "delta_T", "2")
    pupil.wait_for_url(re.compile(r"\?delta_T=2&room=\d{8}$"))
    before = pupil.evaluate("history.length")
    for value in ("3", "4"):
        type_in(lecturer, "delta_T", value)
        pupil.wait_for_url(re.compile(rf"delta_T={value}&room="))
    assert pupil.evaluate("history.length") == before


@pytest.mark.parametrize("device", [{}, PHONE], ids=["laptop", "phone"])
def test_any_own_move_lets_go_and_one_button_returns(lesson, open_page, device):
    lecturer, _, link = lesson
    pupil = join_by_link(open_page(**device), link)
    type_in(lecturer, "delta_T", "2")
    has(pupil, "delta_T", "2")
    expect(button(pupil, "Return to the lecturer")).to_be_hidden()
    type_in(pupil, "tau", "20")
    says(pupil, "on your own")
    expect(sentence(pupil)).not_to_have_text(sentence(lecturer).inner_text())
    has(pupil, "delta_T", "2")
    type_in(lecturer, "I", "4")
    lecturer.wait_for_url(re.compile("I=4"))
    pupil.wait_for_url(re.compile("delta_T=2&tau=20&room="))
    has(pupil, "I", "10")
    type_in(pupil, "tau", "25")  # its own neuron is answered as always
    pupil.wait_for_url(re.compile("tau=25"))
    button(pupil, "Return to the lecturer").click()
    has(pupil, "I", "4")
    has(pupil, "tau", "10")
    says(pupil, "You follow")
    assert pupil.errors == []


def test_it_is_all_done_with_the_keyboard(open_page, server):
    lecturer, pupil = visit(open_page(), server), visit(open_page(), server)
    lecturer.locator("#class").focus()
    lecturer.keyboard.press("Enter")
    button(lecturer, "Open a room").focus()
    lecturer.keyboard.press("Enter")
    code = lecturer.locator("#class_dialog .number")
    expect(code).to_be_visible()
    pupil.locator("#class").focus()
    pupil.keyboard.press("Enter")
    pupil.get_by_label("Or join one").focus()
    pupil.keyboard.type(code.inner_text().replace(" ", "-"))
    pupil.keyboard.press("Enter")
    says(pupil, "You follow")
    slider(pupil, "I").focus()
    pupil.keyboard.press("ArrowRight")
    says(pupil, "on your own")
    button(pupil, "Return to the lecturer").focus()
    pupil.keyboard.press("Enter")
    says(pupil, "You follow")
    assert pupil.evaluate("document.activeElement.id") == "class_line"  # the focus is not lost with the button
    button(lecturer, "End the class").focus()
    lecturer.keyboard.press("Enter")
    says(pupil, "has ended the class")


def test_a_drawing_that_no_address_can_hold_is_followed_and_kept_by_who_goes_on_alone(lesson, open_page):
    lecturer, _, link = lesson
    pupil = join_by_link(open_page(), link)
    lecturer.get_by_role("combobox", name="Shape").select_option("drawn")
    drawing = "".join(f"{0.5 * k},{k % 37 / 3:.4f}\n" for k in range(600))
    with lecturer.expect_file_chooser() as chooser:
        lecturer.get_by_role("button", name="Read CSV file").click()
    chooser.value.set_files({"name": "long.csv", "mimeType": "text/csv", "buffer": drawing.encode()})
    said = "600 points from 0 to 299.5 ms, 0 to 12 nA."
    for page in (lecturer, pupil):
        expect(page.locator('nav [data-name="drawn"]')).to_contain_text(said, timeout=1000 * PATIENCE)
    wait_for(pupil, lambda: sentence(pupil).inner_text() == sentence(lecturer).inner_text())
    assert source(pupil, "current") == source(lecturer, "current")
    type_in(pupil, "tau", "20")
    says(pupil, "on your own")
    pupil.wait_for_url(re.compile("tau=20"))
    expect(pupil.locator('nav [data-name="drawn"]')).to_contain_text(said)
    assert source(pupil, "current") == source(lecturer, "current")


def test_a_code_that_is_none_is_refused_in_a_sentence(open_page, server):
    page = visit(open_page(), server)
    button(page, "Class").click()
    page.get_by_label("Or join one").fill("1234")
    page.keyboard.press("Enter")
    expect(page.locator("#class_problem")).to_have_text("A code has eight digits, as 4821 7093.")
    page.get_by_label("Or join one").fill("0000 0000")
    page.keyboard.press("Enter")
    says(page, "There is no room 0000 0000 at the moment")
    type_in(page, "delta_T", "2")
    page.wait_for_url(re.compile("delta_T=2"))
    button(page, "Leave the class").click()
    expect(line(page)).to_be_hidden()
    page.wait_for_url(re.compile(r"dashboard\?delta_T=2$"))


def test_the_secret_is_in_nothing_that_is_passed_on(lesson, open_page):
    lecturer, code, link = lesson
    secret = lecturer.evaluate("location.hash").removeprefix("#lead=")
    assert len(secret) == 22
    assert link.endswith(f"?room={code.replace(' ', '')}")
    pupil = join_by_link(open_page(), link)
    type_in(lecturer, "delta_T", "2")
    pupil.wait_for_url(re.compile("delta_T=2"))
    assert secret not in pupil.url + pupil.content() + link
    lecturer.wait_for_url(re.compile(r"delta_T=2#lead="))
    assert secret not in lecturer.content()
    lecturer.evaluate("window.print = () => {}")
    more(lecturer, "Print")
    expect(lecturer.locator("#paper .link p")).to_have_text(re.compile(r"dashboard\?v=1&delta_T=2$"))
    button(lecturer, "Share").click()
    expect(lecturer.locator("#share_link")).to_have_value(re.compile(r"dashboard\?v=1&delta_T=2$"))
    lecturer.keyboard.press("Escape")
    button(lecturer, "Export").click()
    with lecturer.expect_download() as taken:
        lecturer.locator("#export_dialog .files button").first.click()
    text = taken.value.path().read_text("utf-8")
    assert "dashboard?v=1&delta_T=2" in text
    assert secret not in text


def test_to_look_at_the_link_is_no_wish_to_go_alone(lesson, open_page):
    lecturer, _, link = lesson
    pupil = join_by_link(open_page(), link)
    button(pupil, "Share").click()
    expect(pupil.locator("#share_code svg")).to_be_visible()
    pupil.keyboard.press("Escape")
    type_in(lecturer, "delta_T", "2")
    has(pupil, "delta_T", "2")
    says(pupil, "You follow the lecturer")


def test_who_goes_alone_on_a_phone_can_return_beside_a_lesson_and_stays_alone_when_the_page_is_loaded_again(
    lesson, open_page
):
    lecturer, _, link = lesson
    phone = join_by_link(open_page(**PHONE), link)
    lecturer.keyboard.press("1")
    phone.get_by_role("region", name="Lesson").wait_for()
    type_in(phone, "I", "4")
    says(phone, "You are on your own")
    phone.wait_for_url(re.compile(r"I=4&"))
    phone.reload()
    says(phone, "You are on your own")
    has(phone, "I", "4")
    button(phone, "Return to the lecturer").tap()
    says(phone, "You follow the lecturer")
    has(phone, "I", "3")
    phone.reload()
    says(phone, "You follow the lecturer")


def test_a_page_that_plays_can_return_to_the_lecturer(lesson, open_page):
    lecturer, _, link = lesson
    pupil = join_by_link(open_page(), link)
    type_in(pupil, "tau", "20")
    says(pupil, "You are on your own")
    pupil.locator(".transport .play").click()
    pupil.locator(".transport .play").get_by_text("Pause").wait_for()
    button(pupil, "Return to the lecturer").click()
    says(pupil, "You follow")
    type_in(lecturer, "delta_T", "2")
    has(pupil, "delta_T", "2")
    pupil.wait_for_timeout(1500)  # a page that still played would have asked for more by now
    says(pupil, "You follow")
    assert source(pupil, "trace") == source(lecturer, "trace")


def test_the_lecturer_loads_the_page_again_and_leads_on(lesson, open_page):
    lecturer, code, link = lesson
    pupil = join_by_link(open_page(), link)
    lecturer.reload()
    says(lecturer, f"Room {code}")
    type_in(lecturer, "tau", "20")
    lecturer.wait_for_url(re.compile("tau=20#lead="))
    lecturer.get_by_role("button", name="Undo").click()
    has(pupil, "tau", "10")
    lecturer.wait_for_url(re.compile("dashboard#lead="))  # it still leads
    type_in(lecturer, "delta_T", "2")
    has(pupil, "delta_T", "2")
    says(lecturer, "1 is here")
    assert not lecturer.locator("#class_dialog").is_visible()


def test_a_second_page_of_the_lecturer_leads_and_the_first_may_again(lesson, open_page):
    lecturer, _, link = lesson
    pupil = join_by_link(open_page(), link)
    second = visit(open_page(), lecturer.url)
    says(lecturer, "led from another page")
    type_in(second, "delta_T", "2")
    for page in (lecturer, pupil):
        has(page, "delta_T", "2")
    button(lecturer, "Lead again").click()
    says(second, "led from another page")
    lecturer.keyboard.press("Escape")
    type_in(lecturer, "delta_T", "3")
    for page in (second, pupil):
        has(page, "delta_T", "3")


VOTE = "([lesson, option]) => document.querySelector('#class_line').answers.vote(lesson, option)"
POINT = "([lesson, x, y]) => document.querySelector('#class_line').answers.point(lesson, x, y)"


def test_votes_are_bars_for_the_lecturer_and_for_those_who_have_voted(lesson, open_page):
    lecturer, _, link = lesson
    one, other = (join_by_link(open_page(), link) for _ in range(2))
    one.evaluate(VOTE, ["rheobase", 0])
    expect(lecturer.get_by_role("list", name="Votes of the class")).to_contain_text("answer 1: 1 of 1")
    expect(other.locator(".bars")).to_be_hidden()  # it would tell what to say
    other.evaluate(VOTE, ["rheobase", 2])
    for page in (lecturer, one, other):
        votes = page.get_by_role("list", name="Votes of the class")
        expect(votes).to_contain_text("answer 1: 1 of 2")
        expect(votes).to_contain_text("answer 3: 1 of 2")
    one.evaluate(VOTE, ["rheobase", 2])
    expect(lecturer.locator(".bars")).to_contain_text("answer 3: 2 of 2")


def test_only_the_answers_of_a_lesson_are_counted(lesson):
    """Whatever comes as counts: nothing that a stranger wrote is on the screen."""
    lecturer, *_ = lesson
    open_lesson(lecturer, "Towards the leaky neuron")
    lecturer.evaluate("""() => document.querySelector('#class_line').answers.counted({ present: 3, led: true,
        points: {}, votes: { leaky: { 0: 1, 1: 3, 7: 4, "An-idiot": 9 } } })""")
    for number, votes in enumerate(("1", "3")):
        expect(lecturer.locator("#lesson .option .votes").nth(number)).to_have_text(votes)
    second = lecturer.locator("#lesson .option").nth(1)
    assert second.evaluate("(each) => each.style.getPropertyValue('--part')") == "0.75"
    expect(lecturer.locator(".bars")).to_contain_text("answer 2: 3 of 8")
    expect(lecturer.locator(".bars")).not_to_contain_text("idiot")


def open_lesson(page, name):
    """Open a lesson as the lecturer of a class does."""
    button(page, "Lessons").click()
    page.locator("#lesson_list").get_by_role("button", name=name).click()


def on_chart(page, count):
    """Wait until a lesson's chart shows as many points of the class."""
    expect(page.locator("#lesson .chart .others")).to_have_count(count, timeout=1000 * PATIENCE)


def test_points_of_all_come_together(lesson, open_page):
    lecturer, _, link = lesson
    one, other = (join_by_link(open_page(), link) for _ in range(2))
    open_lesson(lecturer, "Strength and duration")
    button(lecturer, "Next").click()
    for page in (lecturer, one, other):
        expect(page.locator("#lesson .chart")).to_be_visible()
        on_chart(page, 0)
    one.evaluate(POINT, ["strength", 1, 71])
    one.evaluate(POINT, ["strength", 1, 70])
    other.evaluate(POINT, ["strength", 10, 7.99])
    for page in (lecturer, one, other):
        on_chart(page, 2)
    assert len(set(lecturer.locator("#lesson .others").evaluate_all("(all) => all.map((each) => each.outerHTML)"))) == 2
    button(lecturer, "Close the lesson").click()
    open_lesson(lecturer, "Strength and duration")  # what was found before it was open is there too
    on_chart(lecturer, 2)


def test_the_lesson_of_the_lecturer_is_the_lesson_of_those_who_follow(lesson, open_page):
    lecturer, _, link = lesson
    pupil = join_by_link(open_page(), link)
    title, count = (pupil.locator(f"#lesson {part}") for part in ("h2", ".count"))
    open_lesson(lecturer, "Towards the leaky neuron")
    expect(title).to_have_text("Towards the leaky neuron", timeout=1000 * PATIENCE)
    expect(count).to_have_text("Predict, 1 of 6")
    pupil.locator("#lesson .option").nth(1).click()
    expect(lecturer.locator("#lesson .option .votes").nth(1)).to_have_text("1", timeout=1000 * PATIENCE)
    button(lecturer, "Next").click()
    expect(count).to_have_text("Try it, 2 of 6", timeout=1000 * PATIENCE)
    says(pupil, "You follow")
    type_in(pupil, "tau", "20")
    says(pupil, "on your own")
    button(lecturer, "Next").click()
    expect(lecturer.locator("#lesson .count")).to_have_text("See, 3 of 6")
    expect(count).to_have_text("Try it, 2 of 6")  # nobody is torn away
    button(pupil, "Return to the lecturer").click()
    expect(count).to_have_text("See, 3 of 6", timeout=1000 * PATIENCE)
    late = join_by_link(open_page(), link)
    expect(late.locator("#lesson .count")).to_have_text("See, 3 of 6", timeout=1000 * PATIENCE)
    button(lecturer, "Close the lesson").click()
    for page in (pupil, late):
        expect(page.locator("#lesson")).to_be_hidden(timeout=1000 * PATIENCE)
    assert lecturer.errors == pupil.errors == late.errors == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_server_that_is_started_anew_finds_the_class_together_again(serve, open_page):
    server = serve(*SERVE)
    lecturer, pupil, alone = open_page(), open_page(), open_page()
    code, link = open_room(lecturer, server.url)
    lecturer.keyboard.press("Escape")
    join_by_link(pupil, link)
    join_by_link(alone, link)
    type_in(lecturer, "delta_T", "2")
    for page in (pupil, alone):
        has(page, "delta_T", "2")
    pupil.evaluate(VOTE, ["rheobase", 1])
    type_in(alone, "tau", "20")
    alone.wait_for_url(re.compile("tau=20"))
    server.stop(signal.SIGKILL)
    for page in (lecturer, pupil, alone):
        expect(page.locator("#connection")).to_contain_text("connection to the server is lost")
    server.start()
    says(lecturer, f"Room {code} · 2 are here")
    says(pupil, "You follow")
    says(alone, "on your own")
    has(alone, "tau", "20")
    type_in(lecturer, "delta_T", "3")
    has(pupil, "delta_T", "3")
    expect(lecturer.locator(".bars")).to_contain_text("answer 2: 1 of 1")
    lecturer.context.close()
    says(pupil, "away at the moment")
    server.stop(signal.SIGKILL)  # the lecturer does not come back: the page goes on by itself, with its choices
    server.start()
    says(pupil, f"There is no room {code} at the moment")
    has(pupil, "delta_T", "3")
    type_in(pupil, "I", "4")
    pupil.wait_for_url(re.compile("I=4&delta_T=3"))


def test_who_comes_before_the_lecturer_is_there_when_the_room_opens(lesson, open_page):
    lecturer, code, link = lesson
    address = lecturer.url  # kept from an earlier hour, as a bookmark
    button(lecturer, "Show the code").click()
    button(lecturer, "End the class").click()
    early, busy = open_page(), open_page()
    for page in (early, busy):
        page.goto(link)
        says(page, f"There is no room {code} at the moment")
    type_in(busy, "tau", "20")
    busy.wait_for_url(re.compile("tau=20"))
    lecturer.goto(address)  # where the page is already: only what stands behind # is new
    says(lecturer, f"Room {code}")
    lecturer.keyboard.press("Escape")
    type_in(lecturer, "delta_T", "2")
    has(early, "delta_T", "2")
    says(busy, "on your own")  # nobody is torn away
    has(busy, "tau", "20")


def test_when_the_lecturer_ends_the_class_all_pages_go_on(lesson, open_page):
    lecturer, _, link = lesson
    pupil = join_by_link(open_page(), link)
    type_in(lecturer, "delta_T", "2")
    has(pupil, "delta_T", "2")
    button(lecturer, "Show the code").click()
    button(lecturer, "End the class").click()
    expect(line(lecturer)).to_be_hidden()
    assert "lead" not in lecturer.url
    says(pupil, "The lecturer has ended the class.")
    pupil.wait_for_url(re.compile(r"dashboard\?delta_T=2$"))
    type_in(pupil, "I", "4")
    pupil.wait_for_url(re.compile(r"\?I=4&delta_T=2$"))
    button(pupil, "OK").click()
    expect(line(pupil)).to_be_hidden()
