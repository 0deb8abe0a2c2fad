"""Who computes a map does not matter: a thread, processes, a cluster; and what happens where one of them dies."""

import logging
import os
import runpy
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from model import ExpIFParameters, maps
from model.maps import carrying
from tests.model.maps import own
from tests.model.maps.own import GRID, NOISE, deadly

distributed = pytest.importorskip("distributed", reason="the extra `maps` is not installed")

P = ExpIFParameters()
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def client():
    """A cluster of two processes on this machine."""
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    with cluster, distributed.Client(cluster, set_as_default=False) as client:
        yield client


@pytest.fixture(scope="module")
def whole():
    """A noisy simulated map, computed by a thread of this process."""
    return maps.sweep(P, GRID, "rate", options=NOISE, seed=3)


def test_two_processes_give_the_same_numbers(whole):
    assert maps.sweep(P, GRID, "rate", options=NOISE, seed=3, workers=2, points=100).identical(whole)


def test_a_cluster_gives_the_same_numbers_and_needs_no_store_of_its_own(whole, client, tmp_path):
    assert maps.sweep(P, GRID, "rate", options=NOISE, seed=3, client=client, points=100).identical(whole)
    stored = maps.sweep(P, GRID, "rate", options=NOISE, seed=3, client=client, points=200, store=tmp_path / "map")
    assert stored.identical(whole)


def test_several_threads_of_a_cluster_give_the_same_numbers(whole):
    with distributed.Client(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0", set_as_default=False
    ) as client:
        assert maps.sweep(P, GRID, "rate", options=NOISE, seed=3, client=client, points=100).identical(whole)


def test_own_measures_of_a_notebook_go_to_processes_and_clusters(client):
    factor = 3.0
    expected = np.outer([1.0, 1.0], factor * np.arange(3.0))
    grid = {"tau": [5.0, 6.0], "I": np.arange(3.0)}
    for who in ({"workers": 2}, {"client": client}):
        found = maps.sweep(P, grid, lambda p, I, seed: {"value": factor * I}, points=3, **who)
        np.testing.assert_array_equal(found.value, expected)


def test_a_process_that_dies_is_replaced(tmp_path):
    found = maps.sweep(P, GRID, deadly, options={"folder": str(tmp_path), "lives": 1}, workers=2, points=64)
    assert len(list(tmp_path.iterdir())) == 1
    np.testing.assert_array_equal(found.deadly, np.broadcast_to(2.0 * GRID["I"], (6, 200)))


def test_processes_that_always_die_are_given_up_with_a_sentence(tmp_path):
    with pytest.raises(maps.MapStopped, match="A worker died 3 times without having done anything: memory"):
        maps.sweep(P, GRID, deadly, options={"folder": str(tmp_path), "lives": 99}, workers=2, points=10**6)


def test_a_worker_of_a_cluster_that_dies_is_replaced(client, tmp_path):
    found = maps.sweep(P, GRID, deadly, options={"folder": str(tmp_path), "lives": 1}, client=client, points=64)
    assert len(list(tmp_path.iterdir())) == 1
    np.testing.assert_array_equal(found.deadly, np.broadcast_to(2.0 * GRID["I"], (6, 200)))


def test_a_cluster_without_workers_is_given_up_with_a_sentence(monkeypatch):
    monkeypatch.setattr(carrying, "LONELY", 0.3)
    cluster = distributed.LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0")
    with (
        cluster,
        distributed.Client(cluster, set_as_default=False) as client,
        pytest.raises(maps.MapStopped, match=r"The cluster has had no worker for 0\.3 s"),
    ):
        maps.sweep(P, {"I": [1.0, 2.0]}, "exact", client=client)


def test_a_cluster_that_is_closed_in_between_is_said():
    cluster = distributed.LocalCluster(n_workers=1, processes=False, dashboard_address="127.0.0.1:0")
    with cluster, distributed.Client(cluster, set_as_default=False) as client:

        def closing(done, points):
            if done:
                client.close()

        with pytest.raises(maps.MapStopped, match="The cluster was closed, or lost") as stopped:
            maps.sweep(P, GRID, counted_nowhere, client=client, points=64, progress=closing)
    assert stopped.value.so_far.done.any()


def counted_nowhere(p, I, seed):
    """Twice the current."""
    return 2.0 * I


def test_workers_and_a_client_are_not_given_at_once(client):
    with pytest.raises(ValueError, match="Give workers or client, not both"):
        maps.sweep(P, GRID, "exact", workers=2, client=client)


def test_what_cannot_be_sent_to_a_process_is_refused_in_a_sentence():
    lock = threading.Lock()

    def guarded(p, I, seed):
        with lock:
            return I

    with pytest.raises(ValueError, match="The measure guarded cannot be sent to another process"):
        maps.sweep(P, GRID, guarded, workers=2)


def test_processes_end_with_a_parent_that_is_killed(tmp_path):
    program = (
        "import os, signal\n"
        "from model.maps.crews import Processes\n"
        "if __name__ == '__main__':\n"
        "    crew = Processes(1)\n"
        "    print(crew._pool.submit(os.getpid).result(), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    script = tmp_path / "program.py"
    script.write_text(program)
    done = subprocess.run([sys.executable, script], env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True,
                          text=True, timeout=120)  # fmt: skip
    child = int(done.stdout)
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        pytest.fail(f"process {child} goes on")


def test_the_example_of_a_local_cluster_runs(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(ROOT / "docs/clusters/local.py"), run_name="__main__")
    assert "rate" in capsys.readouterr().out
    assert (tmp_path / "map.zarr").is_dir()


@pytest.mark.parametrize("name", ["ssh", "kubernetes"])
def test_the_examples_of_other_clusters_can_be_read(name):
    path = ROOT / f"docs/clusters/{name}.py"
    compile(path.read_text("utf-8"), str(path), "exec")


def test_cuda_is_simulated():
    pytest.importorskip("numba_cuda", reason="the gpu extra (numba-cuda) is not installed")
    script = Path(own.__file__).with_name("cuda_simulated.py")
    environment = os.environ | {"NUMBA_ENABLE_CUDASIM": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script)], capture_output=True, text=True, env=environment
    )
    assert done.stdout.strip() == "equal", done.stderr
