"""Where a group can run, and why it cannot run elsewhere."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from model.quantity import shorten
from model.sentences import say

DEVICES = ("cpu", "cuda")


def checked_device(device: Any) -> str:
    """Return the name of a device that works here.

    Parameters
    ----------
    device : {"cpu", "cuda"}
        The device that was asked for.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    ValueError
        If there is no such kind of device.
    RuntimeError
        If the device was asked for by name and does not work; another one never takes its place in silence.
    """
    if device == "tpu":
        raise RuntimeError(say("There is no TPU here, and no code for one; there is: {all}.", all=", ".join(DEVICES)))
    if device not in DEVICES:
        raise ValueError(
            say("device must be one of {all}; {given} was given.", all=", ".join(DEVICES), given=shorten(device))
        )
    if device == "cuda":
        problem = cuda_problem()
        if problem is not None:
            raise RuntimeError(say("CUDA was asked for, but {problem} Use device='cpu'.", problem=problem))
    return device


def cuda_problem() -> str | None:
    """Say in a sentence why CUDA does not work here; None where it does.

    Asking may fail in many ways (no package, no driver, a broken driver), and none of them may hurt.
    """
    try:
        from numba import cuda
    except Exception as problem:
        return say("its package is missing ({problem}); install the gpu extra.", problem=_line(problem))
    try:
        if not cuda.is_available():
            return say("no working NVIDIA driver and device were found ({problem}).", problem=_driver_error())
        cuda.current_context()
    except Exception as problem:
        return say("the NVIDIA driver does not work ({problem}).", problem=_line(problem))
    return None


def cuda_kernels() -> ModuleType:
    """Return the module of the CUDA kernels, which is imported when it is needed and not before."""
    from model.kernels import cuda

    return cuda


def _driver_error() -> str:
    """Return in one line why the NVIDIA driver could not be initialised."""
    try:
        from numba.cuda.cudadrv import driver

        return _line(driver.driver.initialization_error or "no device")
    except Exception as problem:
        return _line(problem)


def _line(problem: object) -> str:
    """Return the first line of an error, cut so that it fits into a sentence."""
    lines = str(problem).strip().splitlines() or [type(problem).__name__]
    return lines[0][:200]
