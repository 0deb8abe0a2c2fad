"""Every language is complete: no sentence is missing, none is left over, and each can be filled in."""

from __future__ import annotations

import ast
import re
import string

import pytest

from dashboard.words import ENGLISH, HERE, LANGUAGES, messages
from dashboard.words.__main__ import as_file, brought_up_to_date, forms, found_texts, wanting

ROOT = HERE.parent.parent
OTHERS = [language for language in LANGUAGES if language != ENGLISH]
SOURCES = [path for folder in ("dashboard", "model") for path in sorted((ROOT / folder).rglob("*.py"))]
SCRIPTS = sorted((ROOT / "dashboard/browser").glob("*.js"))
NUMBERS = set("defgn%")


def places(pattern: str) -> dict[str, str]:
    """The places of a pattern, and how each is written."""
    return {name: spec or "" for _, name, spec, _ in string.Formatter().parse(pattern) if name is not None}


def examples(pattern: str) -> dict[str, object]:
    """Something for each place, and for each within the form of another one."""
    values: dict[str, object] = {}
    for name, spec in places(pattern).items():
        values |= {inner: 2 for inner in places(spec)}
        values[name] = 1.5 if spec and spec[-1] in NUMBERS else "x"
    return values


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_holds_what_the_sources_say_and_nothing_else(language):
    """`python -m dashboard.words` brings it up to date."""
    fresh = brought_up_to_date(language)
    assert as_file(fresh, language).decode() == (HERE / f"{language}.po").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_is_missing(language):
    assert [each.id for each in wanting(messages(language))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_its_sentence_and_can_be_filled_in(language):
    for message in messages(language):
        for text in forms(message.string) if message.id else ():
            own, known = places(text), {name for each in forms(message.id) for name in places(each)}
            assert own.keys() == known, message.id
            assert text.format(**examples(forms(message.id)[-1])), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_begins_and_ends_as_its_sentence_does(language):
    """A space that joins it to another one, a full stop, a colon, and marks of HTML."""
    for message in messages(language):
        for one, other in zip(forms(message.id), forms(message.string), strict=True) if message.id else ():
            assert (one[0] == " ") == (other[0] == " "), one
            assert (one[-1] in ".:?!…") == (other[-1] in ".:?!…"), one
            tags = r"</?\w+>"
            assert sorted(re.findall(tags, one)) == sorted(re.findall(tags, other)), one


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_pattern_is_one_literal_so_that_it_can_be_found(path):
    source = path.read_text(encoding="utf-8")
    if "from model.sentences import" not in source:
        return  # its `count` is another one
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "count"):
            wanted = node.args[: 2 if node.func.id == "count" else 1]
            assert wanted, ast.unparse(node)
            assert all(isinstance(each, ast.Constant) for each in wanted), ast.unparse(node)


def test_every_pattern_of_a_script_is_found():
    """One within the values of another, or within a template, is not."""
    found = {text for file, said in found_texts() if file.endswith(".js") for text in forms(said)}
    scripts = [path.read_text(encoding="utf-8") for path in SCRIPTS if path.name != "words.js"]
    assert {text for script in scripts for text in re.findall(r"\bsay\(\"([^\"]*)\"", script)} - found == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_pattern_of_a_script_is_one_literal_and_is_said_when_the_language_is_known(path):
    text = path.read_text(encoding="utf-8")
    if path.name == "words.js":
        return
    assert not re.findall(r"(?<!\.)\bsay\((?!\"[^\"]*\"[,)]|\w+\) \{)[^\n]*", text)
    if path.name != "page.js":  # which waits for the words before it goes on
        assert not re.findall(r"^(?:export )?(?:const|let) (?!.*=>).*\bsay\(.*", text, re.MULTILINE)
