"""The lessons of the page: one file each in this folder, `*.yml`. A new lesson is a new file and nothing else.

`docs/teaching.md` says how to write one; `python -m dashboard.lessons` reads all of them and says what is wrong.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache  # an address is read for each visitor
def names(folder: Path = HERE) -> list[str]:
    """Return the names of the lessons, as they stand in an address: those of their files."""
    return sorted(path.stem for path in folder.glob("*.yml"))
