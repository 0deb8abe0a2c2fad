"""The normal numbers that shake many neurons at once."""

import numpy as np
import pytest
from numba import njit
from scipy import stats

from model.kernels.normals import key, mix, normal_pairs

WIDTH, ROWS = 64, 50_000


@njit
def rows_of_normals(seed, rows, width):
    out, bits = np.empty((rows, 2, width // 2), np.float32), np.empty((2, width // 2), np.uint32)
    for i in range(rows):
        normal_pairs(key(seed, i, 0), 0, bits[0], bits[1], out[i, 0], out[i, 1])
    return out.reshape(rows, width)


@pytest.fixture(scope="module")
def z():
    return rows_of_normals(7, ROWS, WIDTH).astype(float)


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


def test_the_bits_are_those_of_splitmix64():
    # The first numbers of the generator that counts up by the golden ratio from 0, as its authors publish it.
    assert [hex(int(mix(np.uint64(n)))) for n in (1, 2, 3)] == [
        "0xe220a8397b1dcdaf", "0x6e789e6aa1b965f4", "0x6c45d188009454f",
    ]  # fmt: skip
