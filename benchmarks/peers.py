"""Other simulators beside `ExpIF`: 10,000 neurons for 100 ms, dt 0.1, euler, spikes counted. `make bench-peers`.

They need an environment of their own, for Brian2 works with older versions of numpy only. A peer that is not there, or
does not work here, gets a sentence; the others are measured.
"""

from __future__ import annotations

import numpy as np
from population import DT, MILLION, SOME, STEPS, P, currents, group_of, plain_numba, show


def in_brian2():
    """The same in Brian2, with its compiled runtime."""
    import brian2 as b2

    b2.defaultclock.dt = DT * b2.ms
    equations = """dV/dt = (V_rest - V + delta_T*exp((V - V_T)/delta_T) + I)/tau : 1 (unless refractory)
                   I : 1
                   counted : integer"""
    neurons = b2.NeuronGroup(
        SOME, equations, threshold="V >= V_th", reset="V = V_reset; counted += 1", refractory=P.tau_ref * b2.ms,
        method="euler", namespace={**P._asdict(), "tau": P.tau * b2.ms},
    )  # fmt: skip
    neurons.V, neurons.I = -65.0, currents(SOME)
    network = b2.Network(neurons)
    return f"Brian2 {b2.__version__}", lambda: network.run(STEPS * DT * b2.ms)


def in_brainpy():
    """The same in brainpy, on the processor."""
    import brainpy as bp

    neurons = bp.neurons.ExpIF(SOME, **P._asdict(), method="euler")
    runner = bp.DSRunner(neurons, inputs=("input", currents(SOME)), dt=DT, progress_bar=False)
    return f"brainpy {bp.__version__}", lambda: runner.run(STEPS * DT)


def main() -> None:
    """Measure and print."""
    some, counts = currents(SOME), np.zeros(SOME, np.int64)
    candidates = {"plain numba": (SOME, lambda: plain_numba(some, counts))}
    for name, build in (("Brian2", in_brian2), ("brainpy", in_brainpy)):
        try:
            label, run = build()
            run()
        except ModuleNotFoundError as error:
            print(f"{name} is left out, because {error.name} is not installed; `make bench-peers` installs it.")
        except Exception as error:
            reason = (str(error).splitlines() or [""])[0]
            print(f"{name} is left out, because it does not work here ({type(error).__name__}: {reason}).")
        else:
            candidates[label] = (SOME, run)
    candidates |= {
        "ExpIF, euler, float64": (SOME, group_of(SOME)),
        "ExpIF, euler, float64, a million": (MILLION, group_of(MILLION)),
    }
    show(candidates)


if __name__ == "__main__":
    main()
