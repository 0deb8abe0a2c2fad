"""What the page says can be said in another language."""

from dashboard.words import translated
from model.sentences import count, listed, say


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
