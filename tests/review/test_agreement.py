"""Agreement beyond chance, against the figures of those who published the measures."""

from itertools import product

import pytest

from conversations.agreement import agreement_of, cohen, fleiss, squared, unlike, words_for

# Fleiss 1971, the ten subjects and five categories that textbooks repeat: kappa 0.210.
FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
# Cohen 1968: shares of two judges over three categories, and how grave each confusion is.
COHEN = {
    ("a", "a"): 44,
    ("b", "a"): 7,
    ("c", "a"): 9,
    ("a", "b"): 5,
    ("b", "b"): 20,
    ("c", "b"): 5,
    ("a", "c"): 1,
    ("b", "c"): 3,
    ("c", "c"): 6,
}
GRAVITY = {frozenset("ab"): 1, frozenset("ac"): 3, frozenset("bc"): 6}


def pairs(counts):
    return [pair for pair, count in counts.items() for _ in range(count)]


def test_cohen_of_the_paper():
    assert cohen(pairs(COHEN)) == pytest.approx(0.492, abs=5e-4)


def test_weighted_cohen_of_the_paper():
    gravity = cohen(pairs(COHEN), lambda one, other: GRAVITY.get(frozenset((one, other)), 0))
    assert gravity == pytest.approx(0.348, abs=5e-4)


@pytest.mark.parametrize(
    ("both", "first", "second", "none", "kappa"),
    [(20, 5, 10, 15, 0.4), (45, 15, 25, 15, 0.1304), (25, 35, 5, 35, 0.2593)],
)
def test_cohen_of_yes_and_no(both, first, second, none, kappa):
    counts = {(1, 1): both, (1, 0): first, (0, 1): second, (0, 0): none}
    assert cohen(pairs(counts)) == pytest.approx(kappa, abs=5e-5)
    # with two values all weights are one weight
    assert cohen(pairs(counts), squared) == pytest.approx(cohen(pairs(counts)))


def test_fleiss_of_the_paper():
    things = [[mark for mark, n in enumerate(row) for _ in range(n)] for row in FLEISS]
    assert fleiss(things) == pytest.approx(0.210, abs=5e-4)


def test_a_step_of_a_scale_weighs_less_than_four():
    near = [(one, min(5, one + 1)) for one in range(1, 6)]
    far = [(one, 6 - one) for one in range(1, 6)]
    assert cohen(near, squared) > cohen(near, unlike)
    assert cohen(far, squared) == -1


def test_whatever_is_drawn_at_random_agrees_by_nothing():
    every = list(product(range(1, 6), repeat=2))
    assert cohen(every) == pytest.approx(0)
    assert cohen(every, squared) == pytest.approx(0)


def test_nothing_is_said_of_what_says_nothing():
    assert agreement_of([], is_scale=True).kappa is None
    assert agreement_of([{1: 5}, {2: 5}], is_scale=True).things == 0
    always = agreement_of([{1: 5, 2: 5}, {1: 5, 2: 5}], is_scale=True)
    assert (always.same, always.kappa, always.in_words) == (1, None, "")
    assert fleiss([[5, 5, 5], [5, 5, 5]]) is None


def test_two_people_are_compared_by_cohen_and_more_by_fleiss():
    two = [{1: 5, 2: 5}, {1: 1, 2: 2}, {1: 3, 2: 3}, {1: 4}]
    found = agreement_of(two, is_scale=True)
    assert (found.things, found.method) == (3, "Cohen, weighted")
    assert found.same == pytest.approx(2 / 3)
    assert found.in_words == "almost perfect"
    assert agreement_of(two, is_scale=False).method == "Cohen"
    assert agreement_of([*two, {1: 5, 3: 5}], is_scale=True).method == "Fleiss"


@pytest.mark.parametrize(
    ("kappa", "word"),
    [
        (None, ""),
        (1, "almost perfect"),
        (0.61, "substantial"),
        (0.2, "fair"),
        (-0.1, "worse than chance"),
    ],
)
def test_kappa_has_a_name(kappa, word):
    assert words_for(kappa) == word
