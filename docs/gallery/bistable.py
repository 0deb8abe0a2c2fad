"""A neuron that can both rest and fire.

Where V_reset lies above the unstable fixed point, a neuron that has fired goes on firing at currents below rheobase,
while one that rests goes on resting. Here a short pulse upward starts the firing and a short pulse downward ends it;
between the two the current is the same 0.5 nA as before and after.
"""

import matplotlib.pyplot as plt
import numpy as np

from model import ExpIFParameters, simulate, theory

BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"  # Okabe and Ito's colours

p, I, dt = ExpIFParameters(V_reset=-55.0), 0.5, 0.1
stable, unstable = theory.fixed_points(p, I)
t = np.arange(0.0, 240.0, dt)
current = np.full(t.size, I)
current[(t >= 90.0) & (t < 95.0)] = 20.0
current[(t >= 180.0) & (t < 185.0)] = -25.0
trace = simulate(p, current, 240.0, dt, V_init=stable)

figure, (above, below) = plt.subplots(2, sharex=True, height_ratios=[3, 1])
between = np.searchsorted(t, trace.spikes)
above.plot(np.insert(t, between, trace.spikes), np.insert(trace.V, between, p.V_th), color=BLUE)
for level, style, name in ((stable, "--", "stable point"), (unstable, ":", "unstable")):
    above.axhline(level, color=VERMILION, linestyle=style, label=f"{name}, {level:.1f} mV")
above.set_ylabel("V (mV)")
above.legend(loc="upper left")
below.plot(trace.t, trace.I, color=GREEN)
below.set_ylabel("I (nA)")
below.set_xlabel("time (ms)")
plt.show()
