"""Exponential and logarithm as polynomials, written so that a loop over neurons becomes vector code.

exp2: y is split into the nearest integer, which goes straight into the exponent bits of the result, and a remainder
within a half, where a polynomial through the nodes of Chebyshev is enough: relative error 3e-14 in float64, 2e-7 in
float32. From 1023.5 (float32: 127.5) on the result is inf; below -1022 (-126) it stays at the smallest normal number.

log: the exponent bits are taken off, and of the mantissa m, with s = (m - 1)/(m + 1), 2 atanh(s) is a polynomial in s.
"""

import math

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, overload

FAST = {"contract", "nsz"}  # fused multiply-add; nan and inf stay what they are
LOG2_E = 1.0 / math.log(2.0)


def _polynomial(function, degree, low, high):
    """Coefficients, lowest first, of the polynomial through a function at the nodes of Chebyshev."""
    nodes = 0.5 * (low + high) + 0.5 * (high - low) * np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))
    return tuple(np.polynomial.Polynomial.fit(nodes, function(nodes), degree).convert().coef.tolist())


_C0, _C1, _C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9 = _polynomial(np.exp2, 9, -0.5, 0.5)
_S0, _S1, _S2, _S3, _S4, _S5, _S6 = (np.float32(c) for c in _polynomial(np.exp2, 6, -0.5, 0.5))
_LARGEST_S = (math.sqrt(2.0) - 1.0) / (math.sqrt(2.0) + 1.0)
_L0, _L1, _L2, _L3, _L4, _L5, _L6 = _polynomial(
    lambda z: 2.0 * (np.arctanh(np.sqrt(z)) / np.sqrt(z) - 1.0) / z, 6, 0.0, _LARGEST_S**2
)

# Adding 1.5 * 2**(mantissa bits) rounds to the nearest integer and leaves it in the lowest bits.
_ROUND64, _ROUND32 = 1.5 * 2.0**52, np.float32(1.5 * 2.0**23)
_LOW32, _HIGH32 = np.float32(-126.0), np.float32(128.0)
_BIAS32, _SHIFT32 = np.int32(127 << 23), np.int32(23)


@intrinsic
def _bits(typingctx, x):
    """The bits of a float as an integer of the same width."""
    whole = types.int64 if x is types.float64 else types.int32

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.IntType(whole.bitwidth))

    return whole(x), codegen


@intrinsic
def _float(typingctx, bits):
    """The float whose bits are those of an integer."""
    wide = bits is types.int64
    real, layout = (types.float64, ir.DoubleType()) if wide else (types.float32, ir.FloatType())

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], layout)

    return real(bits), codegen


@njit(inline="always", fastmath=FAST)
def _exp2_float64(y):
    y = min(max(y, -1022.0), 1024.0)
    rounded = y + _ROUND64
    x = y - (rounded - _ROUND64)
    power = _float((_bits(rounded) << 52) + (1023 << 52))
    z = x * x  # the terms in pairs: a processor waits less for sums that do not wait for each other
    p = (_C9 * x + _C8) * z + (_C7 * x + _C6)
    q = (_C5 * x + _C4) * z + (_C3 * x + _C2)
    return ((p * (z * z) + q) * z + (_C1 * x + _C0)) * power


@njit(inline="always", fastmath=FAST)
def _exp2_float32(y):
    y = min(max(y, _LOW32), _HIGH32)
    rounded = y + _ROUND32
    x = y - (rounded - _ROUND32)
    power = _float(np.int32(np.int32(_bits(rounded) << _SHIFT32) + _BIAS32))
    p = (_S6 * x + _S5) * x + _S4
    return ((((p * x + _S3) * x + _S2) * x + _S1) * x + _S0) * power


def exp2(y):
    """2**y in the precision of `y`; NumPy's where it is called from Python."""
    return np.exp2(y)


@overload(exp2)
def _choose_exp2(y):
    if y is types.float32:
        return lambda y: _exp2_float32(y)
    return lambda y: _exp2_float64(y)


_LN2 = math.log(2.0)
_HALF_DOWN = 0x3FE6A09E667F3BCD  # the bits of sqrt(1/2)


@njit(inline="always", fastmath=FAST)
def log(x):
    """Natural logarithm of a normal positive float64; absolute error 2e-16 near 1, relative error 1e-15 elsewhere."""
    bits = _bits(x)
    exponent = (bits - _HALF_DOWN) >> 52
    m = _float(bits - (exponent << 52))
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = (_L6 * z + _L5) * (z * z) + (_L4 * z + _L3)
    return np.float64(exponent) * _LN2 + ((p * (z * z) + (_L2 * z + _L1)) * z + _L0) * (z * s) + 2.0 * s
