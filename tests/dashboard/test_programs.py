"""The script and the notebook of a run make it again: with the same spike times, to the last bit."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import model
from dashboard.exports import program
from dashboard.result import check_run_cost, compute
from dashboard.session import Session
from model import METHODS
from model.quantity import Quantity
from model.stimuli import KINDS

ROOT = Path(__file__).parent.parent.parent
DRAWN = "0_0_40_12.5_40.001_-3_120_0.1_300_14"


def snapshot(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


def trace_of(choice):
    """What the part of the program that makes the run makes, in this process."""
    names = {}
    first, run, *_ = program.program_parts(choice)
    exec(compile(first.code, "imports", "exec"), names)
    exec(compile(run.code, "run", "exec"), names)
    return names["trace"]


def assert_same(trace, choice):
    expected = compute(choice).trace
    assert trace.spikes.tobytes() == expected.spikes.tobytes()
    assert trace.V.tobytes() == expected.V.tobytes()
    assert trace.I.tobytes() == expected.I.tobytes()


CASES = [
    *({"kind": kind, "seed": 7} for kind in KINDS), *({"method": method} for method in METHODS),
    {"kind": "drawn", "drawn": DRAWN, "I": 1.5}, {"sigma": 2.0, "seed": 3}, {"sigma": 2.0, "tau_noise": 5.0, "seed": 4},
    {"kind": "white noise", "sigma": 1.0, "seed": 11},
    {"kind": "Ornstein-Uhlenbeck noise", "method": "euler", "seed": 2},
    {"delta_T": 2.0, "V_reset": -50.0, "I": 0.1, "duration": 500.0, "dt": 0.05},
]  # fmt: skip


@pytest.mark.parametrize("choices", CASES, ids=lambda choices: "-".join(map(str, choices.values()))[:40])
def test_the_program_of_a_run_has_its_spike_times(choices):
    choice = snapshot(**choices)
    assert_same(trace_of(choice), choice)


@settings(max_examples=25)
@given(data=st.data(), kind=st.sampled_from(list(KINDS)), method=st.sampled_from(["strang", "strang", "euler", "rk4"]))
def test_whatever_is_chosen_its_program_has_its_spike_times(data, kind, method):
    session = Session()
    session.choose({"kind": kind, "method": method, "duration": 150.0})
    for name, owner in session.members().items():
        declared = owner.param[name]
        if isinstance(declared, Quantity) and name not in ("duration", "dt") and declared.softbounds:
            session.choose({name: data.draw(st.none() | st.floats(*declared.softbounds)) or declared.default})
    choice = session.snapshot()
    try:
        check_run_cost(choice)
        compute(choice)
    except ValueError:
        return  # the page shows no run, so there is none to take along
    assert_same(trace_of(choice), choice)


@pytest.mark.parametrize("choices", [{"kind": "drawn", "drawn": DRAWN, "sigma": 1.0, "seed": 5}, {"delta_T": 2.0}])
def test_a_script_runs_in_a_process_of_its_own_and_draws_the_figure(tmp_path, choices):
    choice = snapshot(**choices)
    script = tmp_path / "script.py"
    script.write_text(program.script(choice, "http://localhost:5006/dashboard?I=3"), "utf-8")
    keep = (
        f"import runpy, numpy; names = runpy.run_path({str(script)!r}); numpy.save('spikes.npy', names['trace'].spikes)"
    )
    # Only the project and what it needs: no plotting package of the documentation, nothing of this process.
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {keep}"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert np.load(tmp_path / "spikes.npy").tobytes() == compute(choice).trace.spikes.tobytes()
    assert f"{compute(choice).trace.spikes.size} spikes" in done.stdout
    page = (tmp_path / "neuron.html").read_text("utf-8")
    assert "<script" in page
    assert not re.search(r'<(?:script|link|img)\b[^>]*(?:src|href)="(?:https?:)?//', page)  # it opens without a network


@pytest.mark.parametrize("choices", CASES, ids=lambda choices: "-".join(map(str, choices.values()))[:40])
def test_a_script_uses_the_public_interface_and_what_it_imports(choices):
    tree = ast.parse(program.script(snapshot(**choices)))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.module.startswith("bokeh."):
            assert node.module == "model"
            assert {alias.name for alias in node.names} <= set(model.__all__)
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= {"numpy", "holoviews"}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert imported <= used


def test_a_script_names_what_differs_and_what_matters():
    text = program.script(snapshot(delta_T=2.0, I=7.5))
    assert "p = ExpIFParameters(delta_T=2.0)\n" in text
    assert "current = 7.5\n" in text
    assert 'trace = simulate(p, current, duration=300.0, dt=0.1, method="strang")\n' in text
    assert "seed" not in text
    assert "sigma=2.0, tau_noise=5.0, seed=4)" in program.script(snapshot(sigma=2, tau_noise=5, seed=4))
    assert "seed=4" in program.script(snapshot(kind="white noise", seed=4))
    assert "p = ExpIFParameters()\n" in program.script(snapshot())
    assert f"expif-dashboard {model.__version__}" in text


def test_a_script_says_which_page_it_is_of():
    link = "http://localhost:5006/dashboard?kind=drawn&drawn=" + "_".join(map(str, range(300)))
    text = program.script(snapshot(), link)
    assert f"<{link}>" in text  # in one piece, however long
    assert ast.get_docstring(ast.parse(text)).endswith(f"<{link}>")
    assert "page:" not in program.script(snapshot())


def test_what_would_take_long_is_left_out_of_the_program():
    quick, slow = snapshot(), snapshot(tau_ref=0, R=1e4, duration=1.0)
    assert "fi_curve" in program.script(quick)
    assert "fi_curve" not in program.script(slow)
    assert_same(trace_of(slow), slow)


def test_where_there_is_no_exact_curve_the_program_draws_none():
    choice = snapshot(sigma=100.0, delta_T=0.02, tau_ref=0.0, V_reset=-200, V_th=200, R=10000, tau=0.1, duration=1.0)
    compile(program.script(choice), "script", "exec")
    assert ("theory" in program.script(choice)) == bool(program.curve(program.key_of(choice)).currents.size)


def test_a_notebook_is_a_valid_one_and_holds_the_same_program():
    choice = snapshot(kind="drawn", drawn=DRAWN)
    text = program.notebook(choice, "http://localhost/dashboard")
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    code = "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    assert code == "\n\n".join(
        [*(part.code for part in program.program_parts(choice, "http://localhost/dashboard")), "figure"]
    )
    assert program.notebook(choice, "http://localhost/dashboard") == text  # no ids by chance
    assert json.loads(text)["metadata"]["kernelspec"]["name"] == "python3"
