"""Normal random numbers, many at a time: xoshiro128++ in lanes, and the method of Box and Muller.

One generator per lane, each started from random bits of its own, so that a loop over lanes becomes vector instructions.
The numbers have the 24 bits of float32, and none is further than 5.9 standard deviations out.
"""

import math

import numpy as np
from numba import njit

_ANGLE = np.float32(math.pi / 2.0**25)  # of a signed 24-bit number: within an eighth of a turn either way
_UNIT = np.float32(2.0**-24)
_SQRT_HALF_BITS = np.int32(0x3F3504F3)
_MINUS_2_LN2 = np.float32(-2.0 * math.log(2.0))
S0, S1, S2, S3 = (np.float32((-1.0) ** k / math.factorial(2 * k + 1)) for k in range(4))
C0, C1, C2, C3, C4 = (np.float32((-1.0) ** k / math.factorial(2 * k)) for k in range(5))
L0, L1, L2, L3, L4 = (np.float32(2.0 / (math.log(2.0) * (2 * k + 1))) for k in range(5))


def lanes(rng: np.random.Generator, blocks: int, width: int) -> np.ndarray:
    """Random states for `blocks` times `width` generators: uint32 array of shape (blocks, 4, width)."""
    return rng.integers(0, 2**32, (blocks, 4, width), dtype=np.uint32)


@njit(inline="always")
def _turned(x, k):
    return np.uint32((x << np.uint32(k)) | (x >> np.uint32(32 - k)))


@njit(inline="always")
def next_bits(state, j):
    """32 random bits from the generator of lane j (xoshiro128++ of Blackman and Vigna)."""
    s0, s1, s2, s3 = state[0, j], state[1, j], state[2, j], state[3, j]
    bits = np.uint32(_turned(np.uint32(s0 + s3), 7) + s0)
    shifted = np.uint32(s1 << np.uint32(9))
    s2 ^= s0
    s3 ^= s1
    state[1, j] = s1 ^ s2
    state[0, j] = s0 ^ s3
    state[2, j] = s2 ^ shifted
    state[3, j] = _turned(s3, 11)
    return bits


@njit(inline="always")
def _log2(x):
    bits = np.float32(x).view(np.int32)
    e = np.int32(np.int32(bits - _SQRT_HALF_BITS) >> np.int32(23))
    m = np.int32(bits - np.int32(e << np.int32(23))).view(np.float32)
    s = (m - np.float32(1.0)) / (m + np.float32(1.0))
    r = s * s
    return np.float32(e) + s * (L0 + r * (L1 + r * (L2 + r * (L3 + r * L4))))


@njit(inline="always")
def two_normals(a, b):
    """Two independent normal float32 from two times 32 random bits."""
    u = (np.float32(np.int32(a >> np.uint32(8))) + np.float32(0.5)) * _UNIT
    radius = np.sqrt(max(_MINUS_2_LN2 * _log2(u), np.float32(0.0)))
    x = (np.float32(np.int32(np.int32(b) >> np.int32(8))) + np.float32(0.5)) * _ANGLE
    r = x * x
    s = x * (S0 + r * (S1 + r * (S2 + r * S3)))
    c = C0 + r * (C1 + r * (C2 + r * (C3 + r * C4)))
    radius = radius if b & np.uint32(2) else -radius  # the last two bits choose one of four quarters of a turn
    if b & np.uint32(1):
        return radius * c, radius * s
    return -radius * s, radius * c


@njit(inline="always")
def one_normal(state, j):
    """A normal float64 from the generator of lane j, for the rare places where one is needed alone."""
    z, _ = two_normals(next_bits(state, j), next_bits(state, j))
    return np.float64(z)


@njit(inline="always")
def one_uniform(state, j):
    """A number between 0 and 1 from the generator of lane j."""
    return (np.float64(next_bits(state, j)) + 0.5) * 2.0**-32


@njit(inline="always")
def normals(state, bits, out):
    """Fill `out` with one normal float32 per lane; `bits` is room for as many uint32."""
    half = out.size // 2
    for j in range(out.size):
        bits[j] = next_bits(state, j)
    for j in range(half):
        out[j], out[half + j] = two_normals(bits[j], bits[half + j])
