"""The equation of the membrane between the spikes: the most likely parameters and strengths of the noise."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from model.recordings.following import PARTS, Followed, NoiseVariances, follow

BLOCKS = 60
LEAST_NOISE = 0.01  # mV; below it the steps from sample to sample err by more than the measurement
RATIOS = (-20.0, 3.0)  # the logarithm of the noise within a sample over that of the measurement
SOME = 200_000  # samples that the first steps are made with
CLOSE = 0.05  # standard errors: a step that is shorter is the last one
SAME = 0.3  # in the logarithm of the ratio of the noises: it has not changed
STEPS, FIRST_STEPS = 15, 40
LONGEST = np.array([5.0, 0.5, 5.0, 0.5, 0.3, np.inf])  # of a step, in the units of `PARTS`
BOUNDS = np.array(
    [(-250.0, 250.0), (-7.0, 2.4), (-200.0, 250.0), (math.log(0.02), math.log(20.0)), (-12.0, 15.0), (-1e4, 1e4)]
)


class Fitted(NamedTuple):
    """The unknowns as `following.PARTS` says, the noise, and what following gave there."""

    theta: np.ndarray
    noise: NoiseVariances
    followed: Followed


class Data(NamedTuple):
    """A recording as `follow` takes it: V [mV], I [nA], dt [ms], runs of samples, and which unknowns are searched."""

    V: np.ndarray
    I: np.ndarray
    dt: float
    runs: np.ndarray
    free: np.ndarray
    ratio: float | None  # of the noises where the smoothing was given

    def part(self, samples: int) -> Data:
        """Return the first runs, with about so many samples."""
        enough = np.searchsorted(np.cumsum(self.runs[:, 1] - self.runs[:, 0]), samples) + 1
        end = int(self.runs[:enough][-1, 1])
        return self._replace(V=self.V[:end], I=self.I[:end], runs=self.runs[:enough])

    def follow(
        self, theta: np.ndarray, noise: NoiseVariances, learn: bool = True, errors: np.ndarray | None = None
    ) -> Followed:
        """Return what following gives."""
        return follow(self.V, self.I, self.dt, self.runs, theta, noise, BLOCKS, learn, errors)


def fit_equation(data: Data, theta: np.ndarray, noise: NoiseVariances) -> Fitted:
    """Return the most likely equation of all the data, from one that was fitted to the first part of them."""
    if data.V.size > SOME:
        theta, noise = climb_likelihood(data, theta, noise, STEPS, learn_noise=False)
        noise = likely_noise(data, theta, noise)
    theta, noise = climb_likelihood(data, theta, noise, STEPS)
    return Fitted(theta, noise, data.follow(theta, noise))


def climb_likelihood(
    data: Data, theta: np.ndarray, noise: NoiseVariances, steps: int, learn_noise: bool = True
) -> tuple[np.ndarray, NoiseVariances]:
    """Take Gauss and Newton's steps, damped where they lead nowhere, and find the noise in between."""
    here, damping = data.follow(theta, noise), 1e-6
    for number in range(steps):
        step, length = _newton_step(here, damping, data.free)
        there = np.clip(theta + step, *BOUNDS.T)
        found = data.follow(there, noise)
        arrived = length < CLOSE and damping < 1e-2
        if found.surprise < here.surprise:
            theta, here, damping = there, found, max(damping * 0.1, 1e-6)
        elif not arrived:
            damping = max(damping, 1e-4) * 10.0
        arrived = arrived or damping > 1e6
        if learn_noise and (arrived or number % 3 == 2):
            better = likely_noise(data, theta, noise)
            arrived = (
                arrived and abs(math.log(better.within * noise.measured / (noise.within * better.measured))) < SAME
            )
            noise, damping = better, min(damping, 1e-3)
            here = data.follow(theta, noise)
        if arrived:
            break
    return theta, noise


def _newton_step(here: Followed, damping: float, free: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the step, and its length in standard errors."""
    H, g = here.H.sum(axis=0)[np.ix_(free, free)], here.g.sum(axis=0)[free]
    scale = np.sqrt(np.maximum(np.diag(H), 1e-300))
    shape = H / np.outer(scale, scale) + damping * np.eye(free.size)
    found = np.linalg.lstsq(shape, g / scale, rcond=1e-13)[0]
    step = np.zeros(PARTS)
    step[free] = found / scale
    length = math.sqrt(max(float(found @ (g / scale)), 0.0))
    return step / max(1.0, float(np.max(np.abs(step) / LONGEST))), length


def likely_noise(data: Data, theta: np.ndarray, noise: NoiseVariances) -> NoiseVariances:
    """Return the most likely strengths of the noise; their ratio is searched from that of `noise`."""

    all_there = float((data.runs[:, 1] - data.runs[:, 0]).sum())

    def at(ratio: float) -> tuple[float, NoiseVariances]:
        tried = NoiseVariances(noise.measured, noise.measured * math.exp(ratio) / data.dt)
        found = data.follow(theta, tried, learn=False)
        count = float(found.samples.sum())
        factor = max(float(found.squares.sum()) / max(count, 1.0), LEAST_NOISE**2 / noise.measured)
        surprise = all_there * (math.log(tried.measured * factor) + float(found.logs.sum()) / max(count, 1.0))
        return surprise, NoiseVariances(tried.measured * factor, tried.within * factor)

    if data.ratio is not None:
        return at(data.ratio)[1]
    ratio, stride = math.log(max(noise.within * data.dt / noise.measured, math.exp(RATIOS[0]))), 1.5
    best, none = at(ratio), at(RATIOS[0])
    if none[0] < best[0] + 0.5:
        return none[1]
    while stride > 0.2:
        tried = [(*at(each), each) for each in (ratio - stride, ratio + stride)]
        least = min(tried, key=lambda one: one[0])
        if least[0] < best[0] - 0.5:
            best, ratio = least[:2], least[2]
        else:
            stride *= 0.3
    return best[1]
