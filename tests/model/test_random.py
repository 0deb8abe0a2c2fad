"""The normal numbers that shake many neurons at once."""

import numpy as np
import pytest
from numba import njit
from scipy import stats

from model.kernels import random

WIDTH, ROWS = 64, 50_000


@njit
def rows_of_normals(state, rows):
    out, bits = np.empty((rows, state.shape[1]), np.float32), np.empty(state.shape[1], np.uint32)
    for i in range(rows):
        random.normals(state, bits, out[i])
    return out


@pytest.fixture(scope="module")
def z():
    return rows_of_normals(random.lanes(np.random.default_rng(7), 1, WIDTH)[0], ROWS).astype(float)


def test_they_have_the_moments_of_a_normal_distribution(z):
    n = z.size
    assert abs(z.mean()) < 4.0 / np.sqrt(n)
    assert abs(z.var() - 1.0) < 4.0 * np.sqrt(2.0 / n)
    assert abs(stats.skew(z.ravel())) < 4.0 * np.sqrt(6.0 / n)
    assert abs(stats.kurtosis(z.ravel())) < 4.0 * np.sqrt(24.0 / n)


def test_they_pass_the_kolmogorov_smirnov_test(z):
    assert stats.kstest(z.ravel()[:1_000_000], "norm").pvalue > 1e-3


def test_the_tail_is_as_heavy_as_it_should_be(z):
    beyond = (np.abs(z) > 4.0).sum()
    expected = z.size * 2.0 * stats.norm.sf(4.0)
    assert abs(beyond - expected) < 4.0 * np.sqrt(expected)


def test_lanes_are_uncorrelated(z):
    correlation = np.corrcoef(z.T)
    assert np.abs(correlation[~np.eye(WIDTH, dtype=bool)]).max() < 5.5 / np.sqrt(ROWS)


def test_sizes_of_a_pair_are_independent(z):
    half = WIDTH // 2
    product = (z[:, :half] ** 2 - 1.0) * (z[:, half:] ** 2 - 1.0)
    assert abs(product.mean()) < 4.0 * 2.0 / np.sqrt(product.size)


@pytest.mark.parametrize("lag", [1, 2, 3])
def test_successive_numbers_are_uncorrelated(z, lag):
    assert abs((z[lag:] * z[:-lag]).mean()) < 4.0 / np.sqrt(z.size)


def test_the_bits_are_those_of_xoshiro128plusplus():
    state = np.array([[1], [2], [3], [4]], np.uint32)
    assert [int(random.next_bits(state, 0)) for _ in range(3)] == [641, 1573767, 3222811527]
