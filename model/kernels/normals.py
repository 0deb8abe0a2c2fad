"""Normal random numbers that are a function of (seed, stream, counter): no state, no order, any number of lanes.

The counter is hashed (SplitMix64: Steele, Lea and Flood 2014) and the 64 bits give two normals (Box and Muller 1958).
Neuron i at step n thus has its noise whatever else is simulated, on whatever device, in one run or in several.
"""

import math

import numpy as np
from numba import njit

from model.kernels.exp2 import FAST, log

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1, _MIX2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)
_LOW30, _SIDE, _TURNED, _ZERO = (np.uint64(n) for n in (2**30 - 1, 2**30, 2**31, 0))
_LOW32, _APART = np.uint64(2**32 - 1), np.uint64(1 << 62)  # apart from every counter
_UNIT = 2.0**-32

# Taylor series of sin and cos for |x| <= pi/4: errors below 1e-12.
_S0, _S1, _S2, _S3, _S4, _S5, _S6 = ((-1.0) ** k / math.factorial(2 * k + 1) for k in range(7))
_C0, _C1, _C2, _C3, _C4, _C5, _C6 = ((-1.0) ** k / math.factorial(2 * k) for k in range(7))


@njit(inline="always")
def mix(x):
    """Scatter the 64 bits of a counter; neighbouring counters come out unrelated."""
    x = x * _GOLDEN
    x = (x ^ (x >> _30)) * _MIX1
    x = (x ^ (x >> _27)) * _MIX2
    return x ^ (x >> _31)


@njit
def key(seed, step, piece):
    """Where the numbers of one piece of one step begin."""
    return mix(mix(mix(np.uint64(seed) + np.uint64(1)) + np.uint64(step)) + np.uint64(piece))


@njit(inline="always")
def pair_from(start, counter):
    """What a pair of normal numbers is made of: a uniform number, an angle, a sign, and whether to turn by a quarter.

    The high 32 bits are the uniform number. Of the low ones 2 choose a quarter of the circle, and 30 an angle within
    an eighth of a turn either way.
    """
    bits = mix(start + np.uint64(counter))
    uniform = (np.float64(np.int64(bits >> _32)) + 0.5) * _UNIT
    angle = (np.float64(np.int64(bits & _LOW30)) + 0.5) * (0.5 * math.pi * 2.0**-30) - 0.25 * math.pi
    return uniform, angle, 1.0 if bits & _SIDE == _ZERO else -1.0, bits & _TURNED != _ZERO


@njit(inline="always")
def uniform_pair(start, counter):
    """Two independent numbers between 0 and 1, unrelated to the normal pair of the same neuron."""
    bits = mix(start + np.uint64(counter) + _APART)
    high, low = np.float64(np.int64(bits >> _32)), np.float64(np.int64(bits & _LOW32))
    return (high + 0.5) * _UNIT, (low + 0.5) * _UNIT


@njit(inline="always", fastmath=FAST)
def normal_pair(start, counter):
    """Two independent standard normal numbers: number `counter` of the stream that begins at `start`."""
    uniform, x, side, turned = pair_from(start, counter)
    radius = side * math.sqrt(-2.0 * log(uniform))
    z = x * x
    sin = x * (_S0 + z * (_S1 + z * (_S2 + z * (_S3 + z * (_S4 + z * (_S5 + z * _S6))))))
    cos = _C0 + z * (_C1 + z * (_C2 + z * (_C3 + z * (_C4 + z * (_C5 + z * _C6)))))
    return radius * (-sin if turned else cos), radius * (cos if turned else sin)
