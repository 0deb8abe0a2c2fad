"""Run by a test in a process of its own, in which numba simulates a graphics card: the map is that of the CPU."""

import numpy as np
import pytest

from model import ExpIFParameters, maps

grid = {"delta_T": [3.48], "I": [10.0, 50.0]}
options = {"duration": 14.0, "dt": 0.5}
cpu, gpu = (
    maps.sweep(ExpIFParameters(), grid, "rate", options=options, device=each, points=9) for each in ("cpu", "cuda")
)
np.testing.assert_allclose(gpu.rate, cpu.rate, rtol=1e-9)
assert (gpu.rate[:, 1] > 50.0).all()
assert gpu.attrs["device"] == "cuda"

grid, options = {"I": [10.0, 50.0]}, options | {"sigma": 2.0, "duration": 5.0}
first, second = (
    maps.sweep(ExpIFParameters(), grid, "rate", options=options, device="cuda", points=points) for points in (1, 100)
)
assert first.identical(second)

with pytest.raises(ValueError, match="The measure exact is computed on cpu, not on cuda"):
    maps.sweep(ExpIFParameters(), grid, "exact", device="cuda")
print("equal")
