"""Views of the list that everybody has, and how many conversations each holds."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from conversations.models import Conversation

# Nobody works through more at a sitting, and a whole count reads the whole table.
COUNTED = 100
FRESH_SECONDS = 15.0


@dataclass(frozen=True)
class View:
    """Filters under a name; `of_money` is shown to managers only."""

    name: str
    query: str
    of_money: bool = False


EVERYBODYS = (
    View("Waiting", "state__exact=waiting"),
    View("Live now", "live=now"),
    View("Needs review", "mark=review"),
    View("Blocked", "mark=blocked"),
    View("Unanswered", "mark=unanswered"),
    View("Expensive", "cost=1", of_money=True),
)

_counts: dict[tuple[int, str], tuple[float, int]] = {}


def count_of(user: int, query: str, rows: Callable[[], QuerySet[Conversation]]) -> int:
    """How many the person sees there, at most one more than `COUNTED`; some seconds old."""
    now = time.monotonic()
    until, number = _counts.get((user, query), (0.0, 0))
    if now < until:
        return number
    if len(_counts) > 10_000:
        _counts.clear()
    number = len(rows().order_by().values_list("pk")[: COUNTED + 1])
    _counts[user, query] = now + FRESH_SECONDS, number
    return number


def forget_counts() -> None:
    """Every number is counted anew."""
    _counts.clear()
