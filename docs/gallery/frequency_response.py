"""The frequency response under noise.

How much does the rate follow a current that swings by a little? The line is `theory.susceptibility`, the points are
measured in populations of simulated neurons by `experiments.modulated`. At high frequencies the gain falls as 1/f and
the rate lags by a quarter of a cycle, which is the mark of this neuron: it is how gradually its spikes start that
decides.
"""

import matplotlib.pyplot as plt
import numpy as np

from model import ExpIFParameters, experiments, theory

BLUE, VERMILION = "#0072B2", "#D55E00"  # Okabe and Ito's colours

p, I, sigma = ExpIFParameters(), 2.0, 3.0
f, few = np.geomspace(1.0, 1000.0, 200), np.geomspace(2.0, 150.0, 6)
exact = theory.susceptibility(p, I, sigma, f)
measured = [experiments.modulated(p, I, sigma, each, neurons=4000, duration=1500.0, seed=1) for each in few]
found, error = np.array([each.value for each in measured]), np.array([each.error for each in measured])

figure, (above, below) = plt.subplots(2, sharex=True)
above.loglog(f, np.abs(exact), color=BLUE, label="exact")
above.errorbar(few, np.abs(found), error, fmt="o", color=VERMILION, label="measured, with standard error")
above.set_ylabel("gain (Hz/nA)")
above.legend()
below.semilogx(f, np.degrees(np.angle(exact)), color=BLUE)
below.errorbar(few, np.degrees(np.angle(found)), np.degrees(error / np.abs(found)), fmt="o", color=VERMILION)
below.set_yticks([0, -45, -90])
below.set_ylabel("phase (degrees)")
below.set_xlabel("frequency (Hz)")
plt.show()
