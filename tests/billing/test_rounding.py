"""Shown rows add up to the shown total."""

import random
from decimal import Decimal

import pytest

from billing.money import dollars, rounded, shown
from billing.rounding import apportioned, places_for

UNIT = Decimal("0.01")


def amounts_of(seed: int) -> list[Decimal]:
    chance = random.Random(seed)
    return [
        Decimal(chance.randrange(-(10**9) if seed % 5 == 0 else 0, 10**12)).scaleb(-10)
        for _ in range(chance.randint(1, 60))
    ]


@pytest.mark.parametrize("seed", range(200))
def test_rows_add_up_and_none_is_off_by_a_cent(seed):
    amounts = amounts_of(seed)
    figures = apportioned(amounts, 2)
    assert sum(figures) == rounded(sum(amounts, Decimal(0)), 2)
    assert all(abs(f - a) < UNIT for f, a in zip(figures, amounts, strict=True))
    assert all(figure == rounded(figure, 2) for figure in figures)


@pytest.mark.parametrize("seed", range(200))
def test_parts_of_a_rounded_part_add_up_too(seed):
    groups = [amounts_of(1000 * seed + n) for n in range(1, 5)]
    shown = apportioned([sum(group, Decimal(0)) for group in groups], 2)
    for group, total in zip(groups, shown, strict=True):
        figures = apportioned(group, 2, total)
        assert sum(figures) == total
        assert all(abs(f - a) <= UNIT for f, a in zip(figures, group, strict=True))


def test_thirds_of_a_dollar_make_a_dollar():
    third = Decimal(1) / 3
    assert sorted(apportioned([third] * 3, 2)) == [
        Decimal("0.33"),
        Decimal("0.33"),
        Decimal("0.34"),
    ]


def test_nothing_has_no_rows():
    assert apportioned([], 2) == []


@pytest.mark.parametrize(
    ("total", "places"),
    [("0", 2), ("1234.5", 2), ("10", 2), ("9.99", 3), ("0.8663", 4), ("0.000000000001", 12)],
)
def test_small_totals_get_more_decimals(total, places):
    assert places_for(Decimal(total)) == places


@pytest.mark.parametrize(
    ("amount", "text"), [("1234.50", "$1,234.50"), ("-0.10", "-$0.10"), ("0.000", "$0.000")]
)
def test_dollars_keep_the_decimals_they_have(amount, text):
    assert dollars(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "read"),
    [
        ("0.00000075", "$0.00000075"),
        ("-0.0000001", "-$0.00000010"),
        ("1234.5", "$1,234.50"),
        ("0", "$0.00"),
    ],
)
def test_an_amount_is_never_read_as_an_exponent(amount, read):
    assert shown(Decimal(amount)) == read
