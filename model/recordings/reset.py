"""Where V starts after a spike, and when: the fitted equation is run from each spike and compared with V later.

The shape of a spike hides both, but the equation leads from them to the V that follows. Since the injected current
differs from spike to spike, a lower start and a later one are told apart.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from model.kernels.compile import kernel
from model.recordings.following import NoiseVariances

COMPARED = 9.0  # ms
DRAWN, SHORT = 3.0, 0.3  # ms after a spike before V is looked at, where its shape was recorded and where it was not
HELD = 2.0  # times the variance of the noise: V differs from spike to spike by more once it is let go
LONGEST = 200.0  # ms, of a refractory period that is looked for
MOST = 3000  # spikes
COARSE, ROUNDS = 0.25, 8  # ms between the first tries, and steps of Gauss and Newton from the best of them


class Reset(NamedTuple):
    """V_reset [mV], tau_ref [ms], and of each spike H (spikes, 2, 2), g (spikes, 2), how unlikely it is (spikes,)."""

    V_reset: float
    tau_ref: float
    H: np.ndarray
    g: np.ndarray
    squares: np.ndarray


def dead_time(V: np.ndarray, dt: float, spikes: np.ndarray, noise: float, drawn: bool) -> float:
    """Return for how long after a spike V [mV] is its shape or is held, in ms.

    V that is held at one value is the same after every spike, but for its noise.
    """
    least = DRAWN if drawn else SHORT
    lag = least
    while lag < LONGEST:
        since = spikes[:-1][np.diff(spikes) > lag + 1.0]
        if since.size < 20:
            return least  # V is never seen to be let go: nothing tells that it is held
        values = V[np.ceil((since + lag) / dt).astype(np.int64)]
        deviation = 1.4826 * float(np.median(np.abs(values - np.median(values))))
        if deviation**2 > HELD * max(noise, 0.02) ** 2:
            break
        lag += 0.25
    if lag >= LONGEST:
        return least
    return lag if lag == least else lag + 0.25


def fit_reset(
    V: np.ndarray,
    I: np.ndarray,
    dt: float,
    spikes: np.ndarray,
    theta: np.ndarray,
    noise: NoiseVariances,
    dead: float,
    drawn: bool,
) -> Reset:
    """Return reset and refractory period; `theta` is as for `following`, and V [mV] has the electrode in it."""
    chosen = spikes[:MOST]
    ends = np.append(spikes[1:], V.size * dt)[:MOST]
    first = DRAWN if drawn else SHORT

    def at(V_reset: float, tau_ref: float) -> Reset:
        H, g, squares = np.zeros((chosen.size, 2, 2)), np.zeros((chosen.size, 2)), np.zeros(chosen.size)
        fill_resets(
            V,
            I,
            dt,
            chosen,
            ends,
            theta,
            (V_reset, tau_ref),
            (noise.measured, noise.within),
            (first, dead + COMPARED),
            H,
            g,
            squares,
        )
        return Reset(V_reset, tau_ref, H, g, squares)

    start = np.ceil((chosen + dead) / dt).astype(np.int64)
    level = float(np.median((V - theta[5] * I)[start[start < V.size]]))
    tries = []
    for tau_ref in np.arange(0.0, dead + 0.5 * COARSE, COARSE):
        one = at(level, float(tau_ref))
        for _ in range(2):
            change = float(one.g[:, 0].sum() / max(one.H[:, 0, 0].sum(), 1e-300))
            one = at(one.V_reset + min(max(change, -20.0), 20.0), float(tau_ref))
        tries.append(one)
    best = min(tries, key=lambda one: float(one.squares.sum()))
    for _ in range(ROUNDS):
        step = np.linalg.lstsq(best.H.sum(axis=0), best.g.sum(axis=0), rcond=1e-12)[0]
        step *= min(1.0, 1.0 / max(abs(step[1]), 1e-9))
        for part in (1.0, 0.3, 0.1):
            one = at(best.V_reset + part * step[0], max(best.tau_ref + part * step[1], 0.0))
            if one.squares.sum() < best.squares.sum():
                break
        else:
            break
        best = one
    return best


@kernel
def fill_resets(V, I, dt, spikes, ends, theta, start, noises, lags, H, g, squares):
    """Fill what `Reset` holds for one V_reset and tau_ref (`start`), comparing V at `lags` after the spikes [ms]."""
    E, rate, V_T, D = theta[0], math.exp(theta[1]), theta[2], math.exp(theta[3])
    per_C, electrode = math.exp(theta[4]), theta[5]
    for s in range(spikes.size):
        release = spikes[s] + start[1]
        v, by_V, by_tau = start[0], 1.0, 0.0
        variance, free = noises[0], False
        for k in range(max(math.ceil(spikes[s] / dt), 1), V.size):
            t = k * dt
            if t > spikes[s] + lags[1] or t > ends[s] - 1.0:
                break
            if t > release:
                h = min(t - release, dt)
                up = math.exp(min((v - V_T) / D, 60.0))
                f, J = rate * (E - v + D * up) + per_C * I[k - 1], rate * (up - 1.0)
                if not free:
                    free, by_tau = True, -f
                x = J * h
                if x > 1.0:
                    break
                A = math.exp(x)
                v += h * f if abs(x) < 1e-9 else (A - 1.0) / J * f
                by_V *= A
                by_tau *= A
                variance += noises[1] * h
                if v > V_T + D:  # where it goes up by the current alone nothing is left out for what V did
                    break
            if t >= spikes[s] + lags[0]:
                e = V[k] - electrode * I[k] - v
                per = 1.0 / variance
                squares[s] += min(e * e * per, 1e6) + math.log(variance / noises[0]) - 1.0
                g[s, 0] += per * by_V * e
                g[s, 1] += per * by_tau * e
                H[s, 0, 0] += per * by_V * by_V
                H[s, 0, 1] += per * by_V * by_tau
                H[s, 1, 0] += per * by_V * by_tau
                H[s, 1, 1] += per * by_tau * by_tau
