"""CITATION.cff is what version 1.2.0 of the Citation File Format asks for, and speaks of this version."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
KNOWN = {"cff-version", "message", "type", "title", "abstract", "authors", "version", "date-released", "license",
         "keywords", "references", "doi", "url", "repository-code"}  # fmt: skip


def test_it_has_the_keys_that_the_format_wants_and_no_others():
    assert {"cff-version", "message", "title", "authors"} <= CITATION.keys() <= KNOWN
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] == "software"
    assert CITATION["authors"] == [{"name": "The ExpIF dashboard developers"}]


def test_it_agrees_with_the_project_and_its_changelog():
    assert str(CITATION["version"]) == PROJECT["version"]
    assert CITATION["license"] == PROJECT["license"]
    assert f"\n## {CITATION['version']} ({CITATION['date-released']})\n" in CHANGELOG


@pytest.mark.parametrize("work", CITATION["references"], ids=lambda work: str(work["year"]))
def test_a_work_that_it_names_can_be_found(work):
    assert {"type", "title", "authors", "journal", "year", "volume", "start"} <= work.keys()
    assert all({"family-names", "given-names"} <= author.keys() for author in work["authors"])
    science = re.sub(r"\s+", " ", (ROOT / "docs/science.md").read_text("utf-8"))
    assert re.sub(r"\s+", " ", work["title"]) in science
