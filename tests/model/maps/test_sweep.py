"""A map depends on its seed alone, goes on where it was interrupted, and says everything that is fixed."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import xarray

from model import ExpIFParameters, __version__, maps
from model.maps import carrying, keeping, sweeping
from model.maps.layout import all_pieces, edges_of_piece, shape_of_pieces
from tests.model.maps import own
from tests.model.maps.own import GRID, NOISE, counted, failing, slow

zarr = pytest.importorskip("zarr", reason="the extra `maps` is not installed")

P = ExpIFParameters()


@pytest.fixture(scope="module")
def whole():
    """A noisy simulated map, computed in one piece."""
    return maps.sweep(P, GRID, "rate", options=NOISE, seed=3, points=10**6)


@pytest.mark.parametrize("points", [1, 64, 100, 300, 500])
def test_pieces_of_any_size_give_the_same_numbers(whole, points):
    assert maps.sweep(P, GRID, "rate", options=NOISE, seed=3, points=points).identical(whole)


def test_a_store_gives_the_same_numbers_and_is_read_by_xarray(whole, tmp_path):
    stored = maps.sweep(P, GRID, "rate", options=NOISE, seed=3, points=128, store=tmp_path / "map")
    assert stored.identical(whole)
    opened = xarray.open_zarr(tmp_path / "map", consolidated=False)
    assert opened.equals(whole)
    assert opened.rate.attrs == whole.rate.attrs
    assert opened.tau.attrs == whole.tau.attrs


def test_another_seed_gives_other_numbers(whole):
    assert not maps.sweep(P, GRID, "rate", options=NOISE, seed=4).rate.equals(whole.rate)


def test_the_order_of_the_work_does_not_matter(whole, monkeypatch):
    monkeypatch.setattr(carrying, "all_pieces", lambda *shapes: reversed(list(all_pieces(*shapes))))
    assert maps.sweep(P, GRID, "rate", options=NOISE, seed=3, points=64).identical(whole)


def test_units_and_all_that_is_fixed_come_back_from_a_netcdf_file(whole, tmp_path):
    whole.to_netcdf(tmp_path / "map.nc", engine="h5netcdf")
    with xarray.open_dataset(tmp_path / "map.nc", engine="h5netcdf") as back:
        assert back.load().identical(whole)
    assert (whole.tau.units, whole.I.units, whole.rate.units) == ("ms", "nA", "Hz")
    assert whole.rate_error.long_name == "standard error of the firing rate"
    fixed = {"V_T": -59.9, "R": 1.0, "sigma": 2.0, "duration": 100.0, "dt": 0.1, "method": "strang", "seed": 3,
             "version": __version__, "measure": "rate", "complete": 1}  # fmt: skip
    assert fixed.items() <= whole.attrs.items()
    assert "tau" not in whole.attrs
    assert "V_T mV" in whole.attrs["parameter_units"]
    assert "duration ms" in whole.attrs["parameter_units"]


def test_every_point_lies_in_exactly_one_piece():
    for shape, along, points in [((5, 200), 1, 64), ((200, 5), 0, 130), ((7, 3, 9), None, 10), ((100,), 0, 1)]:
        pieces = shape_of_pieces(shape, along, 64, points)
        seen = np.zeros(shape, int)
        for index in all_pieces(pieces, shape):
            start, stop = edges_of_piece(index, pieces, shape)
            seen[tuple(slice(a, b) for a, b in zip(start, stop, strict=True))] += 1
            assert along is None or start[along] % 64 == 0
        assert (seen == 1).all()


def test_after_kill_9_only_the_rest_is_computed(tmp_path):
    store, calls, done = tmp_path / "map", tmp_path / "calls", tmp_path / "done"
    calls.mkdir()
    done.mkdir()
    command = [sys.executable, own.__file__, str(store), str(calls)]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(Path(own.__file__).parents[3])}) as program:
        end = time.monotonic() + 120.0
        while len(list(store.glob("draw/c/*/*"))) < 5:
            assert program.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
        os.kill(program.pid, signal.SIGKILL)
    kept = len(list(store.glob("draw/c/*/*")))
    assert 5 <= kept < 24
    told = []
    again = maps.sweep(
        P, GRID, slow, options={"folder": str(calls)}, store=store, progress=lambda *each: told.append(each)
    )
    assert told[0][0] > 0
    assert len(told) == 1 + 24 - kept
    assert told[-1] == (1200, 1200)
    assert again.drop_attrs().equals(maps.sweep(P, GRID, counted, options={"folder": str(done)}).drop_attrs())
    assert again.attrs["complete"] == 1


def test_what_is_done_is_not_computed_again(tmp_path):
    calls = tmp_path / "calls"
    calls.mkdir()
    arguments = {"options": {"folder": str(calls)}, "store": tmp_path / "map", "points": 64}
    maps.sweep(P, GRID, counted, **arguments)
    before = len(list(calls.iterdir()))
    maps.sweep(P, GRID, counted, **arguments)
    assert len(list(calls.iterdir())) == before >= 24


def test_a_map_of_nothing_but_missing_numbers_is_done_too(tmp_path):
    nothing = lambda p, I, seed: np.full(I.size, np.nan)  # noqa: E731
    maps.sweep(P, {"I": [1.0, 2.0]}, nothing, store=tmp_path / "map")
    told = []
    maps.sweep(P, {"I": [1.0, 2.0]}, nothing, store=tmp_path / "map", progress=lambda *each: told.append(each))
    assert told == [(2, 2)]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"seed": 1}, "there seed is 0, and 1 was asked for"),
        ({"grid": {"I": [1.0, 3.0]}}, "there I is 2 values from 1 to 2 .*, and 2 values from 1 to 3"),
        ({"grid": {"tau": [1.0, 2.0]}, "options": {"I": 1.0}}, "there axes is I, and tau was asked for"),
        ({"p": ExpIFParameters(V_T=-55.0)}, "there V_T is -59.9, and -55.0 was asked for"),
        ({"measure": "latency"}, "there measure is exact, and latency was asked for"),
        ({"measure": "rate", "options": {"duration": 50.0}}, "there measure is exact"),
    ],
)
def test_another_request_in_the_same_store_is_refused(tmp_path, changed, sentence):
    asked = {"p": P, "grid": {"I": [1.0, 2.0]}, "measure": "exact"}
    first = maps.sweep(**asked, store=tmp_path / "map")
    with pytest.raises(ValueError, match=f"holds another map: {sentence}"):
        maps.sweep(**{**asked, **changed}, store=tmp_path / "map")
    assert maps.sweep(**asked, store=tmp_path / "map").identical(first)


def test_an_own_measure_that_was_changed_is_another_request(tmp_path):
    maps.sweep(P, {"I": [1.0]}, lambda p, I, seed: I, store=tmp_path / "map")
    with pytest.raises(ValueError, match="there code is"):
        maps.sweep(P, {"I": [1.0]}, lambda p, I, seed: 2 * I, store=tmp_path / "map")


def test_a_folder_with_other_things_is_left_as_it_is(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="is no store of a map, and is left as it is"):
        maps.sweep(P, {"I": [1.0]}, "exact", store=tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(ValueError, match="is no store of a map"):
        maps.sweep(P, {"I": [1.0]}, "exact", store=tmp_path / "notes.txt")


def test_cancelling_keeps_what_is_done(tmp_path):
    calls = tmp_path / "calls"
    calls.mkdir()
    cancel = threading.Event()
    arguments = {"options": {"folder": str(calls)}, "store": tmp_path / "map", "points": 64}
    told = []

    def progress(done, points):
        told.append(done)
        if done >= 300:
            cancel.set()

    part = maps.sweep(P, GRID, slow, **arguments, progress=progress, cancel=cancel)
    assert part.attrs["complete"] == 0
    assert 300 <= int(part.done.sum()) < 1200
    assert np.isfinite(part.twice.values[part.done]).all()
    assert np.isnan(part.twice.values[~part.done.values]).all()
    rest = maps.sweep(P, GRID, slow, **arguments)
    assert rest.attrs["complete"] == 1
    np.testing.assert_array_equal(rest.twice.values[part.done], part.twice.values[part.done])


def test_cancelling_does_not_wait_for_the_piece_in_hand():
    running, over = threading.Event(), threading.Event()

    def endless(p, I, seed):
        if threading.current_thread() is not threading.main_thread():
            running.set()
            over.wait(60.0)
        return I

    part = maps.sweep(P, {"I": [1.0, 2.0]}, endless, cancel=running.is_set)
    assert not over.is_set()
    over.set()
    assert not part.done.any()


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path, monkeypatch):
    calls = tmp_path / "calls"
    calls.mkdir()
    arguments = {"options": {"folder": str(calls)}, "store": tmp_path / "map", "points": 64}
    from zarr.storage import _local

    write, room = _local._put, [60]

    def full(path, *others, **more):
        if "c" in path.parts[-4:]:
            room[0] -= 1
        if room[0] < 0:
            raise OSError(28, "No space left on device")
        return write(path, *others, **more)

    monkeypatch.setattr(_local, "_put", full)
    room[0] = 15
    with pytest.raises(
        maps.MapStopped, match=r"could not be written: No space left on device. What is done is kept"
    ) as e:
        maps.sweep(P, GRID, counted, **arguments)
    kept = int(e.value.so_far.done.sum())
    assert 0 < kept < 1200
    monkeypatch.setattr(_local, "_put", write)
    told = []
    rest = maps.sweep(P, GRID, counted, **arguments, progress=lambda *each: told.append(each))
    assert told[0] == (kept, 1200)
    assert rest.attrs["complete"] == 1


def test_a_store_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(maps.MapStopped, match=r"The store .* could not be written"):
        maps.sweep(P, {"I": [1.0]}, "exact", store=tmp_path / "file" / "map")


def test_an_own_measure_that_fails_is_said_and_what_is_done_is_there():
    grid = {"tau": [5.0, 6.0], "I": np.arange(128.0) / 8.0}
    with pytest.raises(maps.MapStopped, match=r"The measure failing failed: too strong for me. What is done") as e:
        maps.sweep(P, grid, failing, points=64)
    assert e.value.so_far.done.values[0, :64].all()
    assert not e.value.so_far.done.values[:, 64:].any()
    assert isinstance(e.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(("more", "name"), [({"store": "map"}, "zarr"), ({"client": 5}, "distributed")])
def test_without_the_extra_a_sentence_names_it(monkeypatch, more, name):
    monkeypatch.setattr(sweeping, "find_spec", lambda name: None)
    monkeypatch.setattr(sweeping, "checked_crew", lambda workers, client: 1)
    with pytest.raises(
        ModuleNotFoundError, match=rf'needs {name}, which is not installed: .*"expif-dashboard\[maps\]"'
    ):
        maps.sweep(P, {"I": [1.0]}, "exact", **more)


def test_a_map_too_large_for_memory_is_read_when_it_is_used(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "LIBRARY", keeping.LIBRARY._replace(output_points=1))
    found = maps.sweep(P, {"I": [1.0, 5.0]}, "exact", store=tmp_path / "map")
    assert type(found.rate.data).__module__.startswith("dask")
    monkeypatch.undo()
    assert found.load().rate.equals(maps.sweep(P, {"I": [1.0, 5.0]}, "exact").rate)


def test_the_note_is_that_of_the_first_piece_whatever_is_done_first(monkeypatch):
    def noted(p, I, seed):
        return {"mine": I, "note": f"From {I[0]:g} nA on."}

    grid = {"I": np.arange(200.0)}
    monkeypatch.setattr(carrying, "all_pieces", lambda *shapes: reversed(list(all_pieces(*shapes))))
    assert maps.sweep(P, grid, noted, points=64).attrs["note"] == "From 0 nA on."


def test_progress_may_be_a_bar(capsys):
    maps.sweep(P, {"I": [1.0, 5.0]}, "exact", progress=True)
    assert "2.00/2.00" in capsys.readouterr().err
