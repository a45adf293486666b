"""What a call teaches about the provider: breakers, keys that were refused, and alerts."""

import logging
from dataclasses import dataclass

from django.db import Error
from django.utils import timezone

from billing.models import Alert
from billing.services.alerts import raise_alert
from chatbot.providers.base import Failure
from chatbot.providers.breaker import breaker
from chatbot.providers.directory import Route
from chatbot.providers.errors import Family
from chatbot.providers.keys import withdraw

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lesson:
    """What staff should hear of."""

    route: Route
    failure: Failure
    opened: str


def learn(route: Route, failure: Failure | None) -> Lesson | None:
    """The breaker has heard how the call ended; what it opened, if anything, is told later.

    None is a call that was answered.
    """
    opened = breaker().heard(route.by_key, route.by_model, failure)
    if failure is None:
        return None
    if failure.family is Family.BAD_KEY and route.key.pk is not None:
        return Lesson(route, failure, opened)
    return Lesson(route, failure, opened) if opened else None


def tell(lesson: Lesson | None) -> None:
    """A refused key is out of its pool, and the operator is alerted; both once.

    It never stands in the way of a reply: where the database is away, the
    next call that meets the same says it again.
    """
    if lesson is None:
        return
    try:
        _tell(lesson)
    except Error:
        logger.exception("Nobody could be told of %s", lesson.failure.code)


def _tell(lesson: Lesson) -> None:
    route, failure = lesson.route, lesson.failure
    where, ends = route.choice.server.name, route.key.last4
    whose = f"The key that ends with {ends}" if ends else "The key"
    day = timezone.localdate()
    figures = {"server": where, "model": route.choice.model, "code": failure.code}
    match failure.family:
        case Family.BAD_KEY:
            withdraw(route.key, failure.code)
            _alert(
                Alert.Kind.KEY,
                f"refused/{where}/{route.key.fingerprint}",
                f"{whose} was refused at {where} ({failure.code}) and is not used any more."
                if route.key.pk
                else f"{whose} of the environment was refused at {where} ({failure.code}).",
                "Put a new key in under Keys, or into OPENAI_API_KEY.",
                figures,
            )
        case Family.NO_MONEY:
            _alert(
                Alert.Kind.PROVIDER,
                f"money/{where}/{route.key.fingerprint}/{day}",
                f"The account behind {whose.lower()} at {where} has no money left or has reached "
                f"its limit there ({failure.code}).",
                "Add credit or raise the limit at the provider, or add a key of another account.",
                figures,
            )
        case Family.NO_MODEL:
            _alert(
                Alert.Kind.MODEL,
                f"gone/{where}/{route.choice.model}/{day}",
                f"{where} does not know {route.choice.model}, or this key may not use it.",
                "Choose another model in CHAT_MODEL, the persona or the fallback steps.",
                figures,
            )
        case Family.RATE | Family.SLOW_DOWN:
            _alert(
                Alert.Kind.PROVIDER,
                f"limited/{where}/{route.choice.model}/{day}",
                f"{where} limits {route.choice.model} ({failure.code}) and wants to be left alone "
                f"for {failure.after:.0f} s. Visitors cannot wait for that.",
                "Ask the provider for a higher limit, add a key of another account, or name a "
                "fallback step.",
                figures,
            )
        case _:
            _alert(
                Alert.Kind.PROVIDER,
                f"down/{where}/{route.choice.model}/{timezone.now():%Y-%m-%dT%H}",
                f"{route.choice} has been failing ({failure.code}) and is not called for now, but "
                "for one call in ten seconds that finds out whether it is back.",
                "Look at the provider's status page. A fallback step would answer meanwhile.",
                figures,
            )


def _alert(kind: str, key: str, why: str, do: str, figures: dict[str, str]) -> None:
    raise_alert(None, kind, key[:200], why, do, figures)
