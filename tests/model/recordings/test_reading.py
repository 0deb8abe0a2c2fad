"""A file of each format is the recording that was written; a bad one is refused in a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from model import recordings
from tests.model.recordings.recorded import Made, neuron
from tests.model.recordings.written import FORMATS, write_csv, write_mat_73, write_npz

DIGITS = {"abf": 0.5 / 32.0, "csv": 1e-6}  # mV, half a step of the format


@pytest.fixture(scope="module")
def made() -> Made:
    rng = np.random.default_rng(1)
    V, I = rng.normal(-60.0, 5.0, 2000), rng.normal(0.1, 0.3, 2000)
    return Made(V, I, 0.05, np.empty(0), neuron("default"))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_back_v_i_and_dt_in_our_units(form, made, tmp_path):
    path = tmp_path / f"cell.{form}"
    FORMATS[form](path, made)
    read = recordings.read_recording(path)
    assert read.dt == pytest.approx(made.dt, rel=1e-6)
    np.testing.assert_allclose(read.V, made.V, atol=1.01 * DIGITS.get(form, 1e-9))
    np.testing.assert_allclose(read.I, made.I, atol=1.01 * np.abs(made.I).max() / 60000.0 if form == "abf" else 1e-8)
    assert len(read.checksum) == 64


def test_the_newer_format_of_matlab_is_read(made, tmp_path):
    write_mat_73(tmp_path / "cell.mat", made)
    read = recordings.read_recording(tmp_path / "cell.mat")
    np.testing.assert_array_equal(read.V, made.V)
    assert read.dt == made.dt


def test_channels_and_units_can_be_named(made, tmp_path):
    np.savez(tmp_path / "odd.npz", a=made.V / 1000.0, b=1000.0 * made.I)
    read = recordings.read_recording(tmp_path / "odd.npz", V="a", I=1, units={"V": "V", "I": "pA"}, dt=0.05)
    np.testing.assert_allclose(read.V, made.V)
    np.testing.assert_allclose(read.I, made.I)


def test_a_table_without_names_is_read_by_numbers(made, tmp_path):
    np.savetxt(tmp_path / "bare.txt", np.stack([made.V, made.I], axis=1))
    read = recordings.read_recording(tmp_path / "bare.txt", V=0, I=1, dt=0.05)
    np.testing.assert_allclose(read.V, made.V)


def test_a_file_without_a_recorded_current_is_refused_with_the_reason(made, tmp_path):
    np.savez(tmp_path / "half.npz", V_mV=made.V, dt=made.dt)
    with pytest.raises(ValueError, match="no channel with the injected current"):
        recordings.read_recording(tmp_path / "half.npz")


def test_a_channel_or_unit_that_does_not_exist_is_refused(made, tmp_path):
    write_npz(tmp_path / "cell.npz", made)
    with pytest.raises(ValueError, match="There is no channel called Vx for V; the file has V_mV, I_nA, dt"):
        recordings.read_recording(tmp_path / "cell.npz", V="Vx")
    with pytest.raises(ValueError, match="There is no channel 9 for I"):
        recordings.read_recording(tmp_path / "cell.npz", I=9)
    with pytest.raises(ValueError, match="units has V in V/mV"):
        recordings.read_recording(tmp_path / "cell.npz", units={"I": "mV"})


def test_several_channels_that_may_be_meant_are_asked_about(made, tmp_path):
    np.savez(tmp_path / "two.npz", V_1=made.V, V_2=made.V, I=made.I, dt=0.05)
    with pytest.raises(ValueError, match="Which channel is V"):
        recordings.read_recording(tmp_path / "two.npz")


def test_channels_of_different_lengths_are_refused(made, tmp_path):
    np.savez(tmp_path / "cut.npz", V=made.V, I=made.I[:-5], dt=0.05)
    with pytest.raises(ValueError, match="have different lengths, 2000 and 1995"):
        recordings.read_recording(tmp_path / "cut.npz")


def test_uneven_times_are_refused(made, tmp_path):
    t = np.arange(made.V.size) * made.dt
    t[1000:] += 3.0
    np.savez(tmp_path / "gap.npz", V=made.V, I=made.I, t=t)
    with pytest.raises(ValueError, match="not evenly spaced in time"):
        recordings.read_recording(tmp_path / "gap.npz")


def test_a_file_that_does_not_say_how_often_it_was_sampled_is_asked_for_it(made, tmp_path):
    np.savez(tmp_path / "bare.npz", V=made.V, I=made.I)
    with pytest.raises(ValueError, match="give the time between two samples"):
        recordings.read_recording(tmp_path / "bare.npz")


def test_a_sweep_can_be_chosen(made, tmp_path):
    np.savez(tmp_path / "sweeps.npz", V=np.stack([made.V, made.V + 1.0]), I=np.stack([made.I, made.I]), dt=0.05)
    np.testing.assert_array_equal(recordings.read_recording(tmp_path / "sweeps.npz", sweep=1).V, made.V + 1.0)
    with pytest.raises(ValueError, match="There is no sweep 2; the file has 2"):
        recordings.read_recording(tmp_path / "sweeps.npz", sweep=2)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("damage", ["cut", "noise", "empty"])
def test_a_damaged_file_is_refused_in_a_sentence(form, damage, made, tmp_path):
    path = tmp_path / f"bad.{form}"
    FORMATS[form](path, made)
    if (form, damage) == ("csv", "cut"):
        pytest.skip("the beginning of a table is a table")
    whole = path.read_bytes()
    noise = np.random.default_rng(2).bytes(4000)
    path.write_bytes({"cut": whole[: min(len(whole) // 3, 900)], "noise": noise, "empty": b""}[damage])
    with pytest.raises(
        ValueError, match=r"(cannot be read as|different lengths|no channel|Which channel|give the time)"
    ):
        recordings.read_recording(path)


def test_an_array_that_would_run_code_is_never_unpickled(made, tmp_path):
    np.savez(tmp_path / "evil.npz", V=np.array([print], dtype=object), I=made.I, dt=0.05)
    with pytest.raises(ValueError, match=r"cannot be read as \.npz"):
        recordings.read_recording(tmp_path / "evil.npz")


def test_an_unknown_kind_of_file_and_a_missing_one_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"Files called \.xyz are not known"):
        recordings.read_recording(tmp_path / "cell.xyz")
    with pytest.raises(ValueError, match="There is no file"):
        recordings.read_recording(tmp_path / "cell.csv")


def test_without_the_extra_the_error_says_how_to_get_it(made, tmp_path, monkeypatch):
    import sys

    (tmp_path / "cell.abf").write_bytes(b"ABF2")
    monkeypatch.setitem(sys.modules, "neo.io", None)
    with pytest.raises(ImportError, match=r"expif-dashboard\[recordings\]"):
        recordings.read_recording(tmp_path / "cell.abf")


def test_a_decimal_point_table_with_semicolons_is_read(made, tmp_path):
    write_csv(tmp_path / "a.csv", made)
    (tmp_path / "b.csv").write_text((tmp_path / "a.csv").read_text().replace(",", ";"))
    np.testing.assert_array_equal(recordings.read_recording(tmp_path / "b.csv").V,
                                  recordings.read_recording(tmp_path / "a.csv").V)  # fmt: skip
