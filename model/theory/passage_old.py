"""Compiled: how long the noise-free neuron takes from one membrane potential to the spike.

The slowest point of the way is its bottleneck: V_T, or the end of the way that is nearest to V_T. In units of
delta_T around it, y = (V - bottleneck)/delta_T, the membrane equation is

    tau dy/dt = g(y) = d + A h(y) + (A - 1) y,   h(y) = exp(y) - 1 - y,   A = exp((bottleneck - V_T)/delta_T),

with d the drift at the bottleneck. All three terms are positive on the way, so nothing cancels, and the neuron
fires if and only if d > 0. The passage takes tau times the integral of dy/g(y), by Gauss-Legendre panels in a
variable s that keeps the poles of 1/g at a fixed distance from the real axis: y = u + v sinh(s) around the
nearest complex pole, y = pole + exp(s) where the poles are real.
"""

import math

import numpy as np

from model.kernels.compile import kernel

NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)
PANEL = 3.0  # length in s that 20 nodes cover to rounding error when the poles are 1.4 or more away
NEGLIGIBLE = 40.0  # e-folds after which the upswing takes no time worth counting: exp(-40) is 4e-18


@kernel
def excess(x):  # noqa: ANN201
    """h(x) = exp(x) - 1 - x, never negative, without cancellation."""
    if abs(x) > 0.7:
        return math.exp(x) - 1.0 - x
    term = 0.5 * x * x
    total = term
    for k in range(3, 18):
        term *= x / k
        total += term
    return total


@kernel
def lower_root(depth):  # noqa: ANN201
    """x <= 0 with h(x) = depth >= 0: the stable fixed point. Newton, monotone from an upper bound of -x."""
    y = min(depth + 1.0, math.sqrt(2.0 * depth) + depth)
    for _ in range(60):
        if y == 0.0:
            break
        step = (excess(-y) - depth) / -math.expm1(-y)
        y -= step
        if step <= 1e-16 * y:
            break
    return -y


@kernel
def upper_root(depth):  # noqa: ANN201
    """x >= 0 with h(x) = depth >= 0: the unstable fixed point. Newton, monotone from an upper bound."""
    x = math.sqrt(2.0 * depth)
    x = min(x, math.log1p(depth + x))
    for _ in range(60):
        if x == 0.0:
            break
        step = (excess(x) - depth) / math.expm1(x)
        x -= step
        if step <= 1e-16 * x:
            break
    return x


@kernel
def _around_complex_pole(d, steepness, start, end, u, v):  # noqa: ANN202
    """Integral of dy/g from start to end with y = u + v sinh(s)."""
    low, high = math.asinh((start - u) / v), math.asinh((end - u) / v)
    panels = int((high - low) / PANEL) + 1
    half = 0.5 * (high - low) / panels
    total = 0.0
    for k in range(panels):
        middle = low + (2 * k + 1) * half
        for i in range(NODES.size):
            e = math.exp(middle + half * NODES[i])
            y = u + 0.5 * v * (e - 1.0 / e)
            total += WEIGHTS[i] * (e + 1.0 / e) / (d + steepness * excess(y) + (steepness - 1.0) * y)
    return 0.5 * v * half * total


@kernel
def _beside_real_pole(d, steepness, length, gap, side):  # noqa: ANN202
    """Integral of dy/g over a way of this length that begins (side 1) or ends (side -1) at y = 0.

    The pole lies at y = -side * gap, and |y| = exp(s) - gap.
    """
    low, high = math.log(gap), math.log(gap + length)
    panels = int((high - low) / PANEL) + 1
    half = 0.5 * (high - low) / panels
    total = 0.0
    for k in range(panels):
        middle = low + (2 * k + 1) * half
        for i in range(NODES.size):
            e = math.exp(middle + half * NODES[i])
            y = side * gap * math.expm1(middle + half * NODES[i] - low)
            total += WEIGHTS[i] * e / (d + steepness * excess(y) + (steepness - 1.0) * y)
    return half * total


@kernel
def passage(d, bottleneck, start, end):  # noqa: ANN201
    """Integral of dy/g(y) from start <= 0 to end >= 0: the time in units of tau; inf unless d > 0.

    `bottleneck` is (bottleneck - V_T)/delta_T; it is 0 unless start or end is.
    """
    if not d > 0.0:
        return math.inf
    if bottleneck > NEGLIGIBLE and (d == math.inf or abs(d * math.exp(-bottleneck) - 1.0) < 4e-15):
        # nothing but upswing: g is A exp(y)
        return -math.exp(-bottleneck) * math.expm1(-end)
    saddle = d - excess(bottleneck)  # the drift at V_T
    end = min(end, math.log1p(abs(saddle)) + NEGLIGIBLE)
    steepness = math.exp(bottleneck)
    if saddle > 0.0:
        s = math.sqrt(2.0 * saddle)
        u = math.log1p(saddle * (1.0 + saddle) / (3.0 + saddle))  # u + iv is near the pole for every drift
        v = math.pi * s / (math.pi + s)
        return _around_complex_pole(d, steepness, start, end, u - bottleneck, v)
    least = d / abs(math.expm1(bottleneck))  # the pole cannot be nearer; matters where rounding hides the gap
    if bottleneck > 0.0:
        return _beside_real_pole(d, steepness, end, max(bottleneck - upper_root(-saddle), least), 1.0)
    return _beside_real_pole(d, steepness, -start, max(lower_root(-saddle) - bottleneck, least), -1.0)


@kernel
def _sum_exactly(a, b):  # noqa: ANN202
    """a + b as a rounded sum and its rounding error (Knuth)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@kernel
def _product_exactly(a, b):  # noqa: ANN202
    """a * b as a rounded product and its rounding error (Dekker)."""
    split = 134217729.0 * a
    a_high = split - (split - a)
    split = 134217729.0 * b
    b_high = split - (split - b)
    a_low, b_low = a - a_high, b - b_high
    product = a * b
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


@kernel
def drift(n, I, V):  # noqa: ANN201
    """tau dV/dt over delta_T at V, summed in twice the precision: near rheobase it is what is left of many mV."""
    leak, lost_1 = _sum_exactly(n.V_rest, -V)
    upswing = n.delta_T * math.exp((V - n.V_T) / n.delta_T)
    drive, lost_2 = _product_exactly(n.R, I)
    total, lost_3 = _sum_exactly(leak, drive)
    total, lost_4 = _sum_exactly(total, upswing)
    return (total + (lost_1 + lost_2 + lost_3 + lost_4)) / n.delta_T if upswing < 1e300 else math.inf


@kernel
def time_left(n, I, V):  # noqa: ANN201
    """Time to the spike [ms] from V [mV] below V_th, at a current I [nA] that makes the neuron fire from there."""
    bottleneck = min(max(n.V_T, V), n.V_th)
    start, end = (V - bottleneck) / n.delta_T, (n.V_th - bottleneck) / n.delta_T
    return n.tau * passage(drift(n, I, bottleneck), (bottleneck - n.V_T) / n.delta_T, start, end)


@kernel
def passages(n, rheobase, I, V0, out) -> None:
    """Time to the spike [ms] from V0 (n,) [mV] at the constant current I (n,) [nA]; into out (n,)."""
    for i in range(I.size):
        if V0[i] >= n.V_th:
            out[i] = 0.0
            continue
        if V0[i] <= n.V_T and I[i] <= rheobase:  # so that at rheobase itself rounding cannot start the neuron
            out[i] = math.inf
            continue
        out[i] = time_left(n, I[i], V0[i])


@kernel
def fixed_points(n, rheobase, I, stable, unstable) -> None:
    """Both fixed points [mV] for every current (n,) [nA]; nan above rheobase; into stable and unstable (n,)."""
    for i in range(I.size):
        stable[i] = unstable[i] = math.nan
        if I[i] <= rheobase:
            depth = max(-drift(n, I[i], n.V_T), 0.0)
            stable[i] = n.V_T + n.delta_T * lower_root(depth)
            unstable[i] = n.V_T + n.delta_T * upper_root(depth)


@kernel
def potentials(n, I, left, out) -> None:
    """Membrane potential [mV] of the firing neuron at the times left (k,) [ms] before the spike, into out (k,).

    Newton's method on the logarithm of the time left (nearly a straight line in the upswing), kept in a bracket.
    """
    for i in range(left.size):
        low, high = n.V_reset, n.V_th
        V = 0.5 * (low + high)
        for _ in range(200):
            if left[i] <= 0.0:
                V = n.V_th
                break
            now = time_left(n, I, V)
            if now > left[i]:
                low = V
            else:
                high = V
            speed = drift(n, I, V) * n.delta_T / n.tau
            step = now * speed * math.log(now / left[i]) if now > 0.0 else math.inf
            new = V + step
            if not low < new < high:
                new = 0.5 * (low + high)
            done = abs(new - V) <= 1e-15 * (abs(V) + abs(new))
            V = new
            if done or high - low <= 1e-15 * (abs(low) + abs(high)):
                break
        out[i] = V


@kernel
def advances(n, I, V, out) -> None:
    """dt/dV = tau/f(V) [ms/mV] at every V (k,) [mV], into out (k,)."""
    for i in range(V.size):
        out[i] = n.tau / (n.delta_T * drift(n, I, V[i]))
