"""Runs every script of `docs/gallery` and writes a page with its figure and its source.

A script begins with a docstring, whose first line is the title of the page and whose rest is its text, and draws one
figure with pyplot. It runs by itself as well.
"""

from __future__ import annotations

import ast
import os
import runpy
from pathlib import Path

import matplotlib
from matplotlib import pyplot
from sphinx.application import Sphinx

HERE = Path(__file__).parent
FOLDER = "made"  # below docs; what is written there is not kept
STYLE = HERE / "gallery.mplstyle"


def draw(script: Path, picture: Path) -> None:
    """Run a script and keep the figure that it has drawn."""
    with pyplot.rc_context():
        matplotlib.use("agg")
        pyplot.style.use(STYLE)
        show, pyplot.show = pyplot.show, lambda *_, **__: None
        try:
            runpy.run_path(str(script), run_name="__main__")
            if len(pyplot.get_fignums()) != 1:
                raise RuntimeError(f"{script.name} must draw one figure; it drew {len(pyplot.get_fignums())}.")
            pyplot.savefig(picture, metadata={"Date": None} if picture.suffix == ".svg" else None)
        finally:
            pyplot.show = show
            pyplot.close("all")


def described(script: Path) -> tuple[str, str, int]:
    """The title and the text in the docstring of a script, and the line after it."""
    tree = ast.parse(script.read_text("utf-8"))
    title, _, text = (ast.get_docstring(tree) or "").partition("\n")
    if not title.endswith(".") or not text.strip():
        raise RuntimeError(f"The docstring of {script.name} must have a title that is a sentence, and a text.")
    return title.rstrip("."), text.strip(), tree.body[1].lineno


def page(script: Path, source: str) -> str:
    """The page of a script in MyST; `source` is the way from the page to the script."""
    title, text, first = described(script)
    return f"""# {title}

{text}

```{{image}} {script.stem}.svg
:alt: {title}
```

```{{literalinclude}} {source}
:language: python
:lines: {first}-
```
"""


def write(app: Sphinx) -> None:
    """Draw what is new or changed before Sphinx looks for its sources."""
    scripts = sorted((Path(app.srcdir) / "gallery").glob("*.py"))
    folder = Path(app.srcdir) / FOLDER / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stem not in {script.stem for script in scripts}:
            old.unlink()
    for script in scripts:
        target, picture = folder / f"{script.stem}.md", folder / f"{script.stem}.svg"
        draw(script, picture)
        text = page(script, Path(os.path.relpath(script, folder)).as_posix())
        if not target.exists() or target.read_text("utf-8") != text:
            target.write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
