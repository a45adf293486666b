"""How far people who judge the same things agree, beyond what chance would bring.

Kappa is 1 where they always agree, 0 where they agree as often as dice
would, below 0 where they agree less often than that. It is None where
nothing can be said: nothing was judged twice, or everybody always gave the
one same value, so that chance alone agrees always.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

Value = TypeVar("Value", bound=Hashable)
Distance = Callable[[Value, Value], float]

# Landis and Koch 1977: from this kappa on it is called so.
WORDS = [
    (0.8, "almost perfect"),
    (0.6, "substantial"),
    (0.4, "moderate"),
    (0.2, "fair"),
    (0.0, "slight"),
]
WORSE = "worse than chance"


@dataclass(frozen=True)
class Agreement:
    """What a set of judgements says.

    `things` were judged by two people or more; `same` is the share of
    pairs of judgements of one thing that are the same, None without any.
    """

    things: int = 0
    same: float | None = None
    kappa: float | None = None
    method: str = ""

    @property
    def in_words(self) -> str:
        """What kappa is called; empty where it is None."""
        return words_for(self.kappa)


def unlike(one: Value, other: Value) -> float:
    """Any two values that differ are equally far apart."""
    return float(one != other)


def squared(one: float, other: float) -> float:
    """Marks of a scale are further apart the more they differ: 1 and 5 by 16, 1 and 2 by 1."""
    return float((one - other) ** 2)


def cohen(pairs: Sequence[tuple[Value, Value]], distance: Distance = unlike) -> float | None:
    """Cohen's kappa (1960) of two people; weighted (1968) where another distance is given."""
    if not pairs:
        return None
    firsts = Counter(first for first, _ in pairs)
    seconds = Counter(second for _, second in pairs)
    met = sum(distance(one, other) for one, other in pairs) / len(pairs)
    by_chance = (
        sum(
            distance(one, other) * firsts[one] * seconds[other]
            for one, other in product(firsts, seconds)
        )
        / len(pairs) ** 2
    )
    return 1 - met / by_chance if by_chance else None


def fleiss(things: Sequence[Sequence[Value]]) -> float | None:
    """Fleiss' kappa (1971) of any number of people, not always the same ones.

    Each thing has the values that it was given. Those with one alone do
    not count. Where things were judged by unequal numbers of people, each
    thing counts alike in what was met, each value alike in what chance would bring.
    """
    twice = [list(values) for values in things if len(values) > 1]
    if not twice:
        return None
    met = sum(same_share(values) for values in twice) / len(twice)
    counts = Counter(value for values in twice for value in values)
    total = sum(counts.values())
    by_chance = sum((count / total) ** 2 for count in counts.values())
    return (met - by_chance) / (1 - by_chance) if len(counts) > 1 else None


def same_share(values: Sequence[Hashable]) -> float:
    """The share of pairs of these values that are the same; of two values or more."""
    number = len(values)
    alike = sum(count * (count - 1) for count in Counter(values).values())
    return alike / (number * (number - 1))


def agreement_of(judged: Sequence[dict[int, int]], *, is_scale: bool) -> Agreement:
    """The agreement on one criterion; each thing has the value that each person gave it.

    Cohen's, where the same two people judged all that was judged twice: of
    a scale with squared weights. Else Fleiss', which knows no weights.
    """
    twice = [values for values in judged if len(values) > 1]
    if not twice:
        return Agreement()
    same = sum(same_share(list(values.values())) for values in twice) / len(twice)
    people = set().union(*twice)
    if len(people) == 2:
        one, other = sorted(people)
        pairs = [(values[one], values[other]) for values in twice]
        kappa = cohen(pairs, squared if is_scale else unlike)
        return Agreement(len(twice), same, kappa, "Cohen, weighted" if is_scale else "Cohen")
    kappa = fleiss([list(values.values()) for values in twice])
    return Agreement(len(twice), same, kappa, "Fleiss")


def words_for(kappa: float | None) -> str:
    """What Landis and Koch call this much agreement; empty for None."""
    if kappa is None:
        return ""
    return next((word for least, word in WORDS if kappa >= least), WORSE)
