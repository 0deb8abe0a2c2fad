"""The f-I curve, exact and simulated.

Below rheobase the neuron is silent; above it the rate rises as the square root of what the current has more. The exact
rate is 1000 ms over `theory.period`. The splitting scheme `strang` lies on it at a time step of 0.5 ms, where the
documented rule `euler`, which resets on the time grid, is up to 8 % too slow.
"""

import matplotlib.pyplot as plt
import numpy as np

from model import ExpIFParameters, fi_curve, theory

BLACK, BLUE, VERMILION = "#000000", "#0072B2", "#D55E00"  # Okabe and Ito's colours

p = ExpIFParameters()
currents, few = np.linspace(0.0, 20.0, 500), np.arange(1.0, 20.5, 1.0)

plt.plot(currents, theory.firing_rate(p, currents), color=BLACK, label="exact")
for method, color, marker in (("strang", BLUE, "o"), ("euler", VERMILION, "^")):
    rates = fi_curve(p, few, duration=2000.0, dt=0.5, method=method).rates
    plt.plot(few, rates, marker, color=color, fillstyle="none", label=f"{method}, dt = 0.5 ms")
plt.axvline(theory.rheobase(p), color="0.5", linestyle=":", label=f"rheobase, {theory.rheobase(p):.2f} nA")
plt.xlabel("current I (nA)")
plt.ylabel("firing rate (Hz)")
plt.legend()
plt.show()
