"""The same runs on the CPU and on CUDA: in its simulator with NUMBA_ENABLE_CUDASIM=1, else on a graphics card."""

import itertools

import numpy as np
import pytest

from model import ExpIF, ExpIFParameters, fi_curve
from model.stimuli import Sine

VARIABLES = ["V", "input", "spike", "refractory", "t_last_spike"]


def run(device, method, dtype, inputs, **arguments):
    arguments = {"V_init": [0.0, -65.0, -60.0], "tau": [10.0, 11.0, 12.0]} | arguments
    group = ExpIF(3, method=method, dtype=dtype, device=device, seed=1, monitors=VARIABLES, **arguments)
    group.run(7.0, inputs=inputs())
    group.run(1.0, inputs=inputs())
    return group


def compare(method, dtype, inputs, **arguments):
    cpu, gpu = (run(device, method, dtype, inputs, **arguments) for device in ("cpu", "cuda"))
    tolerance = 1e-9 if dtype == "float64" else 5e-3
    tolerance = max(tolerance, 1e-7 * arguments.get("sigma", 0.0))  # normal numbers have single precision
    assert cpu.count.sum() >= 2
    for name in ("spike", "refractory"):
        np.testing.assert_array_equal(gpu.mon[name], cpu.mon[name])
    for name in ("V", "input", "t_last_spike"):
        np.testing.assert_allclose(gpu.mon[name], cpu.mon[name], rtol=0, atol=tolerance)
    for name, array in cpu.vars("relative").items():
        np.testing.assert_allclose(gpu.vars("relative")[name], array, rtol=0, atol=tolerance)
    np.testing.assert_array_equal(gpu.count, cpu.count)
    np.testing.assert_allclose(gpu.t_first_spike, cpu.t_first_spike, rtol=0, atol=tolerance)
    assert gpu.t == cpu.t


def steady():
    return ("input", [4.0, 20.0, 60.0])


def mixed():
    return [("input", Sine(I=10.0, frequency=50.0)), ("input", [1.0, 4.0, 8.0], "fix", "*"), ("V", 0.01, "fix", "-")]


def yielded():
    return ("input", itertools.cycle([30.0, 50.0]))


for method, dtype in itertools.product(("euler", "rk4", "strang"), ("float64", "float32")):
    compare(method, dtype, steady)
for method in ("heun3", "ralston4", "exponential_euler"):
    compare(method, "float64", steady)
for method in ("euler", "strang"):
    compare(method, "float64", mixed)
compare("euler", "float64", yielded)
compare("strang", "float64", steady, sigma=2.0)
compare("strang", "float64", steady, sigma=4.0, V_th=-62.0)  # where noise crosses V_th within a step
compare("strang", "float64", steady, tau=10.0, tau_ref=0.0)

currents = np.array([1.0, 10.0, 50.0])
for method in ("euler", "rk4", "strang"):
    cpu, gpu = (fi_curve(ExpIFParameters(), currents, 25.0, 0.1, method, device=device) for device in ("cpu", "cuda"))
    np.testing.assert_array_equal(gpu.counts, cpu.counts)
    np.testing.assert_allclose(gpu.rates, cpu.rates, rtol=1e-9)
    assert gpu.counts[2] > 2

broken = ExpIF(1, device="cuda")
broken.V[0] = np.nan
with pytest.raises(ValueError, match="left its range"):
    broken.run(1.0)
endless = ExpIF(1, method="strang", device="cuda", V_reset=-30.0000001, tau_ref=0.0)
with pytest.raises(ValueError, match="spikes without end"):
    endless.run(20.0, inputs=("input", 100.0))
print("equal")
