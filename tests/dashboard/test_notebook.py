"""The page and its plots in a notebook, run headless as Jupyter would."""

import ast
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import holoviews as hv
import nbclient
import nbformat
import nbformat.v4 as nb
import numpy as np
import pytest

import dashboard
from dashboard import notebook
from dashboard.exports import program
from dashboard.result import compute
from dashboard.session import Session
from tests.conftest import fetch

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 20.0  # s until a server that has lost its notebook is gone
ASK = """
import time, urllib.error, urllib.request
page, opener, answer = show(I=3), urllib.request.build_opener(urllib.request.ProxyHandler({})), None
while answer is None:
    try:
        answer = opener.open(page.url)
    except urllib.error.HTTPError as early:  # the page says that it is being prepared
        assert early.code == 503
        time.sleep(0.2)
[page.url, answer.status, answer.headers["Content-Security-Policy"]]
"""
PARTS = "[(type(part).__name__, [str(each) for each in part.dimensions()], len(part)) for part in trace(I=12)]"


def snapshot(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


@pytest.fixture
def execute(monkeypatch, tmp_path):
    """Run cells in a kernel with the project on its path and warnings as errors; return the cells."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTHONWARNINGS", "error::DeprecationWarning:dashboard")

    def execute(*cells):
        book = nb.new_notebook(cells=[nb.new_code_cell(each) for each in cells])
        nbclient.NotebookClient(book, timeout=280, kernel_name="python3").execute(cwd=str(tmp_path))
        return book.cells

    return execute


def shown(cell, kind="text/plain"):
    """What a cell shows in the end."""
    [*_, last] = [output for output in cell.outputs if output.output_type == "execute_result"]
    return last.data[kind]


def wait_until_gone(url):
    end = time.monotonic() + PATIENCE
    while fetch(url) and time.monotonic() < end:
        time.sleep(0.1)
    assert fetch(url) == ""


def test_a_notebook_shows_the_page_and_a_plot(execute):
    _, frame, element, parts, asked = execute(
        "from dashboard import show, trace", "show(I=12, delta_T=2, height=700)", "trace(I=12)", PARTS, ASK
    )
    html = shown(frame, "text/html")
    assert 'height="700"' in html
    [source] = re.findall(r'<iframe src="(http://localhost:\d+/dashboard)\?I=12&amp;delta_T=2"', html)
    url, status, policy = ast.literal_eval(shown(asked))
    assert (url, status) == (f"{source}?I=3", 200)  # one server for all
    assert "frame-ancestors http://localhost:*" in policy  # so the notebook may show it
    assert "Bokeh" in shown(element, "text/html")
    spikes = compute(snapshot(I=12)).trace.spikes.size
    kinds = ast.literal_eval(shown(parts))
    assert ("Scatter", ["t", "V"], spikes) in kinds
    assert [name for name, columns, _ in kinds if columns == ["t", "V"]] == ["Curve", "Scatter"]
    wait_until_gone(source)  # the kernel has ended, and its server with it


def test_an_exported_notebook_runs_and_has_the_same_spikes(execute):
    choice = snapshot(kind="drawn", drawn="0_0_120_14_300_3", sigma=1.0, seed=2)
    book = nbformat.reads(program.notebook(choice), as_version=4)
    *cells, _ = execute(*[cell.source for cell in book.cells if cell.cell_type == "code"], "trace.spikes.tolist()")
    last, figure = _, cells[-1]
    assert ast.literal_eval(shown(last)) == compute(choice).trace.spikes.tolist()
    assert "Bokeh" in shown(figure, "text/html")


def test_a_server_ends_with_a_notebook_that_was_killed(tmp_path):
    code = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from dashboard import show
print(show().url, flush=True)
os._exit(1)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    wait_until_gone(done.stdout.strip())


@pytest.mark.parametrize("name", notebook.PLOTS)
def test_every_plot_of_the_page_is_an_element(name):
    element = notebook.view(name, sigma=2.0, I=5.0)
    assert isinstance(element, hv.Overlay)
    assert len(element) > 0
    assert all(len(part) for part in element)
    figure = hv.render(element)
    assert figure.xaxis[0].axis_label
    assert figure.yaxis[0].axis_label
    assert figure.x_range.start < figure.x_range.end


def test_the_elements_hold_what_the_page_shows():
    result = compute(snapshot(I=12.0, delta_T=2.0))
    [spikes] = [part for part in notebook.trace(I=12, delta_T=2) if isinstance(part, hv.Scatter)]
    np.testing.assert_array_equal(spikes["t"], result.trace.spikes)
    line = next(part for part in notebook.fi(I=12, delta_T=2) if isinstance(part, hv.Curve))
    np.testing.assert_array_equal(line["rate"], result.curve.rates)
    labels = [part.label for part in notebook.fi(sigma=2)]
    assert {"exact", "simulated", "this run"} <= set(labels)
    drawn = next(part for part in notebook.current(kind="drawn", drawn="0_0_300_9") if isinstance(part, hv.Curve))
    assert drawn["I"].max() == pytest.approx(9, abs=0.02)
    phase = next(part for part in notebook.phase(I=1) if isinstance(part, hv.Curve))
    assert phase["dV"].min() < 0


def test_a_plot_moves_with_a_slider_of_holoviews():
    moving = hv.DynamicMap(lambda I: notebook.trace(I=I), kdims=[hv.Dimension("I", range=(0.0, 20.0))])
    quiet, firing = ([part for part in moving[I] if isinstance(part, hv.Scatter)] for I in (1.0, 12.0))
    assert quiet == []  # nothing of what is not there
    assert len(firing[0]) == compute(snapshot(I=12.0)).trace.spikes.size


def test_what_is_not_allowed_is_refused_in_a_sentence_and_starts_no_server(monkeypatch):
    monkeypatch.setattr(notebook, "_server", lambda: pytest.fail("It was started."))
    with pytest.raises(ValueError, match=r"Spike slope factor Δ_T must be between"):
        notebook.show(delta_T=1e9)
    with pytest.raises(ValueError, match=r"no input called 'colour'"):
        notebook.trace(colour="red")
    with pytest.raises(ValueError, match=r"There is no plot called 'traec'; there are trace, current, "):
        notebook.view("traec")


def test_a_server_that_does_not_start_is_told_with_what_it_said(monkeypatch):
    monkeypatch.setattr(notebook.sys, "executable", sys.executable)
    monkeypatch.setenv("EXPIF_VISITORS", "many")
    with pytest.raises(RuntimeError, match=r"did not start(.|\n)*invalid literal for int"):
        notebook._server.__wrapped__()


def test_names_for_a_notebook_are_loaded_when_they_are_asked_for():
    code = "import sys, dashboard; print('holoviews' in sys.modules); dashboard.show; print('holoviews' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env={**os.environ})
    assert done.stdout.split() == ["False", "True"], done.stderr
    assert set(dashboard.__all__) <= set(vars(notebook))
    with pytest.raises(AttributeError, match="nothing"):
        _ = dashboard.nothing
