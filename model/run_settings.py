"""How a run is made: its length, step, method, noise and seed, declared once."""

from __future__ import annotations

import param

from model.integrators.schemes import ON_GRID
from model.quantity import Quantity, WholeNumber

METHODS = ("strang", "euler", *(name for name in ON_GRID if name != "euler"))


class RunSettings(param.Parameterized):
    """The settings of one run apart from the neuron and its input: length, step, method, device, noise, seed, start."""

    duration = Quantity(300.0, bounds=(0.01, 1e6), softbounds=(50.0, 2000.0), step=10.0, unit="ms", symbol="T",
                        label="Duration", doc="How long the neuron is watched.")  # fmt: skip
    dt = Quantity(0.1, bounds=(0.0001, 5.0), softbounds=(0.01, 0.5), step=0.01, unit="ms", symbol=r"\Delta t",
                  label="Time step", doc="How finely time is divided.")  # fmt: skip
    method: param.Selector[str] = param.Selector(
        default="strang", objects=list(METHODS), label="Method",
        doc="strang finds spikes between the steps; euler is the documented rule.",
    )  # fmt: skip
    device: param.Selector[str] = param.Selector(
        default="cpu", objects=["cpu", "cuda"], label="Device",
        doc="Where the f-I curve is simulated; cuda is an NVIDIA graphics card.",
    )  # fmt: skip
    sigma = Quantity(0.0, bounds=(0.0, 100.0), softbounds=(0.0, 10.0), step=0.1, unit="mV", symbol=r"\sigma",
                     label="Membrane noise", doc="Standard deviation the noise alone would give the leaky membrane; "
                     "0 is no noise. The noise shapes shake the current instead.")  # fmt: skip
    tau_noise = Quantity(0.0, bounds=(0.0, 1000.0), softbounds=(0.0, 50.0), step=0.1, unit="ms",
                         symbol=r"\tau_\mathrm{noise}", label="Noise memory", precedence=-1,
                         doc="How long the membrane noise remembers; 0 is white noise: nothing.")  # fmt: skip
    neurons = WholeNumber(1, bounds=(1, 10_000_000), softbounds=(1, 1000), step=1, symbol="N", label="Neurons",
                          precedence=-1, doc="How many neurons, each with noise of its own.")  # fmt: skip
    seed = WholeNumber(0, bounds=(0, 2**32 - 1), symbol="s", label="Seed",
                       doc="The same seed gives the same noise.")  # fmt: skip
    V_init = Quantity(0.0, bounds=(-1000.0, 1000.0), softbounds=(-90.0, 0.0), step=0.1, unit="mV",
                      symbol=r"V_\mathrm{init}", label="Initial potential", precedence=-1,
                      doc="Where the membrane potential starts, when it does not start at rest.")  # fmt: skip
