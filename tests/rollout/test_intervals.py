"""Bounds are those of the published tables and papers."""

import math

import pytest

from chatbot.rollout.intervals import (
    Sample,
    mean,
    means_apart,
    share,
    shares_apart,
    t_quantile,
)


def sample(*values):
    return Sample(len(values), sum(values), sum(value * value for value in values))


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
)
def test_a_share_has_wilsons_bounds(hits, count, low, high):
    found = share(hits, count, 0.95)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    # the same, 873-890, table II, method 10
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)],
)
def test_a_difference_of_shares_has_newcombes_bounds(one, other, low, high):
    found = shares_apart(*one, *other, 0.95)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("confidence", "freedom", "table"),
    [(0.95, 4, 2.776), (0.95, 10, 2.228), (0.99, 10, 3.169), (0.99, 30, 2.750), (0.999, 60, 3.460)],
)
def test_students_t_is_that_of_the_tables(confidence, freedom, table):
    assert t_quantile(confidence, freedom) == pytest.approx(table, abs=0.015)


def test_a_mean_lies_within_its_bounds():
    found = mean(sample(4, 6, 5, 7, 3), 0.95)
    assert found.value == 5
    assert found.high - 5 == pytest.approx(2.776 * math.sqrt(2.5 / 5), abs=0.02)


def test_means_are_as_far_apart_as_welch_says():
    one, other = sample(10, 12, 11, 13, 14, 12), sample(5, 7, 6, 8, 4, 6)
    found = means_apart(one, other, 0.95)
    assert found.value == pytest.approx(6.0)
    # 1.414 each, standard error 0.816, ten degrees of freedom
    assert found.low == pytest.approx(6 - 2.228 * math.sqrt(2 / 6 + 2 / 6), abs=0.02)


def test_nothing_is_said_of_too_little():
    assert share(0, 0, 0.95) is None
    assert shares_apart(1, 2, 0, 0, 0.95) is None
    assert mean(sample(1, 2), 0.95) is None
    assert means_apart(sample(1, 2), sample(*range(9)), 0.95) is None


def test_values_that_never_differ_have_no_spread():
    found = means_apart(sample(*[2] * 9), sample(*[1] * 9), 0.99)
    assert (found.low, found.high) == (1, 1)
