"""What is done about each family of errors: try again, elsewhere, shorter, or not at all."""

import random
from dataclasses import dataclass

from chatbot.providers.base import Failure
from chatbot.providers.errors import Family

TRIES = 3  # of one model at one server
# A visitor waits: what asks for more patience than this is a failure.
LONGEST_WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class Policy:
    """What may be answered where this failed.

    `again`: the same request, a moment later. `other_key`: the same, with
    another key. `shorter`: with less history. `elsewhere`: by another
    model or provider, where the tenant has named one.
    """

    again: bool = False
    other_key: bool = False
    shorter: bool = False
    elsewhere: bool = False


NOTHING = Policy()
POLICIES = {
    Family.RATE: Policy(again=True, elsewhere=True),
    Family.SLOW_DOWN: Policy(again=True, elsewhere=True),
    Family.DOWN: Policy(again=True, elsewhere=True),
    # Its first try took all the patience a visitor has for one model.
    Family.SILENT: Policy(elsewhere=True),
    Family.NO_MONEY: Policy(other_key=True, elsewhere=True),
    Family.BAD_KEY: Policy(other_key=True, elsewhere=True),
    Family.FORBIDDEN: Policy(elsewhere=True),
    Family.NO_MODEL: Policy(elsewhere=True),
    Family.TOO_LONG: Policy(shorter=True, elsewhere=True),
    Family.POLICY: NOTHING,
    Family.BAD_REQUEST: Policy(elsewhere=True),
    Family.BROKEN: Policy(elsewhere=True),
    Family.EMPTY: Policy(elsewhere=True),
    Family.OURS: NOTHING,
}


def wait_before(tries: int, failure: Failure) -> float | None:
    """Seconds until the same model may be asked again after so many tries; None where it may not.

    Spread, so that replies refused in one moment do not come back in one;
    twice as long where the provider as a whole asks for less.
    """
    if not POLICIES[failure.family].again:
        return None
    if tries >= TRIES or failure.after > LONGEST_WAIT_SECONDS:
        return None
    slower = 2 if failure.family is Family.SLOW_DOWN else 1
    spread = random.uniform(0.5, 1.0)  # noqa: S311 - no secret
    return failure.after + spread * slower * 2 ** (tries - 1)
