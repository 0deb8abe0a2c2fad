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
        What stands at the places; `number` is what is counted. A value may be a sentence itself; one that is an
        ordinary string is a name or a quotation, the same in every language.
    """

    __slots__ = ("many", "pattern", "values")

    pattern: str
    many: str
    values: Mapping[str, Any]

    def __new__(cls, pattern: str, values: Mapping[str, Any], many: str = "") -> Self:
        """Fill the values in."""
        used = many if many and values["number"] != 1 else pattern
        self = super().__new__(cls, cls.begun(used.format_map(values)))
        self.pattern, self.many, self.values = pattern, many, values
        return self

    @staticmethod
    def begun(text: str) -> str:
        """Return the text as it begins."""
        return text

    def __str__(self) -> str:  # so that str(error) is the sentence that was raised
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:  # copies and pickles are sentences too
        return self.pattern, self.values, self.many


class Large(Sentence):
    """What stands at the beginning of a sentence: with a large letter."""

    @staticmethod
    def begun(text: str) -> str:
        """Return the text as it begins."""
        return text[:1].upper() + text[1:]


class Small(Sentence):
    """What something is called, within a sentence: with a small letter, in languages that write names of things so."""

    @staticmethod
    def begun(text: str) -> str:
        """Return the text as it begins."""
        return text[:1].lower() + text[1:]


class Signed(float):
    """A number that is written with a minus sign, where others have a hyphen."""

    def __format__(self, format_spec: str) -> str:
        return super().__format__(format_spec).replace("-", "−")


def say(pattern: str, /, **values: Any) -> str:
    """Return the sentence that a pattern makes of these values.

    The pattern stands in the source as one literal, so that it can be found by whoever translates: values are filled in
    by name, and never joined to it.
    """
    return Sentence(pattern, values)


def term(text: str) -> str:
    """Return a declared text, a label or a title, as a sentence: within another one it is translated too."""
    return Sentence(text, {})


def count(one: str, many: str, /, number: float, **values: Any) -> str:
    """Return the sentence for one thing or for several: ``count("{number} spike", "{number} spikes", number=3)``."""
    return Sentence(one, {"number": number, **values}, many)


def listed(parts: Sequence[str], last: str = "") -> str:
    """Return alternatives as English lists them: "a, b or c".

    Parameters
    ----------
    parts : sequence of str
        At least one; sentences stay sentences.
    last : str
        How the last one is joined to those before it, where it is not by "or": ``"{before} and {last}"``.
    """
    *before, end = parts
    if not before:
        return end
    both = {"before": joined(before, ", "), "last": end}
    return Sentence(last, both) if last else Sentence("{before} or {last}", both)


def joined(parts: Sequence[str], between: str = " ") -> str:
    """Return what stands one after the other, as one text; parts that say nothing are left out."""
    said = ""
    for each in filter(None, parts):
        said = Sentence(f"{{before}}{between}{{next}}", {"before": said, "next": each}) if said else each
    return said
