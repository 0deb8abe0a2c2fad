"""Follows V(t) with the equation: predicts each sample from those before, and says which parameters would do better.

An extended Kalman filter of one variable. Between two samples V moves by the equation, its error grows by the noise
within the neuron; at a sample it is put right by a part (the gain) of what it was off by. The gain is the smoothing:
with little noise of the measurement each sample counts, with much noise V is hardly ever put right. The prediction
errors are independent where the neuron is the equation, so their sum of squares is the likelihood, and Gauss and
Newton's matrices of it are summed here, block by block of time, along with it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from model.kernels.compile import kernel

PARTS = 6  # V_rest [mV], log of 1/tau [1/ms], V_T [mV], log of delta_T [mV], log of 1/C [1/nF], electrode [MOhm]
HUBER = 4.0  # standard deviations, beyond which an error counts by its size instead of its square
LOST = 40.0  # and beyond which V is taken from the recording again
LAST = 0.5  # ms to the spike that the upswing alone still takes where following stops
STEEPEST = 1.0  # of the slope times dt: beyond it a sample cannot be predicted


class NoiseVariances(NamedTuple):
    """Variances: of the measurement [mV^2], and of the noise within the neuron in each ms [mV^2/ms]."""

    measured: float
    within: float


class Followed(NamedTuple):
    """What following gave; sums are (blocks, ...).

    Attributes
    ----------
    H, g : ndarray, shapes (blocks, 6, 6) and (blocks, 6)
        Matrix and right side of Gauss and Newton's step.
    squares, logs, samples : ndarray, shape (blocks,)
        Sums of the squared errors over their variance, of the logarithms of the variance over that of the measurement,
        and how many there are.
    """

    H: np.ndarray
    g: np.ndarray
    squares: np.ndarray
    logs: np.ndarray
    samples: np.ndarray

    @property
    def surprise(self) -> float:
        """Twice the negative logarithm of the likelihood, but for a constant; one sample more is worth nothing."""
        return float(self.squares.sum() + self.logs.sum() - self.samples.sum())


def follow(V, I, dt, runs, theta, noise, blocks, learn=True, errors=None) -> Followed:
    """Return `Followed` for V [mV] and I [nA], shape (n,), within the `runs` (k, 2) of usable samples.

    `theta` is as `PARTS` says. `errors`, shape (n,), receives the prediction errors in standard deviations.
    """
    H, g = np.zeros((blocks, PARTS, PARTS)), np.zeros((blocks, PARTS))
    sums = np.zeros((3, blocks))
    e = np.empty(0) if errors is None else errors
    fill_followed(V, I, dt, runs, np.asarray(theta, float), noise.measured, noise.within, learn, H, g, sums, e)
    H += np.triu(H, 1).transpose(0, 2, 1)
    return Followed(H, g, *sums)


@kernel
def fill_followed(V, I, dt, runs, theta, measured, within, learn, H, g, sums, errors):
    """Fill what `follow` returns; H only on and above its diagonal."""
    E, rate, V_T, D = theta[0], math.exp(theta[1]), theta[2], math.exp(theta[3])
    per_C, electrode = math.exp(theta[4]), theta[5]
    per_D, length = 1.0 / D, V.size // H.shape[0] + 1
    top = min(1.0 / (rate * LAST), STEEPEST / (rate * dt))  # the largest upswing, in delta_T
    S, slope = np.zeros(PARTS), np.zeros(PARTS)
    for run in range(runs.shape[0]):
        first, last = runs[run, 0], runs[run, 1]
        fresh, v, P, up, x = True, 0.0, 0.0, 0.0, 0.0
        for k in range(first, last):
            b = k // length
            if fresh:
                # what ends and begins depends on the past alone: to leave out what leads to spikes would bend the fit
                if V[k] - electrode * I[k] > V_T:
                    continue
                v, P, fresh = V[k] - electrode * I[k], measured, False
                S[:] = 0.0
                S[5] = -I[k]
                continue
            up = math.exp(min((v - V_T) * per_D, 60.0))
            f = rate * (E - v + D * up) + per_C * I[k - 1]
            J = rate * (up - 1.0)
            if up > top:
                fresh = True
                continue
            x = J * dt
            A = math.exp(x)
            step = dt * (1.0 + 0.5 * x * (1.0 + x / 3.0)) if abs(x) < 1e-3 else (A - 1.0) / J
            bent = 0.5 * rate * up * per_D * P
            if learn:
                slope[0] = rate
                slope[1] = rate * (E - v + D * up)
                slope[2] = -rate * up
                slope[3] = rate * up * (D - (v - V_T))
                slope[4] = per_C * I[k - 1]
                for i in range(PARTS):
                    S[i] = A * S[i] + step * slope[i]
            v += step * (f + bent)
            P = A * A * P + within * dt * A
            total = P + measured
            e = V[k] - v - electrode * I[k]
            z = e / math.sqrt(total)
            if errors.size:
                errors[k] = z
            weight = 1.0 if abs(z) < HUBER else HUBER / abs(z)
            sums[0, b] += z * z if weight == 1.0 else HUBER * (2.0 * abs(z) - HUBER)
            sums[1, b] += math.log(total / measured)
            sums[2, b] += 1.0
            gain = P / total
            if learn:
                S[5] += I[k]
                scale = weight / total
                for i in range(PARTS):
                    s = S[i] * scale
                    g[b, i] += s * e
                    for j in range(i, PARTS):
                        H[b, i, j] += s * S[j]
                S[5] -= I[k]
                for i in range(PARTS):
                    S[i] -= gain * (S[i] + (I[k] if i == 5 else 0.0))
            if abs(z) > LOST:
                fresh = True
                continue
            v += gain * e
            P *= 1.0 - gain
