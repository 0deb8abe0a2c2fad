"""The phase response of a neuron that fires regularly.

A kick of the membrane potential brings the next spike forward; by how much depends on when the kick comes. It does
nothing while the neuron is refractory, most where V passes V_T, and little once the upswing is under way. The lines
are exact, the points come from kicks of 0.1 mV to simulated neurons.
"""

import matplotlib.pyplot as plt
import numpy as np

from model import ExpIFParameters, experiments, theory

COLOURS, STYLES = ("#0072B2", "#D55E00", "#009E73"), ("-", "--", "-.")  # Okabe and Ito's
MARKERS = ("o", "s", "^")

p = ExpIFParameters()
phase, few = np.linspace(0.0, 1.0, 500), np.linspace(0.02, 0.98, 17)
for I, color, style, marker in zip((2.0, 4.0, 10.0), COLOURS, STYLES, MARKERS, strict=True):
    rate = float(theory.firing_rate(p, I))
    label = f"I = {I:g} nA, {rate:.0f} Hz"
    plt.plot(phase, theory.phase_response(p, I, phase), style, color=color, label=label)
    plt.plot(few, experiments.kicked(p, I, few), marker, color=color, fillstyle="none")
plt.xlabel("phase since the last spike (cycles)")
plt.ylabel("advance (cycles per mV)")
plt.legend()
plt.show()
