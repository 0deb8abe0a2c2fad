"""Exponential and logarithm as polynomials, written so that a loop over neurons becomes vector code.

exp2: y is split into the nearest integer, which goes straight into the exponent bits of the result, and a remainder
within a half, where a Taylor polynomial is enough: relative error 1e-14 in float64, 2e-7 in float32.
From 1023.5 (float32: 127.5) on the result is inf; below -1022 (-126) it stays at the smallest normal number.

log: the exponent bits are taken off, and the mantissa m is summed as the series of atanh((m - 1)/(m + 1)).
"""

import math

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, overload

FAST = {"contract", "nsz"}  # fused multiply-add; nan and inf stay what they are
LOG2_E = 1.0 / math.log(2.0)

_T = tuple(math.log(2.0) ** k / math.factorial(k) for k in range(12))
_C1, _C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9, _C10, _C11 = _T[1:]
_S1, _S2, _S3, _S4, _S5, _S6, _S7 = (np.float32(c) for c in _T[1:8])

# Adding 1.5 * 2**(mantissa bits) rounds to the nearest integer and leaves it in the lowest bits.
_ROUND64, _ROUND32 = 1.5 * 2.0**52, np.float32(1.5 * 2.0**23)
_LOW32, _HIGH32, _ONE32 = np.float32(-126.0), np.float32(128.0), np.float32(1.0)
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
    p = _C11 * x + _C10
    p = (((((p * x + _C9) * x + _C8) * x + _C7) * x + _C6) * x + _C5) * x + _C4
    return ((((p * x + _C3) * x + _C2) * x + _C1) * x + 1.0) * power


@njit(inline="always", fastmath=FAST)
def _exp2_float32(y):
    y = min(max(y, _LOW32), _HIGH32)
    rounded = y + _ROUND32
    x = y - (rounded - _ROUND32)
    power = _float(np.int32(np.int32(_bits(rounded) << _SHIFT32) + _BIAS32))
    p = ((_S7 * x + _S6) * x + _S5) * x + _S4
    return ((((p * x + _S3) * x + _S2) * x + _S1) * x + _ONE32) * power


def exp2(y):
    """2**y in the precision of `y`; for compiled code only."""
    raise NotImplementedError("exp2 runs in compiled code only; use numpy.exp2")


@overload(exp2, inline="always")
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
    p = ((((z / 19.0 + 1.0 / 17.0) * z + 1.0 / 15.0) * z + 1.0 / 13.0) * z + 1.0 / 11.0) * z + 1.0 / 9.0
    p = (((p * z + 1.0 / 7.0) * z + 1.0 / 5.0) * z + 1.0 / 3.0) * z
    return np.float64(exponent) * _LN2 + 2.0 * (s * p + s)
