"""One name, one meaning: what several modules define under one name is an interface, or says the same of two things."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHARED = {
    *("step", "constants"),  # every scheme
    *("build", "columns", "ranges", "study_columns", "study_ranges", "said"),  # every view
    *("fitted_columns", "fitted_ranges"),  # every view of a recording
    "run",  # every study; both loops over a tile of neurons
    "settle",  # both loops: what a step does to one neuron
    *("Noise", "advance", "columns_of", "receive", "record", "record_all"),  # on the CPU and on the GPU
    *("main", "getattr__"),  # what Python calls: a command, a package
    *("cv", "firing_rate"),  # exact in the theory, measured in spike trains
}


def test_what_several_modules_call_by_one_name_is_an_interface():
    """A reader, and a search, should find one thing under one name; new namesakes get a name that tells them apart."""
    places: dict[str, set[str]] = defaultdict(set)
    for path in [*(ROOT / "model").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                places[node.name.lstrip("_")].add(path.relative_to(ROOT).as_posix())
    several = {name: sorted(paths) for name, paths in places.items() if len(paths) > 1}
    assert {name: paths for name, paths in several.items() if name not in SHARED} == {}
    assert sorted(SHARED - several.keys()) == []  # the list names no more than there is
