"""Random numbers that are a function of (seed, stream, counter): no state, no order, any number of lanes.

The counter is hashed (SplitMix64: Steele, Lea and Flood 2014) and the 64 bits give two normal numbers (Box and Muller
1958) with the 24 bits of float32; none is further than 5.9 standard deviations out. Neuron i at step n thus has its
noise whatever else is simulated, on whatever device, in one run or in several.
"""

import math

import numpy as np
from numba import njit

from model.integrators.exp2 import FAST

AGAIN = 1 << 40  # further draws of one neuron within one step: apart from every neuron's number
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1, _MIX2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_27, _30, _31, _32 = (np.uint64(n) for n in (27, 30, 31, 32))
_8 = np.uint32(8)
_APART = np.uint64(1 << 62)  # of the uniform numbers: apart from every counter
_LOW32 = np.uint64(2**32 - 1)
_UNIT = 2.0**-32
_UNIT24, _HALF, _ZERO = np.float32(2.0**-24), np.float32(0.5), np.float32(0.0)
_ANGLE = np.float32(math.pi / 2.0**25)  # of a signed 24-bit number: within an eighth of a turn either way
_NONE, _SIDE, _TURNED, _EIGHT = np.uint32(0), np.uint32(2), np.uint32(1), np.int32(8)
_SQRT_HALF_BITS, _23 = np.int32(0x3F3504F3), np.int32(23)
_MINUS_2_LN2, _ONE = np.float32(-2.0 * math.log(2.0)), np.float32(1.0)
_S0, _S1, _S2, _S3 = (np.float32((-1.0) ** k / math.factorial(2 * k + 1)) for k in range(4))
_C0, _C1, _C2, _C3, _C4 = (np.float32((-1.0) ** k / math.factorial(2 * k)) for k in range(5))
_L0, _L1, _L2, _L3, _L4 = (np.float32(2.0 / (math.log(2.0) * (2 * k + 1))) for k in range(5))


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
def halves(start, counter):
    """The 64 bits of number `counter` of the stream that begins at `start`, as two times 32."""
    bits = mix(start + np.uint64(counter))
    return np.uint32(bits >> _32), np.uint32(bits)


@njit(inline="always")
def parts_of(high, low):
    """What a pair of normal numbers is made of: a uniform number, an angle, a sign, and whether to turn by a quarter.

    The first 24 bits of `high` are the uniform number. Of `low` the last two choose a quarter of the circle, and the
    first 24 an angle within an eighth of a turn either way.
    """
    uniform = (np.float32(np.int32(high >> _8)) + _HALF) * _UNIT24
    angle = (np.float32(np.int32(np.int32(low) >> _EIGHT)) + _HALF) * _ANGLE
    return uniform, angle, (low & _SIDE) != _NONE, (low & _TURNED) != _NONE


@njit(inline="always")
def _log2(x):
    bits = np.float32(x).view(np.int32)
    e = np.int32(np.int32(bits - _SQRT_HALF_BITS) >> _23)
    m = np.int32(bits - np.int32(e << _23)).view(np.float32)
    s = (m - _ONE) / (m + _ONE)
    r = s * s
    return np.float32(e) + s * (_L0 + r * (_L1 + r * (_L2 + r * (_L3 + r * _L4))))


@njit(inline="always", fastmath=FAST, error_model="numpy")
def two_normals(high, low):
    """Two independent standard normal numbers, float32, from two times 32 random bits."""
    uniform, x, side, turned = parts_of(high, low)
    radius = math.sqrt(max(_MINUS_2_LN2 * _log2(uniform), _ZERO))
    r = x * x
    sin = x * (_S0 + r * (_S1 + r * (_S2 + r * _S3)))
    cos = _C0 + r * (_C1 + r * (_C2 + r * (_C3 + r * _C4)))
    radius = radius if side else -radius
    return radius * (cos if turned else -sin), radius * (sin if turned else cos)


@njit(inline="always", fastmath=FAST, error_model="numpy")
def normal_pair(start, counter):
    """Two independent standard normal numbers: number `counter` of the stream that begins at `start`."""
    high, low = halves(start, counter)
    a, b = two_normals(high, low)
    return np.float64(a), np.float64(b)


@njit(forceinline=True, fastmath=FAST, error_model="numpy")
def normal_pairs(start, counter, high, low, first, second):
    """Fill two float32 arrays with the pairs of as many counters from `counter` on; high and low are room for bits.

    Hashing and arithmetic are two loops, since they work on numbers of different size.
    """
    for i in range(first.size):
        high[i], low[i] = halves(start, counter + i)
    for i in range(first.size):
        first[i], second[i] = two_normals(high[i], low[i])


@njit(fastmath=FAST, error_model="numpy")
def normal_pairs_ahead(seed, step, counter, high, low, first, second):
    """The same for one counter, and as many steps from `step` on, each in one piece."""
    for k in range(first.size):
        high[k], low[k] = halves(key(seed, step + k, 0), counter)
    for k in range(first.size):
        first[k], second[k] = two_normals(high[k], low[k])


@njit(inline="always")
def uniform_pair(start, counter):
    """Two independent numbers between 0 and 1, unrelated to the normal pair of the same counter."""
    bits = mix(start + np.uint64(counter) + _APART)
    high, low = np.float64(np.int64(bits >> _32)), np.float64(np.int64(bits & _LOW32))
    return (high + 0.5) * _UNIT, (low + 0.5) * _UNIT
