"""Finds English on a German page: sentences of the catalogue that were not translated, words that German has not."""

from __future__ import annotations

import re
import string
from functools import cache

from dashboard.words import has_words, messages

# Words of our sentences that are no German ones, and stand in no name.
WORDS = re.compile(
    r"\b(the|and|of|with|from|while|which|choose|raise|lower|higher|must|given|too|above|below|between|without|only|"
    r"where|there|here|this|that|these|those|they|its|are|were|but|when|until|before|after|every|each|one|more|"
    r"current|curve|noise|firing|threshold|membrane|time|page|line|points|keys?|press|drag|show|hide|share|"
    r"copy|play|pause|step|draw|upload|lesson|room|join|next|previous|close|cancel|delete|remove|keep|kept)\b",
    re.IGNORECASE,
)
LONG = 12  # letters, from which a pattern is looked for within a text


def strings(message: tuple[str, ...] | str) -> tuple[str, ...]:
    return message if isinstance(message, tuple) else (message,)


@cache
def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Return the English texts that are another one in German, and what each looks like when it is filled in."""
    found = []
    for each in messages("de"):
        for text, german in zip(strings(each.id), strings(each.string), strict=False):
            if text and text != german and has_words(text):
                parts = [
                    re.escape(literal) + (".+?" if name else "") for literal, name, *_ in string.Formatter().parse(text)
                ]
                found.append((text, re.compile("".join(parts))))
    return found


@cache
def german() -> set[str]:
    """Return the texts that are right in German although they are English too."""
    return {text for each in messages("de") for text in strings(each.string)}


def english(text: str) -> list[str]:
    """Return what is English in a text that stands on a German page."""
    said = text.strip()
    if said in german():
        return []
    found = [
        pattern for pattern, form in patterns() if form.fullmatch(said) or (len(pattern) > LONG and form.search(said))
    ]
    return found + WORDS.findall(said)
