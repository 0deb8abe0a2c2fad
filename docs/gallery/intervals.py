"""Intervals between spikes: the exact density and a histogram.

The same neuron at three currents, each time with noise of 4 mV. Below rheobase (1.6 nA) the intervals are nearly
exponential, but for the time that a spike takes to come at all; far above it the neuron fires more regularly. Each
point of the histogram has its standard error.
"""

import matplotlib.pyplot as plt
import numpy as np

from model import ExpIFParameters, spike_trains, spikes, theory

COLOURS, STYLES = ("#0072B2", "#D55E00", "#009E73"), ("-", "--", "-.")  # Okabe and Ito's

p, sigma = ExpIFParameters(), 4.0
t = np.linspace(0.0, 120.0, 600)
for I, color, style in zip((0.0, 3.0, 10.0), COLOURS, STYLES, strict=True):
    trains = spike_trains(p, I, 4000.0, sigma=sigma, seed=1, neurons=400)
    found = spikes.histogram(spikes.intervals(*trains), np.arange(0.0, 124.0, 4.0))
    middle = (found.edges[1:] + found.edges[:-1]) / 2
    cv = float(theory.cv(p, I, sigma))
    plt.plot(t, theory.isi_density(p, I, sigma, t), style, color=color, label=f"exact, I = {I:g} nA, CV {cv:.2f}")
    plt.errorbar(middle, found.density, found.error, fmt="o", color=color, markersize=3.5, elinewidth=1)
plt.plot([], [], "o", color="0.4", markersize=3.5, label="simulated")
plt.xlabel("interval between spikes (ms)")
plt.ylabel("density (1/ms)")
plt.legend()
plt.show()
