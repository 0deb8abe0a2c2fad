"""Writes a recording in each format that is read, small, with nothing but what the format needs."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tests.model.recordings.recorded import Made


def write_csv(path: Path, m: Made) -> None:
    t = np.arange(m.V.size) * m.dt
    np.savetxt(
        path, np.stack([t, m.V, 1000.0 * m.I], axis=1), "%.8g", ",", header="time (ms),Vm (mV),I (pA)", comments=""
    )


def write_npz(path: Path, m: Made) -> None:
    np.savez(path, V_mV=m.V, I_nA=m.I, dt=m.dt)


def write_mat(path: Path, m: Made) -> None:
    from scipy.io import savemat

    savemat(path, {"voltage_V": m.V / 1000.0, "current_A": m.I * 1e-9, "fs": 1000.0 / m.dt})


def write_mat_73(path: Path, m: Made) -> None:
    import h5py

    with h5py.File(path, "w", userblock_size=512) as file:
        file["V"], file["I"], file["dt"] = m.V[:, None], m.I[:, None], m.dt
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, written by a test".ljust(512))


def write_nwb(path: Path, m: Made) -> None:
    from pynwb import NWBHDF5IO, NWBFile
    from pynwb.icephys import CurrentClampSeries, CurrentClampStimulusSeries

    file = NWBFile("a test", "made", datetime(2026, 1, 1, tzinfo=UTC))
    device = file.create_device(name="amplifier")
    electrode = file.create_icephys_electrode(name="electrode", description="none", device=device)
    rate = 1000.0 / m.dt
    file.add_acquisition(CurrentClampSeries(name="Vm", data=m.V / 1000.0, electrode=electrode, gain=1.0, rate=rate,
                                            starting_time=0.0, sweep_number=np.uint32(0)))  # fmt: skip
    file.add_stimulus(CurrentClampStimulusSeries(name="current", data=m.I * 1e-9, electrode=electrode, gain=1.0,
                                                 rate=rate, starting_time=0.0, sweep_number=np.uint32(0)))  # fmt: skip
    with NWBHDF5IO(path, "w") as io:
        io.write(file)


# Where the header of an ABF file of version 1 has its fields.
FIELDS = {
    "sFileType": (0, "4s"), "fFileVersionNumber": (4, "f"), "nOperationMode": (8, "h"), "lActualAcqLength": (10, "i"),
    "lActualEpisodes": (16, "i"), "lDataSectionPtr": (40, "i"), "nDataFormat": (100, "h"),
    "nADCNumChannels": (120, "h"),
    "fADCSampleInterval": (122, "f"), "lNumSamplesPerEpisode": (138, "i"), "fADCRange": (244, "f"),
    "lADCResolution": (252, "i"),
    "nADCPtoLChannelMap": (378, "16h"), "nADCSamplingSeq": (410, "16h"), "sADCChannelName": (442, "10s" * 16),
    "sADCUnits": (602, "8s" * 16), "fADCProgrammableGain": (730, "16f"), "fInstrumentScaleFactor": (922, "16f"),
    "fInstrumentOffset": (986, "16f"), "fSignalGain": (1050, "16f"), "fSignalOffset": (1114, "16f"),
}  # fmt: skip


def write_abf(path: Path, m: Made) -> None:
    """Two channels in whole numbers: 1/32 mV, and a 30,000th of the largest current."""
    header = bytearray(6144)
    size, largest = m.V.size, float(np.abs(m.I).max())

    def put(name: str, *values: object) -> None:
        struct.pack_into("<" + FIELDS[name][1], header, FIELDS[name][0], *values)

    put("sFileType", b"ABF ")
    put("fFileVersionNumber", 1.8)
    put("nOperationMode", 3)
    put("lActualAcqLength", 2 * size)
    put("lActualEpisodes", 1)
    put("lDataSectionPtr", 12)
    put("nDataFormat", 0)
    put("nADCNumChannels", 2)
    put("fADCSampleInterval", 1000.0 * m.dt / 2.0)
    put("lNumSamplesPerEpisode", 2 * size)
    put("fADCRange", 10.0)
    put("lADCResolution", 32768)
    put("nADCPtoLChannelMap", *range(16))
    put("nADCSamplingSeq", 0, 1, *[-1] * 14)
    put("sADCChannelName", b"Vm".ljust(10), b"Im".ljust(10), *[b" " * 10] * 14)
    put("sADCUnits", b"mV".ljust(8), b"pA".ljust(8), *[b" " * 8] * 14)
    put("fADCProgrammableGain", *[1.0] * 16)
    scales = 10.0 / 32768.0 * 32.0, 10.0 / 32768.0 * 30.0 / largest
    put("fInstrumentScaleFactor", scales[0], scales[1], *[1.0] * 14)
    put("fInstrumentOffset", *[0.0] * 16)
    put("fSignalGain", *[1.0] * 16)
    put("fSignalOffset", *[0.0] * 16)
    data = np.stack([np.round(m.V * 32.0), np.round(m.I / largest * 30000.0)], axis=1).astype("<i2")
    path.write_bytes(bytes(header) + data.tobytes())


FORMATS = {"csv": write_csv, "npz": write_npz, "mat": write_mat, "nwb": write_nwb, "abf": write_abf}
