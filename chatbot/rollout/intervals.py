"""Between which bounds a share or a mean lies, and a difference of two: arithmetic only.

Shares by Wilson's score interval, differences of shares by Newcombe's
combination of two of them (Statistics in Medicine 17, 1998, method 10).
Means by Student's t, differences of means by Welch's. Bounds are floats:
they are estimates, not money in the books.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

# Below so many values the spread of a mean is a guess.
LEAST_VALUES = 5


@dataclass(frozen=True)
class Interval:
    """An estimate with its bounds."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Sample:
    """What a mean needs: how many values, their sum and the sum of their squares."""

    count: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """Zero without a value."""
        return self.total / self.count if self.count else 0.0

    @property
    def error(self) -> float:
        """The square of the mean's standard error; zero under two values."""
        if self.count < 2:
            return 0.0
        spread = max(0.0, self.squares - self.total**2 / self.count)
        return spread / (self.count - 1) / self.count


def share(hits: int, count: int, confidence: float) -> Interval | None:
    """The share of hits; None without any case."""
    if not count:
        return None
    z = _z(confidence)
    part = hits / count
    middle = (part + z * z / (2 * count)) / (1 + z * z / count)
    reach = z * math.sqrt(part * (1 - part) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return Interval(part, max(0.0, middle - reach), min(1.0, middle + reach))


def shares_apart(
    hits: int, count: int, hits_before: int, count_before: int, confidence: float
) -> Interval | None:
    """By how much the first share is greater than the second; None without any case of either."""
    one = share(hits, count, confidence)
    other = share(hits_before, count_before, confidence)
    if one is None or other is None:
        return None
    apart = one.value - other.value
    down = math.hypot(one.value - one.low, other.high - other.value)
    up = math.hypot(one.high - one.value, other.value - other.low)
    return Interval(apart, apart - down, apart + up)


def mean(sample: Sample, confidence: float) -> Interval | None:
    """The mean; None under `LEAST_VALUES`."""
    if sample.count < LEAST_VALUES:
        return None
    reach = t_quantile(confidence, sample.count - 1) * math.sqrt(sample.error)
    return Interval(sample.mean, sample.mean - reach, sample.mean + reach)


def means_apart(
    one: Sample, other: Sample, confidence: float, factor: float = 1.0
) -> Interval | None:
    """By how much the first mean is greater than `factor` times the second.

    None where either has fewer than `LEAST_VALUES`.
    """
    if min(one.count, other.count) < LEAST_VALUES:
        return None
    first, second = one.error, other.error * factor**2
    apart = one.mean - factor * other.mean
    if not first + second:
        return Interval(apart, apart, apart)
    freedom = (first + second) ** 2 / (first**2 / (one.count - 1) + second**2 / (other.count - 1))
    reach = t_quantile(confidence, freedom) * math.sqrt(first + second)
    return Interval(apart, apart - reach, apart + reach)


def t_quantile(confidence: float, freedom: float) -> float:
    """Student's t for a two-sided interval, by the expansion of Cornish and Fisher.

    Within a hundredth of the tables from four degrees of freedom on at 95 %.
    """
    z = _z(confidence)
    terms = [
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    ]
    return sum(term / freedom**power for power, term in enumerate(terms))


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)
