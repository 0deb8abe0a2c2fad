"""What the page says can be said in another language."""

import pytest

from dashboard import words
from dashboard.words import preferred, translated
from model.sentences import Small, count, listed, say, term

CATALOGUE = {
    "{number} spike": "{number} Spike", "{number} spikes": "{number} Spikes",
    "{before} or {last}": "{before} oder {last}", "{before} and {last}": "{before} und {last}",
    "Refractory period": "Refraktärzeit", "Reset": "Zurücksetzen",
    "between {low:.10g} and {high:.10g} {unit}": "zwischen {low:.10g} und {high:.10g} {unit}",
    "a longer {quantity}": "{quantity} verlängern",
}  # fmt: skip


class Known:
    def gettext(self, said):
        return CATALOGUE.get(said, said)

    def ngettext(self, one, many, number):
        return self.gettext(one if number == 1 else many)


@pytest.fixture(autouse=True)
def german(monkeypatch):
    monkeypatch.setattr(words, "catalogue", lambda language: Known())


def test_english_stays_as_it_is():
    said = [say("{before} or {last}", before="a", last="b"), 3.5, None]
    assert translated(said, "en") is said


def test_a_sentence_within_a_sentence_is_translated_too():
    parts = listed([count("{number} spike", "{number} spikes", number=2), listed(["a", "b"], "{before} and {last}")])
    assert parts == "2 spikes or a and b"
    assert translated({"texts": [parts]}, "de") == {"texts": ["2 Spikes oder a und b"]}


def test_german_numbers_have_a_comma_and_names_keep_their_points():
    said = say("between {low:.10g} and {high:.10g} {unit}", low=0.02, high=20.0, unit="a.u.")
    assert translated(said, "de") == "zwischen 0,02 und 20 a.u."


def test_what_the_catalogue_does_not_have_stays_english():
    assert translated(say("No {such} sentence.", such="odd"), "de") == "No odd sentence."


def test_a_name_or_a_quotation_is_the_same_in_every_language():
    said = say("a longer {quantity}", quantity="Reset")
    assert translated([said, "Reset"], "de") == ["Reset verlängern", "Reset"]


def test_a_noun_within_a_sentence_is_large_in_german_and_small_in_english():
    said = say("a longer {quantity}", quantity=Small("{name}", {"name": term("Refractory period")}))
    assert said == "a longer refractory period"
    assert translated(said, "de") == "Refraktärzeit verlängern"


@pytest.mark.parametrize(
    ("accepted", "asked", "language"),
    [
        ("", "", "en"), ("de", "", "de"), ("de-AT,de;q=0.9,en;q=0.5", "", "de"), ("en-GB,de;q=0.5", "", "en"),
        ("fr, de;q=0.8, en;q=0.9", "", "en"), ("fr;q=1, ja", "", "en"), ("de;q=0, en;q=0.1", "", "en"),
        ("en", "de", "de"), ("de", "en", "en"), ("de", "fr", "de"), ("de;q=x,;;,=", "", "en"), ("*", "", "en"),
    ],
)  # fmt: skip
def test_the_address_chooses_the_language_and_else_the_browser(accepted, asked, language):
    assert preferred(accepted, asked) == language
