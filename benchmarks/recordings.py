"""Accuracy of `model.recordings` on recordings made by the tests' own integrator. `python benchmarks/recordings.py`.

Its two optional arguments are the number of recordings of each neuron, and the seconds that are fitted.

For each neuron the largest errors over the seeds, how many of the 95 % intervals hold the truth, and processor time.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))  # the integrator is that of the tests

from model import recordings
from tests.model.recordings.recorded import NEURONS, record

FITTED, PREDICTED, RATE = 45.0, 15.0, 20.0  # s, s, kHz
NAMES = ("V_rest", "V_T", "delta_T", "tau", "R", "V_reset", "tau_ref")
RELATIVE = ("delta_T", "tau", "R")


def one(name: str, seed: int, fitted: float) -> tuple[list[float], list[bool], float, float, float]:
    """Errors, whether the intervals hold the truth, Gamma, relative error of the rate, seconds."""
    m = record(name, fitted + PREDICTED, RATE, seed=seed)
    cut = round(1000.0 * fitted * RATE)
    start = time.process_time()
    fit = recordings.fit_recording(m.V[:cut], m.I[:cut], m.dt, seed=seed)
    took = time.process_time() - start
    tested = recordings.validate(fit, m.V[cut:], m.I[cut:], m.dt)
    errors, held = [], []
    for each in NAMES:
        true, found = getattr(m.p, each), getattr(fit.parameters, each)
        errors.append(abs(found - true) / (0.01 * true if each in RELATIVE else 1.0))
        low, high = getattr(fit.intervals, each)
        held.append(low <= true <= high)
    return errors, held, tested.coincidence, abs(tested.rate / tested.recorded_rate - 1.0), took


def main() -> None:
    """Measure and print."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    fitted = float(sys.argv[2]) if len(sys.argv) > 2 else FITTED
    one("default", 1, 5.0)  # compiles
    print(f"{seeds} seeds, {fitted:g} s fitted; largest errors in mV, ms (delta_T, tau, R: %); intervals that hold")
    heads = [each.rjust(9) for each in NAMES] + [each.rjust(7) for each in ("held", "Gamma", "rate %")]
    print("neuron".ljust(22), *heads, "s")
    for name in NEURONS:
        found = [one(name, 100 + seed, fitted) for seed in range(seeds)]
        worst = np.max([each[0] for each in found], axis=0)
        share = 100.0 * np.mean([each[1] for each in found])
        print(name.ljust(22), *(f"{each:9.4f}" for each in worst), f"{share:6.1f}%",
              f"{min(each[2] for each in found):7.3f}", f"{100.0 * max(each[3] for each in found):7.2f}",
              f"{min(each[4] for each in found):.1f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
