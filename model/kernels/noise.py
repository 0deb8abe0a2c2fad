"""The noise of a tile: for each step the kicks of white noise, of noise that remembers, and of noise that all share."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from model.integrators.equation import numbers_of
from model.integrators.exp2 import FAST
from model.kernels import coloured
from model.kernels.normals import AGAIN, key, normal_pairs

AHEAD = 64  # steps for which the numbers of a neuron alone are drawn at once: those of one step would fill no vector


class Kicks(NamedTuple):
    """The kicks of one step, or of one part of a divided step, and what they are made of.

    A step on the time grid has one kick; a step of the splitting has one before its flow and one after it.
    """

    first: np.ndarray  # float32, shape (size,): normal numbers; of a neuron alone (AHEAD,), the first for this step
    second: np.ndarray
    scale: np.ndarray  # mV, shape (size,): what white noise makes of them; 0 where it has none
    given: np.ndarray  # mV, shape (2, size): kicks of the other kinds of noise
    variance: np.ndarray  # mV^2, shape (size,): of each of these, as far as it comes from within the step
    shared_scale: np.ndarray  # mV, shape (size,)
    advance: np.ndarray  # shape (5, size): the constants of `coloured.advance`
    bits: np.ndarray  # uint32, shape (2, size): room


@njit(error_model="numpy")
def room(lo, size, lanes, noise, h, splitting, alone, p):
    """The kicks of a tile for steps, or parts of steps, of length h [ms]; a memory that is new is drawn."""
    normals = AHEAD if alone else lanes
    kicks = Kicks(
        np.zeros(normals, np.float32), np.zeros(normals, np.float32), np.zeros(lanes), np.zeros((2, lanes)),
        np.zeros(lanes), np.zeros(lanes), np.zeros((5, lanes)), np.zeros((2, normals), np.uint32),
    )  # fmt: skip
    for i in range(size):
        tau = numbers_of(p, lo + i).tau
        white = math.sqrt(math.tanh(h / tau) if splitting else 2.0 * h / tau)
        kicks.shared_scale[i] = noise.shared_sigma * white
        kicks.variance[i] = kicks.shared_scale[i] ** 2
        if noise.tau_noise > 0.0:
            scale = coloured.amplitude(noise.sigma, tau, noise.tau_noise)
            if splitting:
                constants = coloured.increment(0.5 * h, noise.tau_noise, scale * coloured.leak(h, tau))
            else:
                constants = coloured.increment(h, noise.tau_noise, scale)
            for k in range(5):
                kicks.advance[k, i] = constants[k]
            kicks.variance[i] += constants[3] ** 2 + constants[4] ** 2
        else:
            kicks.scale[i] = noise.sigma * white
    if noise.tau_noise > 0.0 and np.isnan(noise.memory[lo]):  # it begins in its stationary state
        normal_pairs(
            key(noise.seed, noise.first, -1), noise.neuron + lo, kicks.bits[0], kicks.bits[1], kicks.first, kicks.second
        )
        for i in range(size):
            noise.memory[lo + i] = kicks.first[i]
    return kicks


@njit(fastmath=FAST, error_model="numpy")
def fill(lo, size, stream, row, noise, splitting, kicks):
    """Draw the kicks of a part of a step, whose random numbers begin at `stream`, and whose row of `shared` is given.

    Returns
    -------
    int
        How many pairs of numbers each neuron has drawn that no event may draw again.
    """
    if noise.tau_noise > 0.0:
        for half in range(2 if splitting else 1):
            normal_pairs(
                stream, noise.neuron + lo + half * AGAIN, kicks.bits[0], kicks.bits[1], kicks.first, kicks.second
            )
            for i in range(size):
                noise.memory[lo + i], kicks.given[half, i] = coloured.advance(
                    noise.memory[lo + i],
                    (kicks.advance[0, i], kicks.advance[1, i], kicks.advance[2, i], kicks.advance[3, i],
                     kicks.advance[4, i]),
                    kicks.first[i], kicks.second[i],
                )  # fmt: skip
    elif noise.sigma > 0.0:
        normal_pairs(stream, noise.neuron + lo, kicks.bits[0], kicks.bits[1], kicks.first, kicks.second)
    if noise.shared.shape[0] > 0:
        for half in range(2 if splitting else 1):
            for i in range(size):
                kick = kicks.shared_scale[i] * noise.shared[row, half]
                kicks.given[half, i] = kick + (kicks.given[half, i] if noise.tau_noise > 0.0 else 0.0)
    return 2 if noise.tau_noise > 0.0 else 0
