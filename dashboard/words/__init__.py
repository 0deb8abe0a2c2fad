"""The languages of the page. English stands where it is used; every other language is a catalogue here, `de.po`.

A catalogue is a file of GNU gettext: each English sentence with its translation. `python -m dashboard.words` brings the
catalogues up to date with the sources.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from numbers import Real
from pathlib import Path
from typing import Any

from model.sentences import Sentence, Small

HERE = Path(__file__).parent
ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch"}  # each as those who speak it call it
DECIMAL = {"de": ","}  # what stands between the ones and the tenths, where it is no point
LARGE_NOUNS = {"de"}  # languages that write what things are called with a large letter, also within a sentence


def named(file: str, language: str) -> str:
    """Return what a file of the page is called in a language: "page.html" in English, "page.de.html" in German."""
    stem, _, kind = file.rpartition(".")
    return file if language == ENGLISH else f"{stem}.{language}.{kind}"


@cache
def messages(language: str) -> Any:
    """Return the catalogue of a language, message by message, as Babel reads it."""
    from babel.messages.pofile import read_po  # imported here: English needs none of it

    with open(HERE / f"{language}.po", "rb") as file:
        return read_po(file, language)


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the translations into a language; none for English."""
    if language == ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo

    packed = BytesIO()
    write_mo(packed, messages(language))
    packed.seek(0)
    return GNUTranslations(packed)


def of_browser(language: str) -> dict[str, str]:
    """Return the translations of what the scripts in the browser say."""
    return {
        each.id: each.string for each in ([] if language == ENGLISH else messages(language))
        if each.string and not each.fuzzy and any(file.endswith(".js") for file, _ in each.locations)
    }  # fmt: skip


def preferred(accepted: str, asked: str = "") -> str:
    """Return the language of a page.

    Parameters
    ----------
    accepted : str
        What a browser says it accepts: "de-AT,de;q=0.9,en;q=0.5".
    asked : str
        The language that an address asks for, if any; it wins.
    """
    if asked in LANGUAGES:
        return asked
    weighed = []
    for each in accepted.split(","):
        name, _, weight = each.partition(";q=")
        try:
            weighed.append((-float(weight or 1.0), name.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    weighed.sort(key=lambda pair: pair[0])
    return next((name for weight, name in weighed if name in LANGUAGES and weight < 0), ENGLISH)


def translated(said: Any, language: str) -> Any:
    """Return what is said in a language: a sentence, or the sentences in lists and mappings.

    An ordinary string is a name or a quotation, the same in every language. What the catalogue does not have stays
    English.
    """
    if language == ENGLISH:
        return said
    if isinstance(said, Sentence):
        return _sentence(said, language)
    if isinstance(said, Mapping):
        return {name: translated(each, language) for name, each in said.items()}
    if isinstance(said, list | tuple):
        return [translated(each, language) for each in said]
    return said


def said_in(said: Any) -> Iterator[tuple[str, str]]:
    """Return every pattern of which something is made, with its plural: what a catalogue must hold to translate it."""
    if isinstance(said, Sentence):
        yield said.pattern, said.many
        said = said.values
    inside = said.values() if isinstance(said, Mapping) else said if isinstance(said, list | tuple) else ()
    for each in inside:
        yield from said_in(each)


def has_words(pattern: str) -> bool:
    """Whether there is anything to translate in a pattern: letters that are no name of a place."""
    return any(character.isalpha() for text, *_ in string.Formatter().parse(pattern) for character in text)


def _sentence(said: Sentence, language: str) -> str:
    known = catalogue(language)
    if said.many:
        number = said.values["number"]
        pattern = known.ngettext(said.pattern, said.many, int(number) if number == int(number) else 2)
    else:
        pattern = known.gettext(said.pattern) if said.pattern else ""
    parts = []
    for text, name, spec, _ in _parsed(pattern):
        parts.append(text)
        if name is not None:
            parts.append(_filled_in(said.values[name], (spec or "").format_map(said.values), language))
    text = "".join(parts)
    return text if isinstance(said, Small) and language in LARGE_NOUNS else said.begun(text)


@cache  # the same few patterns again and again, and reading one takes longer than filling it
def _parsed(pattern: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return list(string.Formatter().parse(pattern))


def _filled_in(value: Any, spec: str, language: str) -> str:
    """Return what stands at a place: a sentence in the language, a number as it is written there."""
    if isinstance(value, Sentence):
        return _sentence(value, language)
    text = format(value, spec)
    return text.replace(".", DECIMAL.get(language, ".")) if isinstance(value, Real) else text
