"""The languages of the page. English stands where it is used; every other language is a catalogue here, `de.po`.

A catalogue is a file of GNU gettext: each English sentence with its translation. `python -m dashboard.words` brings the
catalogues up to date with the sources.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from model.sentences import Sentence

HERE = Path(__file__).parent
ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch"}  # each as those who speak it call it
DECIMAL = {"de": ","}  # what stands between the ones and the tenths, where it is no point


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the translations into a language; none for English."""
    if language == ENGLISH:
        return NullTranslations()
    with open(HERE / f"{language}.po", "rb") as file:
        read = read_po(file, language)
    packed = BytesIO()
    write_mo(packed, read)
    packed.seek(0)
    return GNUTranslations(packed)


def translated(said: Any, language: str) -> Any:
    """Return what is said in a language, whether it is a sentence, a text, or lists and mappings of these.

    What is no sentence, and what the catalogue does not have, stays as it is.
    """
    if language == ENGLISH:
        return said
    if isinstance(said, Sentence):
        return _sentence(said, language)
    if isinstance(said, str):
        return catalogue(language).gettext(said) if said else said
    if isinstance(said, Mapping):
        return {name: translated(each, language) for name, each in said.items()}
    if isinstance(said, list | tuple):
        return [translated(each, language) for each in said]
    return said


def _sentence(said: Sentence, language: str) -> str:
    known = catalogue(language)
    if said.many:
        pattern = known.ngettext(said.pattern, said.many, int(said.values["number"] != 1) + 1)
    else:
        pattern = known.gettext(said.pattern) if said.pattern else ""
    values = {name: translated(value, language) for name, value in said.values.items()}
    return _Writer(DECIMAL.get(language, ".")).vformat(pattern, (), values)


class _Writer(string.Formatter):
    """Fills in numbers as a language writes them."""

    def __init__(self, decimal: str) -> None:
        self._decimal = decimal

    def format_field(self, value: Any, format_spec: str) -> Any:
        written = super().format_field(value, format_spec)
        return written.replace(".", self._decimal) if isinstance(value, float | int) else written
