"""Every example in a docstring, in the README and in the documentation runs, and shows what it says it shows."""

from __future__ import annotations

import doctest
import importlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOW = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
WITH_EXAMPLES = sorted(path for path in (ROOT / "model").rglob("*.py") if ">>>" in path.read_text("utf-8"))
TEXTS = sorted(path for path in (ROOT / "docs").rglob("*.md") if "made" not in path.parts)


class Shown(doctest.OutputChecker):
    """An example that shows no output may have any: what it shows must be right, but it need not show everything."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Compare what is shown, if anything is."""
        return not want or super().check_output(want, got, optionflags)


def complaints(test: doctest.DocTest) -> str:
    """What is wrong with the examples of one text; "" where nothing is. Their names stay in `test.globs`."""
    told = io.StringIO()
    doctest.DocTestRunner(Shown(), optionflags=HOW).run(test, out=told.write, clear_globs=False)
    return told.getvalue()


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=module_of)
def test_the_examples_of_the_docstrings_run(path):
    module = importlib.import_module(module_of(path))
    tests = [test for test in doctest.DocTestFinder().find(module) if test.examples]
    assert tests
    for test in tests:
        assert not complaints(test)


@pytest.mark.parametrize("path", [ROOT / "README.md", *TEXTS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_python_in_the_texts_runs(path):
    """The blocks of a text follow each other, as a reader would type them."""
    names: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE):
        if ">>>" in block:
            test = doctest.DocTestParser().get_doctest(block, names, path.name, str(path), 0)
            assert not complaints(test)
            names |= test.globs
        else:
            exec(compile(block, path.name, "exec"), names)


def test_the_readme_and_the_guide_have_examples():
    for path in (ROOT / "README.md", ROOT / "docs/guide/python.md", ROOT / "docs/from-brainmodels.md"):
        assert "```python\n" in path.read_text("utf-8")
