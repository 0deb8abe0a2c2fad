"""The documentation: what it names exists, its pictures come from the public interface, and it loads nothing."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import model
from dashboard import lessons
from dashboard.address import from_query
from dashboard.page import PALETTES
from dashboard.session import Session
from dashboard.tabs import TABS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
CHECK = DOCS / "building" / "check.py"
SCRIPTS = sorted((DOCS / "gallery").glob("*.py"))
OKABE_ITO = {"#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
ADDRESSES = re.findall(r"`dashboard(\?[^`]+)`", "\n".join(path.read_text("utf-8") for path in DOCS.rglob("*.md")))


def checked(folder: Path, body: str = "", style: str = "") -> subprocess.CompletedProcess:
    """Check a site of one page with this body, and of one style sheet."""
    (folder / "index.html").write_text(f"<html><head></head><body>{body}</body></html>", "utf-8")
    (folder / "style.css").write_text(style, "utf-8")
    return subprocess.run([sys.executable, str(CHECK), str(folder)], capture_output=True, text=True)


@pytest.mark.parametrize(
    "body",
    [
        '<script src="https://elsewhere.example/mathjax.js"></script>',
        '<img src="//elsewhere.example/logo.png">',
        '<link rel="stylesheet" href="http://elsewhere.example/font.css">',
        '<p style="background: url(https://elsewhere.example/a.png)">',
        "<style>@import 'https://elsewhere.example/b.css';</style>",
        '<img srcset="style.css 1x, https://elsewhere.example/c.png 2x">',
    ],
)
def test_a_page_that_loads_from_elsewhere_is_refused(tmp_path, body):
    done = checked(tmp_path, body)
    assert done.returncode == 1
    assert "elsewhere.example" in done.stdout
    assert "not part of the site" in done.stdout


def test_a_style_that_loads_from_elsewhere_is_refused(tmp_path):
    done = checked(tmp_path, style="@font-face { src: url('https://elsewhere.example/font.woff2'); }")
    assert done.returncode == 1


def test_a_page_that_loads_what_is_missing_is_refused(tmp_path):
    done = checked(tmp_path, '<script src="missing.js"></script>')
    assert done.returncode == 1
    assert "does not exist" in done.stdout


def test_a_page_that_links_to_elsewhere_loads_nothing(tmp_path):
    body = '<a href="https://elsewhere.example">read</a><link rel="stylesheet" href="style.css?v=1"><use href="#a"/>'
    assert checked(tmp_path, body).returncode == 0


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_picture_of_the_gallery_uses_the_public_interface_only(script):
    tree = ast.parse(script.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= {"numpy", "matplotlib.pyplot"}
        if isinstance(node, ast.ImportFrom):
            assert node.module == "model"
            assert {alias.name for alias in node.names} <= set(model.__all__)
    colours = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and str(node.value)[:1] == "#"}
    assert colours
    assert colours <= OKABE_ITO


def test_the_gallery_lists_every_picture():
    listed = re.findall(r"^made/gallery/(\w+)$", (DOCS / "gallery.md").read_text("utf-8"), flags=re.MULTILINE)
    assert sorted(listed) == [script.stem for script in SCRIPTS]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_every_axis_of_the_gallery_has_a_name_and_a_unit(script, monkeypatch):
    pyplot = pytest.importorskip("matplotlib.pyplot", reason="`make docs` installs matplotlib")
    pyplot.switch_backend("agg")
    monkeypatch.setattr(pyplot, "show", lambda: None)
    try:
        runpy.run_path(str(script))
        for axes in pyplot.gcf().axes:
            assert re.fullmatch(r".+ \(.+\)|neuron", axes.get_ylabel())
            assert re.fullmatch(r".+ \(.+\)", axes.get_xlabel()) or axes.get_shared_x_axes().get_siblings(axes)[1:]
    finally:
        pyplot.close("all")


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_takes_every_address_of_the_guide(address):
    choices, problems = from_query(address)
    assert not problems
    assert choices.pop("tab", "fi") in TABS
    assert choices.pop("theme", "light") in PALETTES
    assert choices.pop("lesson", "leaky") in lessons.names()
    assert not Session().choose(choices)


def test_the_guide_gives_addresses():
    assert len(ADDRESSES) > 5
