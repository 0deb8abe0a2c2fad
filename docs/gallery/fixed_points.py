"""Fixed points and the phase line.

Left: how fast V changes at each V. Where the line crosses zero falling, the neuron rests (filled); where it crosses
rising, it stands on an edge (open). More current lifts the line; at rheobase the two points meet at V_T and vanish,
and the neuron fires. Right: the same two points over the current.
"""

import matplotlib.pyplot as plt
import numpy as np

from model import ExpIFParameters, theory

COLOURS, STYLES = ("#0072B2", "#000000", "#D55E00"), ("-", "--", "-.")  # Okabe and Ito's

p = ExpIFParameters()
rheobase = theory.rheobase(p)
V = np.linspace(-72.0, -50.0, 400)

figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 4.2))
for I, color, style in zip((0.0, rheobase, 4.0), COLOURS, STYLES, strict=True):
    slope = (p.V_rest - V + p.delta_T * np.exp((V - p.V_T) / p.delta_T) + p.R * I) / p.tau
    left.plot(V, slope, style, color=color, label=f"I = {I:.3g} nA")
    for point, fill in zip(theory.fixed_points(p, I), ("full", "none"), strict=True):
        left.plot(point, 0.0, "o", color=color, fillstyle=fill, markersize=8)
left.axhline(0.0, color="0.5", linewidth=1)
left.set(xlabel="V (mV)", ylabel="dV/dt (mV/ms)", ylim=(-0.6, 1.6))
left.legend(loc="upper center")

currents = np.linspace(-3.0, rheobase, 300)
stable, unstable = theory.fixed_points(p, currents)
right.plot(currents, stable, color=COLOURS[0], label="stable")
right.plot(currents, unstable, "--", color=COLOURS[2], label="unstable")
right.plot(rheobase, p.V_T, "D", color="#000000", label="rheobase")
right.set(xlabel="current I (nA)", ylabel="fixed point (mV)")
right.legend(loc="center left")
plt.show()
