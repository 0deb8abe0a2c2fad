"""A sentence is its English text, and knows what it was made of."""

import copy
import pickle

import pytest

from model.sentences import Sentence, count, listed, say


def test_a_sentence_is_its_english_text():
    said = say("I is {times:.2f} x rheobase.", times=6.17283)
    assert said == "I is 6.17 x rheobase."
    assert (said.pattern, said.values["times"]) == ("I is {times:.2f} x rheobase.", 6.17283)


@pytest.mark.parametrize(("number", "text"), [(0, "0 spikes"), (1, "1 spike"), (2, "2 spikes")])
def test_what_is_counted_stands_in_the_plural_unless_it_is_one(number, text):
    assert count("{number} spike", "{number} spikes", number=number) == text


@pytest.mark.parametrize(
    ("parts", "text"), [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c", "d"], "a, b, c or d")]
)
def test_alternatives_are_listed_as_english_lists_them(parts, text):
    assert listed(parts) == text


def test_copies_of_a_sentence_are_sentences():
    said = count("{number} spike", "{number} spikes", number=2)
    for twin in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert (twin, twin.pattern, twin.many, twin.values) == (said, said.pattern, said.many, said.values)
        assert isinstance(twin, Sentence)
