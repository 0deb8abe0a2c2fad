"""Neuron-steps per second on an NVIDIA GPU, beside one core of the CPU. `python benchmarks/gpu.py`.

Where there is no working device it says so and measures nothing.
"""

from __future__ import annotations

import numpy as np
from timing import least, machine

from model import ExpIF, devices

NEURONS, DURATION, DT = 4_000_000, 400.0, 0.1  # as long as the budget of a run allows
CPU_PART = 400  # the CPU is given this part of the neurons, and a tenth of the time


def runs(device: str, neurons: int, duration: float) -> dict:
    """One candidate for each scheme and precision."""
    candidates = {}
    for method in ("euler", "rk4", "strang"):
        for dtype in ("float64", "float32"):
            group = ExpIF(neurons, method=method, dtype=dtype, device=device, V_init=-65.0)
            inputs = ("input", np.linspace(0.0, 50.0, neurons))
            candidates[f"{method}, {dtype}"] = lambda g=group, i=inputs: g.run(duration, dt=DT, inputs=i)
    return candidates


def main() -> None:
    """Measure and print."""
    problem = devices.cuda_problem()
    if problem is not None:
        print(f"Nothing measured: {problem}")
        return
    from numba import cuda

    print(f"{machine()}\n{cuda.get_current_device().name}")
    gpu = least(runs("cuda", NEURONS, DURATION), repeats=3)
    cpu = least(runs("cpu", NEURONS // CPU_PART, DURATION / 10), repeats=3)
    print(f"\n{'':20}{'GPU steps/s':>14}{'core steps/s':>14}{'ratio':>10}")
    for name, seconds in gpu.items():
        on_gpu, on_core = NEURONS * DURATION / DT / seconds, NEURONS / CPU_PART * DURATION / DT / 10 / cpu[name]
        print(f"{name:20}{on_gpu:14.3g}{on_core:14.3g}{on_gpu / on_core:10.0f}")


if __name__ == "__main__":
    main()
