"""Sentences that remember how they were made, so that a program which shows them can say them in another language.

A sentence is an ordinary string, in English. Besides, it knows its pattern and what was filled in: a catalogue of
translations holds the pattern, and the same values are filled into the translated one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self


class Sentence(str):
    """A string made from a pattern.

    Attributes
    ----------
    pattern : str
        The English pattern, with places in braces as `str.format` has them: ``"{rate:.3g} Hz"``.
    many : str
        The pattern for a number other than one; "" where nothing is counted.
    values : mapping of str to object
        What stands at the places; `number` is what is counted. A value may be a sentence itself.
    """

    __slots__ = ("many", "pattern", "values")

    pattern: str
    many: str
    values: Mapping[str, Any]

    def __new__(cls, pattern: str, values: Mapping[str, Any], many: str = "") -> Self:
        """Fill the values in."""
        used = many if many and values["number"] != 1 else pattern
        self = super().__new__(cls, used.format(**values))
        self.pattern, self.many, self.values = pattern, many, values
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:  # copies and pickles are sentences too
        return self.pattern, self.values, self.many


def say(pattern: str, /, **values: Any) -> Sentence:
    """Return the sentence that a pattern makes of these values.

    The pattern stands in the source as one literal, so that it can be found by whoever translates: values are filled in
    by name, and never joined to it.
    """
    return Sentence(pattern, values)


def count(one: str, many: str, /, number: float, **values: Any) -> Sentence:
    """Return the sentence for one thing or for several: ``count("{number} spike", "{number} spikes", number=3)``."""
    return Sentence(one, {"number": number, **values}, many)


def listed(parts: Sequence[str], last: str = "{before} or {last}") -> str:
    """Return alternatives as English lists them: "a, b or c".

    Parameters
    ----------
    parts : sequence of str
        At least one; sentences stay sentences.
    last : str
        How the last one is joined to those before it: also ``"{before} and {last}"``.
    """
    *before, end = parts
    if not before:
        return end
    joined = before[0]
    for each in before[1:]:
        joined = Sentence("{before}, {next}", {"before": joined, "next": each})
    return Sentence(last, {"before": joined, "last": end})
