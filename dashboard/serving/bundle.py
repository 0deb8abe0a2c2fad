"""All scripts of the page as one file: a class that opens the page asks for one each, and not for twenty.

The scripts are written so that this is simple: an import takes names from one file, on one line, and `export` stands at
the beginning of the line that declares what it exports. Each becomes a function of its own, so that equal names in two
of them stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import TopologicalSorter

IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js"$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:class|const|function)\b\*? *(\w+))", re.MULTILINE)
LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def bundle(scripts: Mapping[str, str], entry: str) -> str:
    """Return scripts as one.

    Parameters
    ----------
    scripts : mapping of str to str
        By the names of their files.
    entry : str
        The script that the page loads; it imports the others, or they import each other.

    Raises
    ------
    ValueError
        If one imports or exports in another way.
    graphlib.CycleError
        If some import each other in a circle.
    """
    needs = {name: {f"{other}.js" for _, other in IMPORT.findall(text)} for name, text in scripts.items()}
    parts = []
    for name in TopologicalSorter(needs).static_order():
        text = IMPORT.sub(lambda found: f"const {found[1]} = {found[2]}_js", scripts[name])
        exported = EXPORT.findall(text)
        text = EXPORT.sub("", text)
        if left := LEFT.search(text):
            raise ValueError(f"{name} has a line that cannot be put together with the other scripts: {left[0]!r}.")
        if name != entry:
            stem = name.removesuffix(".js")
            text = f"const {stem}_js = (() => {{\n{text}\nreturn {{ {', '.join(exported)} }}\n}})()\n"
        parts.append(f"// {name}\n{text}")
    return "\n".join(parts)
