"""Noise: a raster, and the rate of a population.

Fifty of two thousand neurons, each with noise of its own, which by itself would shake the leaky membrane by 3 mV. The
current is just below rheobase, so every spike is the work of the noise. All start at rest; within some membrane time
constants the rate of the population comes to `theory.stationary_rate`, which is exact.
"""

import matplotlib.pyplot as plt

from model import ExpIFParameters, spike_trains, spikes, theory

BLACK, BLUE, ORANGE = "#000000", "#0072B2", "#E69F00"  # Okabe and Ito's colours

p, I, sigma, neurons, duration = ExpIFParameters(), 1.5, 3.0, 2000, 400.0
trains = spike_trains(p, I, duration, sigma=sigma, seed=1, neurons=neurons)
time, rate = spikes.population_rate(trains.t, neurons, duration, bin=5.0)
shown = trains.neuron < 50

figure, (above, below) = plt.subplots(2, sharex=True, height_ratios=[3, 2])
above.plot(trains.t[shown], trains.neuron[shown], "|", color=BLUE)
above.set_ylabel("neuron")
above.grid(False)
below.stairs(
    rate, [*(time - 2.5), duration], baseline=None, color=ORANGE, linewidth=1.5, label="2000 neurons, bins of 5 ms"
)
below.axhline(theory.stationary_rate(p, I, sigma), color=BLACK, linestyle="--", label="exact, stationary")
below.set_ylabel("rate (Hz)")
below.set_xlabel("time (ms)")
below.legend(loc="lower right")
plt.show()
