"""Writes the pages of the interface from `model.__all__`: a public name has its place there without being asked for.

Only names decide, never the files behind them, so code may move without a change here.
"""

from __future__ import annotations

from inspect import getdoc, isclass, isfunction, ismodule
from pathlib import Path
from types import ModuleType

from sphinx.application import Sphinx

import model

FOLDER = "made"  # below docs; what is written there is not kept


def names(module: ModuleType) -> list[str]:
    """The public names of a module: those that it lists, else those that are written in it."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    here = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    return [name for name in here if name[0] != "_" and (isclass(vars(module)[name]) or isfunction(vars(module)[name]))]


def entry(path: str, value: object) -> list[str]:
    """The directive for one class or function."""
    if not isclass(value):
        return [f".. autofunction:: {path}", ""]
    return [f".. autoclass:: {path}", "   :members:", "   :inherited-members: Parameterized, tuple", ""]


def page(title: str, lines: list[str]) -> str:
    """A page in reStructuredText."""
    return "\n".join([title, "=" * len(title), "", *lines, ""])


def pages() -> dict[str, str]:
    """Every page by its name: one of the classes and functions, one for each module."""
    public = {name: getattr(model, name) for name in model.__all__ if not name.startswith("__")}
    modules = {name: value for name, value in public.items() if ismodule(value)}
    plain = [line for name, value in public.items() if name not in modules for line in entry(f"model.{name}", value)]
    made = {"model": page("model", [getdoc(model) or "", "", *plain])}
    for title, module in modules.items():
        listed = [line for name in names(module) for line in entry(f"model.{title}.{name}", getattr(module, name))]
        made[title] = page(f"model.{title}", [getdoc(module) or "", "", *listed])
    return made


def plain(app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]) -> None:
    """A bar in a docstring is a modulus, not the substitution of reStructuredText."""
    lines[:] = [line.replace("|", r"\|") for line in lines]


def write(app: Sphinx) -> None:
    """Write the pages before Sphinx looks for its sources; what is as it was stays untouched."""
    folder = Path(app.srcdir) / FOLDER / "api"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for old in folder.glob("*.rst"):
        if old.stem not in wanted:
            old.unlink()
    for name, text in wanted.items():
        path = folder / f"{name}.rst"
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("builder-inited", write)
    app.connect("autodoc-process-docstring", plain)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
