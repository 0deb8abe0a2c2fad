"""How the benchmarks measure: candidates take turns, the least of many repeats counts, one table comes out."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numba


def least(candidates: dict[str, Callable[[], object]], repeats: int = 15) -> dict[str, float]:
    """Seconds each candidate takes: the least of `repeats`, in turns, so that a busy machine disturbs all alike."""
    for run in candidates.values():
        run()  # compiles
    best = dict.fromkeys(candidates, float("inf"))
    for _ in range(repeats):
        for name, run in candidates.items():
            start = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def table(title: str, seconds: dict[str, float], reference: str, neuron_steps: float) -> None:
    """Print times, nanoseconds for each step of a neuron, and how many times faster than the reference."""
    print(f"\n{title}\n{'':46}{'ms':>10}{'ns/step':>10}{'ratio':>8}")
    for name, t in seconds.items():
        print(f"{name:46}{1e3 * t:10.3f}{1e9 * t / neuron_steps:10.3f}{seconds[reference] / t:8.1f}")


def machine() -> str:
    """The processor, its cores, and the versions that matter."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line]
        cpu = names[0] if names else cpu
    return f"{cpu}, {os.cpu_count()} cores; Python {platform.python_version()}, numba {numba.__version__}"
