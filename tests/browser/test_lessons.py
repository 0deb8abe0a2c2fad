"""Every lesson as a student walks through it: predict, try, see, why, go on; by mouse, by keyboard, on a phone."""

import json
import re

import pytest
from playwright.sync_api import expect

from model import ExpIFParameters, theory
from tests.browser.reading import box, sentence, type_in, visit, wait_for, wait_until

SIZES = {"laptop": (1280, 800), "phone": (390, 844)}
WEAKEST = {width: theory.smallest_pulse(ExpIFParameters(), width) for width in (2, 5, 10)}  # nA, by ms
NAMES = ["rheobase", "leaky", "threshold", "strength", "refractory", "noise", "futures", "response", "integrator",
         "recording"]  # fmt: skip


class Student:
    """Somebody who opens a page and does what a lesson asks."""

    def __init__(self, page):
        self.page = page
        self.panel = page.get_by_role("region", name="Lesson")
        self.answer = page.locator("#lesson .kept")

    def open(self, name):
        self.page.get_by_role("button", name="Lessons", exact=True).click()
        self.page.locator("#lesson_list li button").nth(NAMES.index(name)).click()
        expect(self.panel.locator(".count")).to_have_text(re.compile("^Predict, 1 of"))

    def predict(self, number):
        self.panel.locator(".option").nth(number - 1).click()
        expect(self.answer).to_have_text("Your prediction is kept. Now try it.")

    def next(self, kind=None):
        self.panel.locator(".next").click()
        if kind:
            expect(self.panel.locator(".count")).to_have_text(re.compile(f"^{kind},"))

    def choose(self, name, value):
        type_in(self.page, name, str(value))
        self.page.wait_for_function("() => !document.querySelector('nav .problem:not([hidden])')")

    def select(self, name, value):
        self.page.locator(f"nav [data-name={name}] select").select_option(value)

    def pin(self):
        button = self.page.get_by_role("button", name=re.compile("^(Keep|Pin)"))
        if button.count():  # else something is kept already
            button.first.click()

    def reached(self, number):
        expect(self.panel.locator(".goals .reached")).to_have_count(number)

    def done(self, said=""):
        self.reached(self.panel.locator(".goals li").count())
        expect(self.panel.locator(".done")).to_contain_text(said)

    def told(self, right):
        expect(self.answer).to_contain_text("You predicted it:" if right else "It was:")

    def end(self):
        self.next("Go on")
        self.panel.get_by_role("button", name="Close the lesson").click()
        expect(self.panel).to_be_hidden()


@pytest.fixture(scope="module", params=SIZES)
def student(request, open_shared_page, server):
    page = open_shared_page(viewport=SIZES[request.param], color_scheme="dark" if request.param == "phone" else "light")
    return Student(visit(page, server))


def test_the_smallest_current_that_fires(student):
    student.open("rheobase")
    student.predict(2)
    student.next("Try it")
    student.choose("I", 1)
    student.reached(1)
    student.choose("I", 1.7)
    student.reached(1)  # it fires, but 5 % above
    student.choose("I", 1.63)
    student.done("the rheobase is 1.62\u00a0nA")
    student.next("See")
    student.next("Why")
    student.told(right=False)
    student.end()


def test_towards_the_leaky_neuron(student):
    student.open("leaky")
    student.predict(3)
    student.next("Try it")
    student.pin()
    student.reached(1)
    student.choose("delta_T", 0.1)
    student.done("they cross")
    student.next("See")
    student.next("Try it")
    student.choose("delta_T", 8)
    student.choose("I", 0)
    student.done("20.6\u00a0Hz")
    student.next("Why")
    student.told(right=True)
    student.end()


def test_the_threshold_that_is_none(student):
    student.open("threshold")
    student.next("Try it")  # nobody must vote
    student.choose("V_th", 30)
    student.reached(1)
    student.choose("V_th", -50)
    student.done()
    student.next("See")
    expect(student.panel).to_contain_text("59.9\u00a0Hz")
    student.next("Why")
    expect(student.answer).to_have_count(0)
    student.end()


def test_points_collect_into_the_curve_of_strength_and_duration(student):
    page, told = student.page, []
    page.evaluate("localStorage.removeItem('expif.lesson.strength')")
    student.open("strength")
    student.predict(2)
    student.next("Try it")
    chart = student.panel.locator(".chart")
    expect(chart.locator(".exact")).to_have_count(1)
    for number, width in enumerate((2, 5, 10), 1):
        student.choose("I", 3)  # too weak at any of these widths
        student.choose("width", width)
        wait_for(page, lambda: sentence(page).inner_text().startswith("0 spikes"))
        for part in (1.5, 1.02):
            student.choose("I", round(WEAKEST[width] * part, 2))
            wait_for(page, lambda: sentence(page).inner_text().startswith("1 spike"))
        expect(chart.locator(".own")).to_have_count(number)
        told.append(round(WEAKEST[width] * 1.02, 2))
    student.done("Your points make the curve.")
    expect(chart).to_have_attribute("aria-label", re.compile(f"your points: {told[0]} at 2; {told[1]} at 5; "))
    student.next("See")
    expect(chart.locator(".own")).to_have_count(3)
    student.next("Why")
    student.told(right=True)
    student.end()
    kept = json.loads(page.evaluate("localStorage.getItem('expif.lesson.strength')"))
    assert kept["points"] == [[2, told[0]], [5, told[1]], [10, told[2]]]


def test_the_refractory_ceiling(student):
    student.open("refractory")
    student.predict(2)
    student.next("Try it")
    student.choose("I", 1000)
    student.reached(1)
    student.choose("tau_ref", 0)
    student.reached(2)
    student.choose("tau_ref", 5)
    student.done()
    student.next("See")
    student.next("Why")
    student.end()


def test_noise_smooths_the_curve(student):
    student.open("noise")
    student.predict(3)
    student.next("Try it")
    student.choose("sigma", 2)
    student.reached(1)
    student.page.get_by_role("tab", name="Intervals").click()
    student.done()
    student.next("See")
    student.next("Try it")
    expect(box(student.page, "I")).to_have_value("5")
    expect(student.page.get_by_role("tab", name="f-I")).to_have_attribute("aria-selected", "true")
    student.reached(0)  # what was so before the step began is none
    student.choose("sigma", 4)
    student.done("31.1\u00a0Hz became 33.2\u00a0Hz")
    student.next("Why")
    student.end()


def test_two_futures(student):
    student.open("futures")
    student.predict(1)
    student.next("Try it")
    student.choose("I", 14)
    student.reached(0)
    student.choose("I", 15)
    student.done("420\u00a0Hz")
    student.next("See")
    student.next("Try it")
    expect(student.page.locator("nav [data-name=kind] select")).to_have_value("constant")
    student.choose("sigma", 2)
    student.done()
    student.next("Why")
    student.end()


def test_how_fast_a_signal_it_can_follow(student):
    student.open("response")
    expect(student.page.get_by_role("tab", name="Frequency")).to_have_attribute("aria-selected", "true")
    student.predict(2)
    student.next("Try it")
    student.page.get_by_role("button", name="Measure").click()
    expect(student.panel.locator(".goals li").first).to_have_class("reached", timeout=60_000)
    student.pin()
    student.choose("delta_T", 0.5)
    student.done()
    student.next("See")
    student.next("Why")
    student.told(right=True)
    student.end()


def test_trust_the_integrator(student):
    student.open("integrator")
    student.predict(1)
    student.next("Try it")
    expect(box(student.page, "dt")).to_be_visible()  # what is folded away and asked for unfolds
    student.select("method", "euler")
    student.choose("dt", 0.5)
    student.reached(1)
    student.choose("dt", 0.05)
    student.reached(2)
    student.select("method", "strang")
    student.choose("dt", 0.5)
    student.done()
    student.next("See")
    expect(student.panel).to_contain_text("54.1\u00a0Hz")
    student.next("Why")
    student.end()
    assert student.page.errors == []


def test_what_did_they_record(student):
    student.open("recording")
    student.predict(2)
    student.next("Try it")
    tab = student.page.get_by_role("tabpanel", name="Recording")
    tab.get_by_role("button", name="Try the demo").click()
    expect(student.panel.locator(".goals .reached")).to_have_count(1, timeout=200_000)  # a fresh clone compiles the fit
    student.done("Each orange point")
    student.next("See")
    student.next("Try it")
    tab.get_by_role("button", name="Use this neuron").click()
    student.done("but for a few spikes")
    student.next("Why")
    student.told(right=True)
    expect(student.panel).to_contain_text("1.3\u00a0mV")
    student.end()
    assert student.page.errors == []


# -- by keyboard, and what is kept -------------------------------------------------------------------------------------
def test_a_lesson_is_opened_walked_and_closed_by_keys(page, server):
    student = Student(visit(page, server))
    page.keyboard.press("3")
    expect(student.panel.get_by_role("heading")).to_be_focused()
    expect(student.panel.get_by_role("heading")).to_have_text("Does the threshold matter?")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # to the first prediction
    page.keyboard.press("Space")
    expect(student.panel.locator(".option[aria-pressed=true]")).to_have_count(1)
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(student.panel.locator(".next")).to_be_focused()
    page.keyboard.press("Enter")
    expect(student.panel.locator(".count")).to_have_text("Try it, 2 of 5")
    expect(student.panel.locator(".next")).to_be_focused()
    expect(student.panel.locator("> .heard")).to_contain_text("Drag V_th up")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(student.panel.locator(".count")).to_have_text("Predict, 1 of 5")
    box(page, "V_th").focus()
    page.keyboard.press("4")  # a number in a box is a number
    expect(student.panel.get_by_role("heading")).to_have_text("Does the threshold matter?")


def test_the_address_keeps_the_lesson_and_the_browser_how_far_it_is(page, server):
    student = Student(visit(page, server))
    student.open("leaky")
    student.predict(1)
    student.next("Try it")
    student.choose("delta_T", 1)
    page.wait_for_url(re.compile(r"delta_T=1&lesson=leaky"))
    page.reload()
    expect(student.panel.locator(".count")).to_have_text("Try it, 2 of 6")
    expect(box(page, "delta_T")).to_have_value("1")  # the choices of the address stay
    student.panel.locator(".back").click()
    expect(student.panel.locator(".option[aria-pressed=true]")).to_have_text("The gradual one.")
    student.panel.get_by_role("button", name="Close the lesson").click()
    page.wait_for_url(lambda url: "lesson" not in url)


def test_a_link_that_names_a_lesson_alone_opens_it_as_it_begins(page, server):
    student = Student(visit(page, server + "?lesson=rheobase"))
    expect(student.panel.locator(".count")).to_have_text("Predict, 1 of 5")
    expect(box(page, "I")).to_have_value("3")
    expect(page.locator(".notices")).to_be_hidden()


def test_a_link_to_a_lesson_that_is_none_says_so(page, server):
    visit(page, server + "?lesson=banana&I=3")
    expect(page.locator(".notices")).to_contain_text("lesson must be one of")
    expect(box(page, "I")).to_have_value("3")
    expect(page.locator("#lesson")).to_be_hidden()


def test_what_was_reached_stays_so_and_a_pin_of_before_is_none_of_the_lesson(page, server):
    page.set_viewport_size({"width": 1280, "height": 800})
    visit(page, server + "?lesson=leaky&pin=I%3D5")
    student = Student(page)
    student.predict(1)
    student.next("Try it")
    student.reached(0)
    page.locator("h1").click()
    page.keyboard.press("p")
    student.reached(1)
    student.next()
    student.panel.locator(".back").click()
    student.reached(1)


def test_a_lesson_goes_on_to_the_next_and_a_link_in_it_opens_its_choices(page, server):
    student = Student(visit(page, server))
    student.open("threshold")
    for kind in ("Try it", "See", "Why", "Go on"):
        student.next(kind)
    student.panel.get_by_role("button", name="moves instead").click()
    expect(box(page, "V_T")).to_have_value("-55")
    student.next("Predict")
    expect(student.panel.get_by_role("heading")).to_have_text("Strength and duration")


@pytest.mark.parametrize("trouble", ["refused", "rubbish"])
def test_a_browser_that_keeps_nothing_or_rubbish_has_the_lessons_all_the_same(open_page, server, trouble):
    page = open_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused') } })"
        if trouble == "refused"
        else 'localStorage.setItem(\'expif.lesson.leaky\', \'{"step": 99, "vote": "x", "points": 3}\')'
    )
    student = Student(visit(page, server))
    student.open("leaky")
    student.panel.locator(".option").first.click()
    kept = "This browser keeps nothing" if trouble == "refused" else "Your prediction is kept."
    expect(student.answer).to_contain_text(kept)
    student.next("Try it")
    student.panel.locator(".back").click()
    expect(student.panel.locator(".option[aria-pressed=true]")).to_have_count(1)
    assert page.errors == []


def test_a_lesson_that_cannot_be_loaded_says_so_and_another_one_opens(open_page, server):
    page = visit(open_page(), server)
    page.route("**/lesson-leaky.json", lambda route: route.abort())
    page.keyboard.press("2")
    expect(page.locator("#lesson .body")).to_have_text("This lesson could not be loaded. Try it again in a moment.")
    page.keyboard.press("1")
    expect(page.locator("#lesson .count")).to_have_text("Predict, 1 of 5")


def test_the_lesson_is_said_in_the_language_of_the_page(page, server):
    visit(page, server)
    page.evaluate("document.documentElement.lang = 'de'")
    page.keyboard.press("2")
    expect(page.locator("#lesson h2")).to_have_text("Auf dem Weg zum Leaky-Neuron")
    expect(page.locator("#lesson .body")).to_contain_text("von 3,48\u00a0mV auf 0,1\u00a0mV")


@pytest.mark.parametrize("size", SIZES.values())
def test_a_lesson_covers_no_plot(open_page, server, size):
    page = visit(open_page(viewport=size), server)
    page.keyboard.press("4")
    expect(page.locator("#lesson .count")).to_be_visible()
    page.locator("#lesson .next").click()
    wait_until(page, "() => document.querySelector('nav .asked')")
    page.locator("nav [data-name=I]").scroll_into_view_if_needed()
    lesson = page.locator("#lesson").bounding_box()
    on_phone = size[0] < 900  # where all but the trace scroll by below it
    for name in ("trace",) if on_phone else ("trace", "current", "phase"):
        plot = page.locator(f"section.{name}").bounding_box()
        assert plot["x"] >= lesson["x"] + lesson["width"] or plot["y"] + plot["height"] <= lesson["y"], name
    if on_phone:
        page.get_by_role("button", name="Text of the lesson").click()
        expect(page.locator("#lesson .body")).to_be_hidden()
        assert page.locator("#lesson").bounding_box()["height"] < 60
