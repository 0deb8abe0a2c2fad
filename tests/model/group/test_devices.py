"""Where a group runs: an explicit answer in every case, never a silent fallback."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from model import ExpIF, ExpIFParameters, devices, fi_curve

pytest.importorskip("numba_cuda", reason="the gpu extra (numba-cuda) is not installed")

ASK = (
    "from model import ExpIF\n"
    "group = ExpIF(1)\n"
    "try:\n"
    "    group.cuda()\n"
    "except RuntimeError as problem:\n"
    "    print('refused:', problem)\n"
    "print(group.device); group.run(1.0); print(group.t)\n"
)


# Every function of this driver can be found, and every call of it fails: 999 is CUDA_ERROR_UNKNOWN.
BROKEN_DRIVER = """
int cuInit(unsigned flags) { return 999; }
int cuDriverGetVersion(int *version) { return 999; }
int cuGetProcAddress(const char *name, void **found, int version, unsigned long long flags)
{ *found = (void *)cuInit; return 0; }
int cuGetProcAddress_v2(const char *name, void **found, int version, unsigned long long flags, void *why)
{ *found = (void *)cuInit; return 0; }
"""


def ask(code=ASK, **environment):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | environment, check=False
    )


def test_results_on_cuda_equal_those_of_the_cpu_within_rounding():
    script = Path(__file__).with_name("cuda_simulated.py")
    environment = os.environ | {"NUMBA_ENABLE_CUDASIM": "1"}
    # The simulator is numpy in Python, which warns where an upswing overflows; the device does not.
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script)], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stdout.strip() == "equal", done.stderr


def test_without_a_driver_cuda_is_refused_and_the_group_stays_on_the_cpu():
    done = ask(NUMBA_CUDA_DRIVER="/nowhere/libcuda.so", CUDA_VISIBLE_DEVICES="")
    assert done.stdout.splitlines()[0].startswith("refused: CUDA was asked for, but "), done.stderr
    assert "Use device='cpu'" in done.stdout
    assert done.stdout.split()[-2:] == ["cpu", "1.0"]


@pytest.mark.skipif(shutil.which("gcc") is None, reason="a broken driver is built with gcc, which is not installed")
def test_with_a_broken_driver_cuda_is_refused_and_the_group_stays_on_the_cpu(tmp_path):
    source, library = tmp_path / "broken.c", tmp_path / "libcuda.so.1"
    source.write_text(BROKEN_DRIVER)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    done = ask(NUMBA_CUDA_DRIVER=str(library), LD_LIBRARY_PATH=str(tmp_path))
    assert done.stdout.splitlines()[0].startswith("refused: CUDA was asked for, but "), done.stderr
    assert "library cannot be found" not in done.stdout  # it was found, and does not work
    assert done.stdout.split()[-2:] == ["cpu", "1.0"]


def test_without_the_package_cuda_is_refused_with_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba.cuda", None)
    monkeypatch.delattr("numba.cuda", raising=False)
    with pytest.raises(RuntimeError, match="install the gpu extra"):
        ExpIF(1).to("cuda")


@pytest.mark.parametrize("how", ["available", "context"])
def test_a_driver_that_raises_when_asked_is_a_sentence(monkeypatch, how):
    cuda = pytest.importorskip("numba.cuda")

    def trouble():
        raise OSError("the driver crashed\nwith many lines")

    monkeypatch.setattr(cuda, "is_available", trouble if how == "available" else lambda: True)
    monkeypatch.setattr(cuda, "current_context", trouble)
    assert devices.cuda_problem() == "the NVIDIA driver does not work (the driver crashed)."
    with pytest.raises(RuntimeError, match=r"^CUDA was asked for, but the NVIDIA driver does not work"):
        ExpIF(1, device="cuda")
    with pytest.raises(RuntimeError, match=r"^CUDA was asked for, but the NVIDIA driver does not work"):
        fi_curve(ExpIFParameters(), [10.0], device="cuda")


def test_not_enough_memory_on_the_gpu_is_a_sentence_and_leaves_the_group_as_it_was():
    code = (
        "from model import ExpIF\n"
        "from model.kernels import cuda as kernels\n"
        "class Full:\n"
        "    def __getattr__(self, name): return getattr(kernels_cuda, name)\n"
        "    def to_device(self, array): raise RuntimeError('cuMemAlloc results in CUDA_ERROR_OUT_OF_MEMORY')\n"
        "kernels_cuda, group = kernels.cuda, ExpIF(2, V_init=-65.0, device='cuda')\n"
        "kernels.cuda = Full()\n"
        "try:\n"
        "    group.run(5.0)\n"
        "except MemoryError as problem:\n"
        "    print(problem); print(group.V.tolist(), group.t)\n"
    )
    done = ask(code, NUMBA_ENABLE_CUDASIM="1")
    assert "The GPU has not enough memory for 2 neurons" in done.stdout, done.stderr
    assert "[-65.0, -65.0] 0.0" in done.stdout


def test_to_and_cpu_return_the_group_and_tpu_says_what_there_is():
    group = ExpIF(1)
    assert group.cpu() is group.to("cpu") is group
    with pytest.raises(RuntimeError, match="no TPU here, and no code for one; there is: cpu, cuda"):
        group.tpu()
    with pytest.raises(ValueError, match="device must be one of cpu, cuda"):
        group.to("moon")
    assert group.device == "cpu"
