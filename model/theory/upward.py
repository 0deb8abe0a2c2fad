"""Compiled: the equations of first passage under white noise, marched along the membrane potential.

With s = sigma and tau dV = f dt + s sqrt(2 tau) dW, every quantity here obeys s^2 w' = source - f w, upward from
far below V_reset (there the solution forgets its start) to V_th:

    w    minus the slope of the mean time to the spike,   source tau
    v    minus the slope of its variance,                 source 2 s^2 w^2
    p    the density over the rate, marched downward,     source tau

Each step is one panel of Radau IIA collocation: order 15, and stable however stiff the upswing is. The panels follow
the noise where it shapes the solution and the drift where it does not.
"""

import math

import numpy as np

from model.kernels.compile import kernel
from model.theory.collocation import INTEGRATION, NODES, STAGES, solve

FORGOTTEN = 36.0  # e-folds after which a start no longer matters: exp(-36) is 2e-16
HUGE = 1e280  # a mean interval [ms] beyond which the neuron is silent
LOST = 650.0  # e-folds more to forget where the variance exceeded `HUGE`: exp(650) is about that
RESCALE = 1e120  # w is kept within this factor while it climbs a barrier that lies below V_reset
TOO_LONG = -1


@kernel
def voltage_drift(n, RI, V):  # noqa: ANN201
    """Return f(V) = tau dV/dt [mV] at V [mV] and the drive RI [mV]."""
    return n.V_rest - V + n.delta_T * math.exp((V - n.V_T) / n.delta_T) + RI


@kernel
def climb(n, RI, sigma, a, b):  # noqa: ANN201
    """Return the integral of f/sigma^2 from a to b [mV]: the e-folds by which the density falls from b to a."""
    if a == b:
        return 0.0
    rise = -math.exp((max(a, b) - n.V_T) / n.delta_T) * math.expm1(-abs(b - a) / n.delta_T)
    upswing = n.delta_T**2 * (rise if b > a else -rise)
    return ((b - a) * (n.V_rest + RI - 0.5 * (a + b)) + upswing) / sigma**2


@kernel
def fill_climbs(n, RI, sigma, a, b, out) -> None:
    """Write `climb` from a to every b (m,) [mV] into out (m,)."""
    for i in range(b.size):
        out[i] = climb(n, RI, sigma, a, b[i])


@kernel
def span(n, RI, sigma, stable, unstable):  # noqa: ANN201
    """Return where the march begins and ends [mV]: below it no start is remembered, above it nothing takes time.

    The fixed points [mV] are nan where there are none. The start is nan where the way to the spike leads over a
    barrier that takes longer than `HUGE`.
    """
    distance = abs(n.V_rest - n.V_T + n.delta_T + RI) / n.delta_T
    top = 28.0 + 2.0 * math.log1p(distance) + 2.0 * math.log1p(sigma / n.delta_T)
    top = min(n.V_th, n.V_T + n.delta_T * top)
    if stable < n.V_th and n.V_reset < top:
        saddle = unstable if unstable < n.V_th else n.V_th
        barrier = climb(n, RI, sigma, saddle, stable)
        escape = climb(n, RI, sigma, saddle, n.V_reset) if n.V_reset > saddle else 0.0
        if barrier - escape > 700.0:
            return math.nan, top
        if escape > 2.0 * barrier + 60.0:  # falling back to rest is too rare to count, in the mean and the variance
            low, high = saddle, n.V_reset
            for _ in range(50):
                middle = 0.5 * (low + high)
                if climb(n, RI, sigma, middle, n.V_reset) > FORGOTTEN + 4.0:
                    low = middle
                else:
                    high = middle
            return low, top
    leak_target = n.V_rest + RI
    base = min(leak_target, n.V_reset)
    pull = leak_target - base
    room = 2.0 * FORGOTTEN * sigma**2
    return base - room / (pull + math.sqrt(pull**2 + room)), top


@kernel
def panel_length(n, V, f, sigma, forgotten):  # noqa: ANN201
    """Return the length [mV] of the next panel at V [mV], where the drift is f [mV]."""
    x = (V - n.V_T) / n.delta_T
    bend = math.exp(x) / n.delta_T  # f''
    slope = abs(bend * n.delta_T - 1.0)  # f'
    noisy = min(1.5 * sigma**2 / (abs(f) + 1e-300), 0.9 * sigma / math.sqrt(slope + 1e-300))
    noisy = min(noisy, 0.9 * (sigma**2 / (bend + 1e-300)) ** (1.0 / 3.0))
    if forgotten > FORGOTTEN:  # the solution is tau/f, however weak the noise
        noisy = max(noisy, 0.35 * min(f / (slope + 1e-300), math.sqrt(f / (bend + 1e-300))))
    return min(noisy, n.delta_T * max(0.5, -0.125 * x))


@kernel
def march_panel(n, RI, sigma, V, h, direction, source, w, v, variance, nodes_w):  # noqa: ANN201
    """March over one panel from V [mV] over the length h [mV], upward (direction 1) or downward (-1).

    Returns w and v at its end and their integrals over it; fills nodes_w with w at the nodes.
    """
    matrix = np.empty((STAGES, STAGES))
    right = np.empty((STAGES, 1))
    scale = h / sigma**2
    for j in range(STAGES):
        U = V + direction * h * NODES[j]
        f = n.V_rest - U + n.delta_T * math.exp((U - n.V_T) / n.delta_T) + RI
        for i in range(STAGES):
            matrix[i, j] = scale * f * INTEGRATION[i, j]
        matrix[j, j] += 1.0
        right[j, 0] = w + scale * source * NODES[j]
    again = matrix.copy()
    solve(matrix, right)
    total_w, total_v = 0.0, 0.0
    for j in range(STAGES):
        nodes_w[j] = right[j, 0]
        total_w += h * INTEGRATION[-1, j] * nodes_w[j]
    w = right[-1, 0]
    if variance:
        for i in range(STAGES):
            right[i, 0] = v
            for j in range(STAGES):
                right[i, 0] += 2.0 * h * INTEGRATION[i, j] * nodes_w[j] ** 2
        solve(again, right)
        for j in range(STAGES):
            total_v += h * INTEGRATION[-1, j] * right[j, 0]
        v = right[-1, 0]
    return w, v, total_w, total_v


@kernel
def march(n, RI, sigma, stops, w, forgotten, variance, at_stops, edges):  # noqa: ANN201
    """March from stops[0] through all stops; returns the number of panels, `TOO_LONG` if edges (m,) cannot hold them.

    at_stops (k, 3) receives w at each stop and the integrals of w and v since the stop before (not on the way to the
    first stop upward, which only serves to forget the start); edges the panels' ends. From where w exceeds `HUGE`,
    at_stops is infinite.
    """
    direction = 1.0 if stops[-1] > stops[0] else -1.0
    nodes_w = np.empty(STAGES)
    V, v, count, level = stops[0], 0.0, 0, 0
    lost = False
    edges[0] = V
    at_stops[:] = 0.0
    at_stops[0, 0] = w
    for k in range(1, stops.size):
        while direction * (stops[k] - V) > 0.0:
            left = abs(stops[k] - V)
            f = voltage_drift(n, RI, V)
            h = panel_length(n, V, f, sigma, forgotten)
            if h >= left:
                h = left
            elif 2.0 * h > left:
                h = 0.5 * left
            followed = level == 0 and 0.5 < w * f / n.tau < 2.0  # w is about tau/f, and so for v:
            if variance and not 0.5 < 0.5 * v * f / (sigma * w) ** 2 < 2.0:
                followed = False
            forgotten = forgotten + h * f / sigma**2 if followed else (-LOST if lost else 0.0)
            source = n.tau * RESCALE**-level
            w, v, more_w, more_v = march_panel(n, RI, sigma, V, h, direction, source, w, v, variance, nodes_w)
            at_stops[k, 1] += more_w
            at_stops[k, 2] += math.inf if lost else more_v
            V = stops[k] if h == left else V + direction * h
            count += 1
            if count >= edges.size:
                return TOO_LONG
            edges[count] = V
            if direction > 0.0 and k == 1:
                w, v, level = _rescaled(w, v, level)
            if not v < HUGE:  # the variance is beyond any float; the mean need not be
                variance, lost, v, forgotten = False, True, 0.0, -LOST
            if not w < HUGE:
                at_stops[k:] = math.inf
                return count
        if level > 0:
            w, v, level = w * RESCALE**level, v * RESCALE ** (2 * level), 0
            if not w < HUGE:
                at_stops[k:] = math.inf
                return count
        at_stops[k, 0] = w
    return count


@kernel
def _rescaled(w, v, level):  # noqa: ANN202
    """Move w between the scales 1, 1e-120, 1e-240, ... so that it can climb any barrier and come down again."""
    if w > RESCALE:
        return w / RESCALE, v / RESCALE**2, level + 1
    if level > 0 and w < 1.0 / math.sqrt(RESCALE):
        return w * RESCALE, v * RESCALE**2, level - 1
    return w, v, level


@kernel
def fill_interval_moments(n, RI, sigma, stable, unstable, edges, means, variances):  # noqa: ANN201
    """Write mean [ms] and variance [ms^2] of the interspike interval into means and variances (m,).

    For every drive RI (m,) [mV], sigma (m,) [mV] and fixed points (m,) [mV, nan where none]; into means and variances
    (m,). edges is work space. Returns False if that was too short.
    """
    stops, found = np.empty(3), np.empty((3, 3))
    for i in range(RI.size):
        stops[0], stops[2] = span(n, RI[i], sigma[i], stable[i], unstable[i])
        stops[1] = n.V_reset
        top = max(stops[2], n.V_reset)
        means[i], variances[i] = n.tau_ref, 0.0
        if math.isnan(stops[0]):
            means[i] = variances[i] = math.inf
            continue
        if n.V_reset < top:
            w = n.tau / voltage_drift(n, RI[i], stops[0])
            if march(n, RI[i], sigma[i], stops, w, 0.0, True, found, edges) == TOO_LONG:
                return False
            means[i] += found[2, 1]
            variances[i] = found[2, 2]
        if top < n.V_th:  # nothing but upswing: f is delta_T exp(x), and w = tau/f, v = 2 (s tau)^2/f^3
            x, end = (top - n.V_T) / n.delta_T, (n.V_th - n.V_T) / n.delta_T
            means[i] -= n.tau * math.exp(-x) * math.expm1(x - end)
            spread = n.tau * sigma[i] / n.delta_T
            variances[i] -= spread**2 * math.exp(-3.0 * x) * math.expm1(3.0 * (x - end)) / 1.5
    return True
