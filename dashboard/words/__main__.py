"""Brings the catalogues up to date with the sources, lists what is to be translated: `python -m dashboard.words`.

What people read is found where it is made: `say(...)` in Python and in the browser's scripts, `_("...")` and
`{% trans %}` in the page, and whatever the inputs take from the declarations of the quantities. Translations stay, what
is new comes without one, what nobody says any more goes. A line of a source does not stand in a catalogue, and its
sentences are in the order of the alphabet, so that a change there is a small one here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from dashboard.fields import layouts
from dashboard.words import ENGLISH, HERE, LANGUAGES, has_words, said_in

ROOT = HERE.parent.parent
METHODS = [("**.py", "python"), ("**.js", "javascript"), ("**.html", "jinja2")]
OPTIONS = {"**.js": {"parse_template_string": "true"}}
KEYWORDS = {"say": None, "Sentence": None, "count": (1, 2), "listed": (2,), "_": None, "gettext": None}
DECLARED = "declarations"  # stands for a file where a text is that of a quantity
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plurals}\n"

"""


def found_texts() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Return every text that people read, one pattern or two where something is counted, and the file it stands in."""
    for folder in ("dashboard", "model"):
        for file, _, found, *_ in extract_from_dir(ROOT / folder, METHODS, OPTIONS, KEYWORDS):
            yield Path(folder, file).as_posix(), found
    for pattern, many in said_in(layouts()):
        yield DECLARED, (pattern, many) if many else pattern


def brought_up_to_date(language: str) -> Catalog:
    """Return the catalogue of a language as it should be: what the sources say, with the translations there are."""
    path, catalog = HERE / f"{language}.po", Catalog(language, charset="utf-8")
    before = read_po(BytesIO(path.read_bytes()), language) if path.exists() else catalog
    known = {each.id: each for each in before}
    for file, said in found_texts():
        if has_words(forms(said)[0]):
            old = known.get(said)
            catalog.add(said, old.string if old else None, [(file, 0)], old.flags if old else ())
    return catalog


def wanting(catalog: Catalog) -> list[Message]:
    """Return what is not translated, or not for certain."""
    return [each for each in catalog if each.id and (each.fuzzy or not all(forms(each.string)))]


def forms(string: Any) -> tuple[str, ...]:
    """Return the one or more texts of a pattern or of a translation."""
    return tuple(string) if isinstance(string, list | tuple) else (string,)


def as_file(catalog: Catalog, language: str) -> bytes:
    """Return a catalogue as a file."""
    file = BytesIO()
    write_po(file, catalog, width=100, sort_output=True, omit_header=True, include_lineno=False)
    head = HEADER.format(language=language, plurals=catalog.plural_forms)
    return head.encode() + file.getvalue().strip() + b"\n"


def main() -> int:
    """Write the catalogues; return 1 where something is to be translated."""
    left = 0
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        catalog = brought_up_to_date(language)
        path = HERE / f"{language}.po"
        path.write_bytes(as_file(catalog, language))
        missing = wanting(catalog)
        print(f"{path}: {len(catalog) - len(missing)} of {len(catalog)} are translated.")
        for each in missing:
            print(f"  {' '.join(sorted({file for file, _ in each.locations}))}: {each.id!r}")
        left += len(missing)
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
