"""A voltage trace with drawn spikes.

A spike of the model is a moment, not a shape: V runs away, reaches V_th and is put back to V_reset. Between two
recorded steps that is easily missed, so the spikes are drawn in: at each time in `trace.spikes`, which `strang` finds
between the steps, the line goes up to V_th. The current is a step of 10 nA.
"""

import matplotlib.pyplot as plt
import numpy as np

from model import ExpIFParameters, simulate, stimuli

BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"  # Okabe and Ito's colours

p = ExpIFParameters()
trace = simulate(p, stimuli.Step(I=10.0, onset=30.0, length=100.0), duration=160.0)

figure, (above, below) = plt.subplots(2, sharex=True, height_ratios=[3, 1])
between = np.searchsorted(trace.t, trace.spikes)
t, V = np.insert(trace.t, between, trace.spikes), np.insert(trace.V, between, p.V_th)
above.plot(t, V, color=BLUE)
above.plot(trace.spikes, [p.V_th] * trace.spikes.size, "v", color=VERMILION, label="spikes")
for level, name in ((p.V_th, "V_th"), (p.V_T, "V_T")):
    above.axhline(level, color="0.5", linestyle=":")
    above.annotate(name, (160.0, level), xytext=(0, 3), textcoords="offset points", ha="right")
above.set_ylabel("V (mV)")
above.legend(loc="center left")
below.plot(trace.t, trace.I, color=GREEN)
below.set_ylabel("I (nA)")
below.set_xlabel("time (ms)")
plt.show()
