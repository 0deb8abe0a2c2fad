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

from model.integrators.equation import numbers_of
from model.kernels.compile import kernel

# Gauss-Legendre rules one after the other, and the length in s that each covers to rounding error when the poles are
# 1.4 or more away: rho^(-2 nodes) is 1e-14 for the ellipse through the poles.
_RULES = [np.polynomial.legendre.leggauss(count) for count in (20, 28, 48)]
NODES, WEIGHTS = (np.concatenate([rule[part] for rule in _RULES]) for part in (0, 1))
MOST_NODES = 48
SHORT, MIDDLE, LONG = 3.0, 4.6, 8.2
NEGLIGIBLE = 40.0  # e-folds after which the upswing takes no time worth counting: exp(-40) is 4e-18

# exp(x) = 2^k (1 + r + h(r)) with |r| up to half of log(2): a polynomial, and a table so that it needs no branches.
_LEAST, _MOST = -700.0, 700.0
_LOWEST = -1020
_POWERS = 2.0 ** np.arange(_LOWEST, 1021)
_LOG2_E, _ROUND = 1.0 / math.log(2.0), 1.5 * 2.0**52  # adding and taking away _ROUND leaves the nearest integer
_LN2_HIGH = 0x162E42FEFA3 / 2.0**41  # the first 41 bits of log(2), so that any k times it is exact
_LN2_LOW = 2.8235290563031577e-13
_H2, _H3, _H4, _H5, _H6, _H7, _H8, _H9, _H10, _H11, _H12, _H13, _H14 = (1.0 / math.factorial(k) for k in range(2, 15))


@kernel
def excess(x):  # noqa: ANN201
    """Return h(x) = exp(x) - 1 - x, never negative and without cancellation."""
    if x == 0.0:
        return 0.0
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
    """Return the x <= 0 with h(x) = depth >= 0, which is the stable fixed point in units of delta_T below V_T.

    Newton's method, monotone from an upper bound of -x.
    """
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
    """Return the x >= 0 with h(x) = depth >= 0, which is the unstable fixed point in units of delta_T above V_T.

    Newton's method, monotone from an upper bound.
    """
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


@kernel(vector=True)
def _exponential_parts(x):  # noqa: ANN202
    """Return 2^k, r and h(r), where x = k log(2) + r, so that exp(x) = 2^k (1 + r + h(r))."""
    x = min(max(x, _LEAST), _MOST)
    k = (x * _LOG2_E + _ROUND) - _ROUND
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = (((_H14 * r + _H13) * r + _H12) * r + _H11) * r + _H10
    p = ((((p * r + _H9) * r + _H8) * r + _H7) * r + _H6) * r + _H5
    return _POWERS[np.uint64(np.int64(k) - _LOWEST)], r, (((p * r + _H4) * r + _H3) * r + _H2) * (r * r)


@kernel(vector=True)
def _rate(d, steepness, y):  # noqa: ANN202
    """Return g(y), the right side of the membrane equation in units of delta_T.

    Where y is small k is 0, so that h(y) is h(r) without cancellation.
    """
    scale, r, h = _exponential_parts(y)
    return d + steepness * (scale * h + ((scale - 1.0) + (scale * r - y))) + (steepness - 1.0) * y


@kernel
def _quadrature_rule(length):  # noqa: ANN202
    """Return how many panels cover a length in s, and the first and the last node of the rule for each."""
    count = int(length / LONG) + 1
    if length <= SHORT * count:
        return count, 0, 20
    return (count, 20, 48) if length <= MIDDLE * count else (count, 48, 96)


@kernel(vector=True)
def _around_complex_pole(d, steepness, start, end, u, v, terms, y):  # noqa: ANN202
    """Return the integral of dy/g from start to end with y = u + v sinh(s); terms and y (48,) are work space."""
    low, high = math.asinh((start - u) / v), math.asinh((end - u) / v)
    panels, first, after = _quadrature_rule(high - low)
    nodes, weights = NODES[first:after], WEIGHTS[first:after]
    half = 0.5 * (high - low) / panels
    total = 0.0
    for k in range(panels):
        middle = low + (2 * k + 1) * half
        for i in range(nodes.size):  # no sum in these loops, and little each, so that they become vector instructions
            scale, r, h = _exponential_parts(middle + half * nodes[i])
            e = scale + scale * (r + h)
            back = 1.0 / e
            terms[i] = weights[i] * (e + back)
            y[i] = u + 0.5 * v * (e - back)
        for i in range(nodes.size):
            terms[i] /= _rate(d, steepness, y[i])
        total += _sum(terms, nodes.size)
    return 0.5 * v * half * total


@kernel(vector=True)
def _beside_real_pole(d, steepness, length, gap, side, terms):  # noqa: ANN202
    """Return the integral of dy/g over a way of this length that begins (side 1) or ends (side -1) at y = 0.

    The pole lies at y = -side * gap, and |y| = exp(s) - gap.
    """
    low, high = math.log(gap), math.log(gap + length)
    panels, first, after = _quadrature_rule(high - low)
    nodes, weights = NODES[first:after], WEIGHTS[first:after]
    half = 0.5 * (high - low) / panels
    total = 0.0
    for k in range(panels):
        middle = (2 * k + 1) * half
        for i in range(nodes.size):
            scale, r, h = _exponential_parts(middle + half * nodes[i])
            grown = scale * h + ((scale - 1.0) + scale * r)  # exp(s - low) - 1
            terms[i] = weights[i] * (gap + gap * grown) / _rate(d, steepness, side * gap * grown)
        total += _sum(terms, nodes.size)
    return half * total


@kernel
def _sum(terms, count):  # noqa: ANN202
    """Return the sum of the first `count` terms, a multiple of four."""
    a, b, c, d = terms[0], terms[1], terms[2], terms[3]
    for i in range(4, count, 4):
        a += terms[i]
        b += terms[i + 1]
        c += terms[i + 2]
        d += terms[i + 3]
    return (a + b) + (c + d)


@kernel
def passage_integral(d, bottleneck, start, end, terms, y):  # noqa: ANN201
    """Return the integral of dy/g(y) from start <= 0 to end >= 0: the time in units of tau; inf unless d > 0.

    `bottleneck` is (bottleneck - V_T)/delta_T; it is 0 unless start or end is. terms and y (48,) are work space.
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
        return _around_complex_pole(d, steepness, start, end, u - bottleneck, v, terms, y)
    least = d / abs(math.expm1(bottleneck))  # the pole cannot be nearer; matters where rounding hides the gap
    if bottleneck > 0.0:
        return _beside_real_pole(d, steepness, end, max(bottleneck - upper_root(-saddle), least), 1.0, terms)
    return _beside_real_pole(d, steepness, -start, max(lower_root(-saddle) - bottleneck, least), -1.0, terms)


@kernel
def _sum_exactly(a, b):  # noqa: ANN202
    """Return a + b as a rounded sum and its rounding error (Knuth)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@kernel
def _product_exactly(a, b):  # noqa: ANN202
    """Return a * b as a rounded product and its rounding error (Dekker)."""
    split = 134217729.0 * a
    a_high = split - (split - a)
    split = 134217729.0 * b
    b_high = split - (split - b)
    a_low, b_low = a - a_high, b - b_high
    product = a * b
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


@kernel
def scaled_drift(n, I, V):  # noqa: ANN201
    """Return tau dV/dt over delta_T at V [mV] and the current I [nA], a pure number.

    It is summed in twice the precision: near rheobase it is the small rest of terms of many mV.
    """
    leak, lost_1 = _sum_exactly(n.V_rest, -V)
    upswing = n.delta_T * math.exp((V - n.V_T) / n.delta_T)
    drive, lost_2 = _product_exactly(n.R, I)
    total, lost_3 = _sum_exactly(leak, drive)
    total, lost_4 = _sum_exactly(total, upswing)
    return (total + (lost_1 + lost_2 + lost_3 + lost_4)) / n.delta_T if upswing < 1e300 else math.inf


@kernel
def time_left(n, I, V, terms, y):  # noqa: ANN201
    """Return the time to the spike [ms] from V [mV] below V_th, at a current I [nA] that makes the neuron fire.

    terms and y (48,) are work space.
    """
    bottleneck = min(max(n.V_T, V), n.V_th)
    start, end = (V - bottleneck) / n.delta_T, (n.V_th - bottleneck) / n.delta_T
    d = scaled_drift(n, I, bottleneck)
    return n.tau * passage_integral(d, (bottleneck - n.V_T) / n.delta_T, start, end, terms, y)


@kernel
def fill_latencies(n, rheobase, I, V0, out) -> None:
    """Write the time to the spike [ms] from V0 (n,) [mV] at the constant current I (n,) [nA] into out (n,)."""
    terms, y = np.empty(MOST_NODES), np.empty(MOST_NODES)
    for i in range(I.size):
        if V0[i] >= n.V_th:
            out[i] = 0.0
            continue
        if V0[i] <= n.V_T and I[i] <= rheobase:  # so that at rheobase itself rounding cannot start the neuron
            out[i] = math.inf
            continue
        out[i] = time_left(n, I[i], V0[i], terms, y)


@kernel
def largest_rest(n):  # noqa: ANN201
    """Return the largest constant current [nA] at which the neuron can rest, however small it is."""
    top = min(n.V_th, n.V_T)
    return (top - n.V_rest - n.delta_T * math.exp((top - n.V_T) / n.delta_T)) / n.R


@kernel
def fill_rheobases(p, smallest, out) -> None:
    """Write the rheobase [nA] of every neuron of a table p (parameters, n) into out (n,); one below `smallest` is 0."""
    for i in range(out.size):
        I = largest_rest(numbers_of(p, i))
        out[i] = I if abs(I) >= smallest else 0.0


@kernel
def fill_latencies_of_each(p, rheobases, I, V0, out) -> None:
    """Write what `fill_latencies` does, for neurons of a table p (parameters, n), each at one current."""
    for i in range(I.size):
        own = slice(i, i + 1)
        fill_latencies(numbers_of(p, i), rheobases[i], I[own], V0[own], out[own])


@kernel
def fill_fixed_points(n, rheobase, I, stable, unstable) -> None:
    """Write both fixed points [mV] for every current I (n,) [nA] into stable and unstable (n,); nan above rheobase."""
    for i in range(I.size):
        stable[i] = unstable[i] = math.nan
        if I[i] <= rheobase:
            depth = max(-scaled_drift(n, I[i], n.V_T), 0.0)
            stable[i] = n.V_T + n.delta_T * lower_root(depth)
            unstable[i] = n.V_T + n.delta_T * upper_root(depth)


@kernel
def fill_potentials(n, I, left, out) -> None:
    """Write V [mV] of the firing neuron at the times left (k,) [ms] before the spike into out (k,).

    Newton's method on the logarithm of the time left (nearly a straight line in the upswing), kept in a bracket.
    """
    terms, y = np.empty(MOST_NODES), np.empty(MOST_NODES)
    for i in range(left.size):
        low, high = n.V_reset, n.V_th
        V = 0.5 * (low + high)
        for _ in range(200):
            if left[i] <= 0.0:
                V = n.V_th
                break
            now = time_left(n, I, V, terms, y)
            if now > left[i]:
                low = V
            else:
                high = V
            speed = scaled_drift(n, I, V) * n.delta_T / n.tau
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
def fill_advances(n, I, V, out) -> None:
    """Write dt/dV = tau/f(V) [ms/mV] at every V (k,) [mV] into out (k,)."""
    for i in range(V.size):
        out[i] = n.tau / (n.delta_T * scaled_drift(n, I, V[i]))
