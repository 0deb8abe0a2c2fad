"""Compiled: the Laplace transform of the first-passage time, and the response to a modulated current.

For a complex rate s [1/ms], u(V) = E[exp(-s T)] of the time T from V to the spike, up to a factor, obeys the backward
equation. With g = u'/(s tau) and mu, minus the slope of the expected integral of g until the spike,

    u' = s tau g,   sigma^2 g' = u - f g,   sigma^2 mu' = tau g - f mu,

all marched upward, on the panels that `upward.march` laid for the mean, divided further where s asks for it.
Nothing vanishes as s goes to 0: g becomes w/tau.
"""

import math

import numpy as np

from model.kernels.compile import kernel
from model.theory.collocation import INTEGRATION, NODES, STAGES, solve
from model.theory.upward import FORGOTTEN, voltage_drift

TWICE = INTEGRATION @ INTEGRATION
PHASE = 1.8  # how far u may turn or grow, in radians or e-folds, over one panel
BIG = 1e100
MOST_PIECES = 50_000
LEAST_DAMPING = 3.8  # e-folds: what one panel of Radau IIA forgets at the least, however stiff (at about 130 e-folds)


@kernel
def transform_panel(n, RI, sigma, s, V, h, u, g, mu, response):  # noqa: ANN201
    """March over one panel from V over h [mV]; return u, g and mu at its end, and the integrals of g and mu over it."""
    scale = h / sigma**2
    matrix, right = np.empty((STAGES, STAGES), np.complex128), np.empty((STAGES, 1), np.complex128)
    real, parts = np.empty((STAGES, STAGES)), np.empty((STAGES, 2))
    for j in range(STAGES):
        f = voltage_drift(n, RI, V + h * NODES[j])
        for i in range(STAGES):
            real[i, j] = scale * f * INTEGRATION[i, j]
            matrix[i, j] = real[i, j] - scale * h * n.tau * s * TWICE[i, j]
        real[j, j] += 1.0
        matrix[j, j] += 1.0
        right[j, 0] = g + scale * NODES[j] * u
    solve(matrix, right)
    total_g, total_mu = 0j, 0j
    for j in range(STAGES):
        total_g += h * INTEGRATION[-1, j] * right[j, 0]
    if response:
        for i in range(STAGES):
            value = mu
            for j in range(STAGES):
                value += scale * n.tau * INTEGRATION[i, j] * right[j, 0]
            parts[i, 0], parts[i, 1] = value.real, value.imag
        solve(real, parts)
        for j in range(STAGES):
            total_mu += h * INTEGRATION[-1, j] * complex(parts[j, 0], parts[j, 1])
        mu = complex(parts[-1, 0], parts[-1, 1])
    return u + s * n.tau * total_g, right[-1, 0], mu, total_g, total_mu


@kernel
def wavenumber(n, sigma, s, f):  # noqa: ANN201
    """Return u'/u [1/mV] where the drift f [mV] changes slowly."""
    root = np.sqrt(f * f + 4.0 * s * n.tau * sigma**2)
    return 2.0 * s * n.tau / (f + root) if f > 0.0 else (root - f) / (2.0 * sigma**2)


@kernel
def _start(n, RI, sigma, edges, reset, s, response, fade):  # noqa: ANN202
    """Return the highest edge to start from: below it u is smaller by `fade` e-folds than at the end.

    Where only u at V_reset and above is asked for, also the highest from which a wrong start is forgotten there.
    Both only where the drift is upward, for there the growth of u is its wavenumber. A long panel forgets less than
    the equation does: its stability function falls as 8 over the e-folds, not exponentially. What is to be forgotten
    may be large: behind a barrier g is up to 1/(s tau) times what it is where the wrong start supposes it to be, and
    for the imaginary part of the result to be right, once more as much.
    """
    faded, forgotten = 0.0, 0.0
    enough = FORGOTTEN + 2.0 * math.log1p(1.0 / (abs(s) * n.tau)) if s != 0.0 else math.inf
    for k in range(edges.size - 2, -1, -1):
        f, h = voltage_drift(n, RI, edges[k]), edges[k + 1] - edges[k]
        if f > 0.0:
            faded += h * wavenumber(n, sigma, s, max(f, voltage_drift(n, RI, edges[k + 1]))).real
            if k < reset:
                folds = h / sigma**2 * np.sqrt(f * f + 4.0 * s * n.tau * sigma**2).real
                forgotten += min(folds, max(LEAST_DAMPING, math.log(folds / STAGES + 1e-300)))
            if faded > fade or (forgotten > enough and not response):
                return k
    return 0


@kernel
def passage_transform(n, RI, sigma, edges, reset, s, response, fade):  # noqa: ANN201
    """Return u(V_reset), the integral of tau g and the integral of mu from V_reset up, all over u at the end.

    edges (m,) are panels from far below to the end, edges[reset] is V_reset; what is `fade` e-folds smaller than
    the end counts as 0. nan where `MOST_PIECES` do not suffice, or the numbers leave the range of floats.
    """
    first = _start(n, RI, sigma, edges, reset, s, response, fade)
    f = voltage_drift(n, RI, edges[first])
    g = 2.0 / (f + np.sqrt(f * f + 4.0 * s * n.tau * sigma**2))
    mu = n.tau * g / (f + sigma**2 * s * n.tau * g)
    u, at_reset, total_g, total_mu = 1.0 + 0j, 0j, 0j, 0j
    count, level = 0, 0
    for k in range(first, edges.size - 1):
        if k == reset:
            at_reset, total_g, total_mu = u, 0j, 0j
        V, h = edges[k], edges[k + 1] - edges[k]
        turn = max(
            abs(wavenumber(n, sigma, s, voltage_drift(n, RI, V))),
            abs(wavenumber(n, sigma, s, voltage_drift(n, RI, V + h))),
        )
        if not h * turn < MOST_PIECES:
            return complex(math.nan), complex(math.nan), complex(math.nan)
        pieces = int(h * turn / PHASE) + 1
        count += pieces
        if count > MOST_PIECES:
            return complex(math.nan), complex(math.nan), complex(math.nan)
        h /= pieces
        for i in range(pieces):
            u, g, mu, more_g, more_mu = transform_panel(n, RI, sigma, s, V + i * h, h, u, g, mu, response)
            total_g += more_g
            total_mu += more_mu
            # u is kept at 1: were its phase to grow with the time spent at rest, rounding would hide the little that
            # the rare falls to rest contribute.
            if s != 0.0:
                factor, u = 1.0 / u, 1.0 + 0j
            else:  # there it is 1 anyway, and what needs scaling is g, up a barrier and down again
                size = abs(g) + abs(mu)
                step = 1 if size > BIG else (-1 if level > 0 and size < 1.0 / math.sqrt(BIG) else 0)
                level += step
                factor, u = complex(BIG**-step), complex(BIG**-level)
            g, mu, at_reset = g * factor, mu * factor, at_reset * factor
            total_g, total_mu = total_g * factor, total_mu * factor
    if s == 0.0:
        at_reset = u
    if u == 0.0:
        return complex(math.nan), complex(math.nan), complex(math.nan)
    return at_reset / u, n.tau * total_g / u, total_mu / u


@kernel
def fill_passage_transforms(n, RI, sigma, edges, reset, s, response, fade, transforms, delays, gains):  # noqa: ANN201
    """Write `passage_transform` for every s (k,) [1/ms] into three arrays (k,); return False if one of them failed."""
    for i in range(s.size):
        transforms[i], delays[i], gains[i] = passage_transform(n, RI, sigma, edges, reset, s[i], response, fade)
        if not abs(transforms[i]) + abs(delays[i]) + abs(gains[i]) < math.inf:
            return False
    return True
