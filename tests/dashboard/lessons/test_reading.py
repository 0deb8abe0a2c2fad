"""A lesson's file with a mistake is said with file and field, and never hurts the server or the other lessons."""

import json
import re
import subprocess
import sys

import pytest

from dashboard import page
from dashboard.lessons.filling import filled, number
from dashboard.lessons.parts import LARGEST, Mistake
from dashboard.lessons.reading import read_all, read_lesson
from dashboard.session import Session
from tests.conftest import ROOT

GOOD = """
title: {en: Title, de: Titel}
about: About
steps:
  - predict: {en: "How fast?", de: "Wie schnell?"}
    options: [slowly, "{{ rate(I=10) | hertz }}"]
    answer: 2
    set: {I: 3, delta_T: 0.1}
    tab: fi
  - do: Move I.
    goals:
      - text: It is moved.
        watch: {I: {from: rheobase(), to: 1.01 * rheobase()}, method: {is: euler}, tab: {is: fi}}
  - link: Go on.
    links: [{text: more, set: {I: 1}}]
    read: [{title: a book, url: "https://example.org/book"}]
"""


@pytest.fixture
def write(tmp_path):
    """Write a lesson, with something else in place of a part of it."""

    def write_one(old="", new="", name="mine.yml", text=GOOD):
        assert old in text
        path = tmp_path / name
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write_one


def test_a_lesson_is_read_with_its_numbers_in_both_languages(write):
    lesson = read_lesson(write())
    assert lesson.name == "mine"
    asked, done, linked = lesson.content["steps"]
    assert asked["text"] == {"en": "How fast?", "de": "Wie schnell?"}
    assert asked["options"][1] == {"en": "57.7\u00a0Hz", "de": "57,7\u00a0Hz"}
    assert (asked["answer"], asked["set"], asked["tab"]) == (1, {"I": 3.0, "delta_T": 0.1}, "fi")
    [goal] = done["goals"]
    assert goal["watch"][0] == {"of": "I", "from": pytest.approx(1.62), "to": pytest.approx(1.6362)}
    assert goal["watch"][1:] == [{"of": "method", "is": "euler"}, {"of": "tab", "is": "fi"}]
    assert linked["read"] == [{"title": {"en": "a book", "de": "a book"}, "url": "https://example.org/book"}]
    assert json.loads(lesson.written())["name"] == "mine"


@pytest.mark.parametrize(("old", "new", "said"), [
    ("about: About", "", "mine.yml lacks the field about"),
    ("about: About", "about: 3", "about must be a text, or one for each of en, de; 3 is not"),
    ("about: About", "about: ''", "about must be a text of 1 to"),
    ("about: About", "abuot: About", "has a field 'abuot', which is not known; there are title, about, steps"),
    ("de: Titel", "fr: Titre", "title has a field 'fr', which is not known; there are en, de"),
    (", de: Titel", "", "title lacks the field de"),
    ("about: About", "about: About\nabout: Twice", "line 4: this is no YAML: 'about' stands there twice"),
    ("title: {en", "title: {{en", "this is no YAML"),
    ("about: About", "about: !!python/object/apply:os.system [exit]", "this is no YAML"),
    ("answer: 2", "answer: 3", "steps 1, answer must be the number of an option, from 1 to 2"),
    ("answer: 2", "answer: no", "steps 1, answer"),
    ('options: [slowly, "{{ rate(I=10) | hertz }}"]', "options: [slowly]", "options must be a list of 2 to 30 parts"),
    ("I: 3", "I: a lot", "steps 1, set, I cannot be set. Current I must be a number between"),
    ("I: 3", "J: 3", "There is no input called 'J' here"),
    ("delta_T: 0.1", "delta_T: 900", "steps 1, set, delta_T cannot be set"),
    ("tab: fi\n", "tab: fourier\n", "steps 1, tab must be one of fi, bifurcation"),
    ("rate(I=10)", "rat(I=10)", "options 2 cannot be computed: 'rat' is undefined"),
    ("rate(I=10)", "rate(J=10)", "options 2 cannot be computed: rate_at() got an unexpected keyword argument 'J'"),
    ("rate(I=10)", "rate()", "options 2 cannot be computed: rate_at() missing 1 required positional argument"),
    ("rate(I=10)", "rate(I=10, tau=-1)", "options 2 cannot be computed: tau must be between"),
    ("rate(I=10)", "unstable(I=10)", "options 2 cannot be computed: the number is nan, which says nothing"),
    ("rate(I=10)", "(1/0)", "options 2 cannot be computed: division by zero"),
    ("rate(I=10)", "''.__class__.__mro__", "options 2 cannot be computed: access to attribute '__class__'"),
    ("rate(I=10)", "rate.__globals__", "options 2 cannot be computed: access to attribute '__globals__'"),
    ("rate(I=10)", "9 ** 9 ** 9 ** 9", "options 2 cannot be computed: powers are not allowed"),
    ("rate(I=10)", "'a' * 1000000000", "options 2 cannot be computed: only numbers can be multiplied"),
    ("{{ rate(I=10) | hertz }}", "{% for i in [1] %}x{% endfor %}", "options 2 may hold {{ expressions }} only"),
    ("| hertz", "| hurtz", "options 2 cannot be computed: No filter named 'hurtz'"),
    ("| hertz", "| hertz(99)", "a number has between 1 and 9 digits"),
    ("from: rheobase()", "from: 9", "goals 1, watch, I has a from above its to"),
    ("from: rheobase()", "from: reobase()", "watch, I, from ('reobase()') cannot be computed"),
    ("from: rheobase()", "from: '[1]'", "watch, I, from ('[1]') is no finite number"),
    ("from: rheobase(), to: 1.01 * rheobase()", "above: 1", "watch, I has a field 'above', which is not known"),
    ("{from: rheobase(), to: 1.01 * rheobase()}", "{}", "watch, I needs from, to, or both, or is"),
    ("is: euler", "is: oiler", "watch, method cannot be set. Method must be one of strang, euler"),
    ("tab: {is: fi}", "tab: {is: home}", "tab, is must be one of fi,"),
    ("tab: {is: fi}", "spikes: {is: many}", "spikes, is cannot be: this is a number"),
    ("tab: {is: fi}", "moon: {from: 1}", "watch, moon cannot be watched; there are the inputs, spikes, rate"),
    ("- do: Move I.", "- see: Move I.", "steps 2 has a field 'goals', which is not known; there are see, set, tab"),
    ("- do: Move I.", "- think: Move I.", "steps 2 must have one of the fields predict, do, see, explain, link"),
    ("https://example.org", "javascript:alert(1)//", "read 1, url must be an address that begins with https://"),
    ("- link: Go on.", "- predict: Again?\n    options: [a, b]\n  - link: Go on.", "may have one prediction only"),
])  # fmt: skip
def test_a_mistake_is_said_with_file_and_field(write, old, new, said):
    with pytest.raises(Mistake, match=re.escape(said)) as mistake:
        read_lesson(write(old, new))
    assert str(mistake.value).startswith("mine.yml")
    assert str(mistake.value).endswith(".")


@pytest.mark.parametrize(("content", "said"), [
    (b"", "must have the fields title, about, steps; None has none"),
    (b"[1, 2]", "must have the fields"),
    (b"\xff\xfe\x00\xd8", "cannot be read"),
    (b"a: " + b"[" * 5000, "cannot be read"),
    (b"a: " + b"x" * LARGEST, f"is larger than {LARGEST} bytes"),
    (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]", "has a field 'a', which is not known"),
    (b"? [1, 2]\n: 3", "this is no YAML: found unhashable key"),
])  # fmt: skip
def test_what_is_no_lesson_at_all_is_said(tmp_path, content, said):
    path = tmp_path / "mine.yml"
    path.write_bytes(content)
    with pytest.raises(Mistake, match=re.escape(said)):
        read_lesson(path)


@pytest.mark.parametrize("name", ["Mine.yml", "my lesson.yml", "1.yml", "a" * 50 + ".yml"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(write, name):
    with pytest.raises(Mistake, match="must be named with small letters"):
        read_lesson(write(name=name))


def test_the_other_lessons_work_beside_one_with_a_mistake(write, tmp_path):
    write(name="good.yml")
    write("tab: fi\n", "tab: no\n", name="bad.yml")
    shelf = read_all(tmp_path)
    assert [each.name for each in shelf.lessons] == ["good"]
    assert shelf.menu()[0] == {
        "name": "good",
        "title": {"en": "Title", "de": "Titel"},
        "about": {"en": "About", "de": "About"},
    }
    [(name, said)] = shelf.mistakes.items()
    assert name == "bad"
    assert said in json.dumps(shelf.menu()[1], ensure_ascii=False)


def test_lessons_come_in_their_order_and_those_without_one_at_the_end(write, tmp_path):
    write("about:", "order: 2\nabout:", name="a.yml")
    write("about:", "order: 1\nabout:", name="b.yml")
    write(name="c.yml")
    assert [each.name for each in read_all(tmp_path).lessons] == ["b", "a", "c"]


def test_the_lesson_of_the_documentation_is_read(tmp_path):
    text = (ROOT / "docs/teaching.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "integrators.yml"
    path.write_text(example, encoding="utf-8")
    content = read_lesson(path).content
    assert [step["kind"] for step in content["steps"]] == ["predict", "do", "explain"]
    assert "57.7\u00a0Hz" in content["steps"][2]["text"]["en"]


@pytest.mark.parametrize(("text", "english", "german"), [
    ("{{ 1234.5 | number }}", "1230", "1230"), ("{{ 0.00123 | ms }}", "0.00123\u00a0ms", "0,00123\u00a0ms"),
    ("{{ (-2.5) | nA }}", "−2.5\u00a0nA", "−2,5\u00a0nA"), ("{{ (0 - 0) | hertz }}", "0\u00a0Hz", "0\u00a0Hz"),
    ("{{ default('tau_ref') | ms }}", "1.7\u00a0ms", "1,7\u00a0ms"), ("<b>&amp;</b>", "<b>&amp;</b>", "<b>&amp;</b>"),
])  # fmt: skip
def test_numbers_are_written_as_each_language_writes_them(text, english, german):
    assert (filled(text, "en"), filled(text, "de")) == (english, german)


def test_an_expression_is_a_number_or_says_why_not():
    assert number("2 * rheobase()") == pytest.approx(3.24)
    assert number("-50") == -50
    with pytest.raises(ValueError, match="cannot be computed: there is no input called banana"):
        number("default('banana')")


def test_reading_all_lessons_from_the_command_line_says_what_is_wrong(write, tmp_path):
    write("tab: fi\n", "tab: no\n")
    told = subprocess.run(
        [sys.executable, "-m", "dashboard.lessons", str(tmp_path)], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert told.returncode == 1
    assert told.stderr.startswith("mine.yml: steps 1, tab must be one of")


def test_the_page_carries_the_titles_and_a_file_for_each_lesson(monkeypatch, write, tmp_path, caplog):
    write(name="good.yml")
    write("tab: fi\n", "tab: no\n", name="bad.yml")
    monkeypatch.setattr(page, "read_all", lambda: read_all(tmp_path))
    made = page.build_page()
    assert json.loads(made["lesson-good.json"])["steps"][0]["tab"] == "fi"
    menu = json.loads(made["constant.json"])["lessons"]
    assert [each["name"] for each in menu] == ["good", "bad"]
    assert b"Move I." not in made["constant.json"]  # what a lesson says is loaded when it is opened
    assert "A lesson is left out. bad.yml: steps 1, tab" in caplog.text


def test_what_a_lesson_sets_is_a_legal_choice(write):
    assert Session().choose(read_lesson(write()).content["steps"][0]["set"]) == {}
