"""Views of the list that everybody has, and how many conversations each holds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from psycopg.errors import QueryCanceled

from conversations.models import Conversation

# Nobody works through more at a sitting, and a whole count reads the whole table.
COUNTED = 100
FRESH_SECONDS = 15.0
COUNT_MS = 250


@dataclass(frozen=True)
class View:
    """Filters under a name; `of_money` is shown to managers only."""

    name: str
    query: str
    of_money: bool = False


EVERYBODYS = (
    View("Waiting", "work=waiting"),
    View("Mine", "work=mine"),
    View("Nobody’s", "work=unassigned"),
    View("Live now", "live=now"),
    View("Needs review", "mark=review"),
    View("Blocked", "mark=blocked"),
    View("Unanswered", "mark=unanswered"),
    View("Expensive", "cost=1", of_money=True),
)

_counts: dict[tuple[int, str], tuple[float, int | None]] = {}


def count_of(user: int, query: str, rows: Callable[[], QuerySet[Conversation]]) -> int | None:
    """How many the person sees there, at most one more than `COUNTED`; some seconds old.

    None where counting took too long: a number is not worth waiting for.
    """
    now = time.monotonic()
    until, number = _counts.get((user, query), (0.0, None))
    if now < until:
        return number
    if len(_counts) > 10_000:
        _counts.clear()
    try:
        with planned_for(COUNT_MS):
            number = len(rows().values_list("pk")[: COUNTED + 1])
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        number = None
    _counts[user, query] = now + FRESH_SECONDS, number
    return number


@contextmanager
def planned_for(most_ms: int) -> Iterator[None]:
    """Inside, every statement is planned for its very words, and ends after `most_ms`.

    A plan that serves any word walks a million conversations for a rare one.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchone()[0]
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        cursor.execute(f"SET LOCAL statement_timeout = {int(most_ms)}")
        yield
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])


def forget_counts() -> None:
    """Every number is counted anew."""
    _counts.clear()
