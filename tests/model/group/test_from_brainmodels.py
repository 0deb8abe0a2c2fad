"""The page for those who come from BrainModels says what is there, and its example runs."""

import re
from pathlib import Path

import numpy as np

from model import ExpIF
from model.runs.schemes import ALIASES, SCHEMES

PAGE = (Path(__file__).parents[3] / "docs" / "from-brainmodels.md").read_text(encoding="utf-8")


def test_every_public_name_of_the_group_stands_on_the_page():
    missing = [name for name in dir(ExpIF(1)) if not name.startswith("_") and not re.search(rf"\b{name}\b", PAGE)]
    assert missing == []


def test_every_public_method_and_property_has_a_docstring():
    undocumented = [
        name for name in dir(ExpIF) if not name.startswith("_") and not (getattr(ExpIF, name).__doc__ or "").strip()
    ]
    assert undocumented == []


def test_every_method_name_stands_on_the_page():
    assert [name for name in [*SCHEMES, *ALIASES] if not re.search(rf"\b{name}\b", PAGE)] == []


def test_the_example_of_the_page_runs():
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL).group(1)
    scope: dict = {}
    exec(code, scope)
    assert scope["group"].mon.V.shape == (3000, 1)
    assert scope["group"].count[0] == 18
    np.testing.assert_array_equal(scope["group"].mon.ts, np.arange(3000) * 0.1)
