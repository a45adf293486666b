"""Call a worker: “there is work”, and no more; which work is Postgres' to say."""

import logging

from kombu.exceptions import OperationalError

from chatbot.tasks import run_trials, take_turn, tend_library, write_draft
from conversations.aside import Aside

logger = logging.getLogger(__name__)


def call_a_worker() -> None:
    """Some worker will take a turn soon. Never waits and never raises.

    A publish takes its caller 2 ms, and five seconds where the broker
    hangs. A call that is lost is made up for by the sweeper.
    """
    _calls.give(None)


def _call(_: list[None]) -> None:
    try:
        take_turn.delay()
    except OperationalError as error:
        logger.warning("The broker is away; what is queued waits for the sweep: %s", error)


_calls = Aside("caller", _call, at_once=1)


def call_a_librarian() -> None:
    """Some worker will look after the library soon; without a broker, within its usual time."""
    _librarians.give(None)


def _call_librarian(_: list[None]) -> None:
    try:
        tend_library.delay()
    except OperationalError as error:
        logger.warning("The broker is away; the library is looked after later: %s", error)


_librarians = Aside("librarian caller", _call_librarian, at_once=1)


def call_a_tester() -> None:
    """Some worker will ask what waits in trials soon; without a broker, within its usual time."""
    _testers.give(None)


def _call_tester(_: list[None]) -> None:
    try:
        run_trials.delay()
    except OperationalError as error:
        logger.warning("The broker is away; trials go on later: %s", error)


_testers = Aside("tester caller", _call_tester, at_once=1)


def call_for_draft(draft: int) -> None:
    """Some worker will write this draft soon; without a broker, none does."""
    _drafters.give(draft)


def _call_for_draft(drafts: list[int]) -> None:
    try:
        for draft in drafts:
            write_draft.delay(draft)
    except OperationalError as error:
        logger.warning("The broker is away; a draft is not written: %s", error)


_drafters = Aside("draft caller", _call_for_draft, at_once=10)
