"""The course of a turn's calls: who is asked next, with how much, and when it is over."""

from dataclasses import dataclass, field

from django.conf import settings

from chatbot.engine.errand import Errand
from chatbot.engine.prompting import SIZES
from chatbot.providers.base import Failure, Finished
from chatbot.providers.breaker import breaker
from chatbot.providers.directory import Choice, Route, directory
from chatbot.providers.errors import Family
from chatbot.providers.lessons import Lesson, learn
from chatbot.providers.retry import POLICIES, wait_before


class NoRoute(Exception):
    """Nobody can be called now; the message tells staff what to do about it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass
class Course:
    """Where the calls of one turn go. `met` is what the last one met."""

    choices: list[Choice] = field(default_factory=list)
    place: int = 0
    tries: int = 0
    calls: int = 0
    cuts: int = 0
    met: Failure | None = None
    barred: set[str] = field(default_factory=set)
    errand: Errand | None = None

    @property
    def size(self) -> float:
        """How much of history and passages goes out."""
        return SIZES[self.cuts]

    @property
    def said(self) -> str:
        """What earlier rounds have said, which visitors have read."""
        return self.errand.said if self.errand else ""

    @property
    def is_shortest(self) -> bool:
        """Whether there is nothing left to leave out."""
        return self.cuts + 1 == len(SIZES)

    def route(self, model: str, tenant_id: int) -> Route:
        """Where the next call goes; `NoRoute` where every choice is failing, or without a key."""
        if not self.choices:
            self.choices = directory().choices(model, tenant_id)
        for place in range(self.place, len(self.choices)):
            route = directory().route(self.choices[place], self.barred)
            if route:
                self._move_to(place)
                return route
        raise self._no_route()

    def route_of(self, model: str) -> Route:
        """Where this very model is called, which a spend limit has room for."""
        route = directory().route(directory().home(model), self.barred)
        if route is None:
            raise self._no_route()
        return route

    def detour(self) -> tuple[str, str] | None:
        """First choice and reason, where this call is another one, or a shorter one."""
        if self.place == 0 and self.cuts == 0:
            return None
        unasked = "provider_down" if self.place else "context_tokens"
        return str(self.choices[0]), self.met.code if self.met else unasked

    def learn(self, route: Route, finished: Finished) -> Lesson | None:
        """All have heard how the call ended; what staff should hear of it is told later.

        Text shows that key and model work, however the reply ended.
        """
        failure = None if finished.written or finished.text else finished.failure
        if failure and failure.family in (Family.BAD_KEY, Family.NO_MONEY):
            self.bar(route)
        return learn(route, failure)

    def ended(self, finished: Finished) -> float | None:
        """Seconds until the next call; None where this one ended the turn, well or not.

        Nothing is tried again once the visitor has read a word: what is
        there is kept and marked.
        """
        self.calls += 1
        self.tries += 1
        failure = finished.failure
        if (
            failure is None
            or finished.written
            or finished.text
            or self.calls >= settings.CALLS_PER_REPLY
        ):
            return None
        self.met = failure
        policy = POLICIES[failure.family]
        if policy.shorter and not self.is_shortest:
            self.cuts += 1
            return 0.0
        if policy.other_key and self._has_other_key():
            return 0.0
        if policy.elsewhere and self.pass_over():
            return 0.0
        return wait_before(self.tries, failure)

    def goes_on(self) -> None:
        """A call ended well, and another follows with what tools have answered."""
        self.calls += 1
        self.tries = 0

    def pass_over(self) -> bool:
        """The next choice is asked instead of this one; False where there is none."""
        if self.place + 1 >= len(self.choices):
            return False
        self._move_to(self.place + 1)
        return True

    def bar(self, route: Route) -> None:
        """This turn does not call with this key again."""
        self.barred.add(route.key.fingerprint)

    def _has_other_key(self) -> bool:
        keys = directory().keys[self.choices[self.place].server.pk]
        return any(key.fingerprint not in self.barred for key in keys)

    def _move_to(self, place: int) -> None:
        if place != self.place:
            self.place, self.tries, self.cuts = place, 0, 0  # another may hold more

    def _no_route(self) -> NoRoute:
        if self.met:
            return NoRoute(self.met.code, self.met.detail)
        names = ", ".join(str(choice) for choice in self.choices)
        if not any(directory().keys[choice.server.pk] for choice in self.choices):
            return NoRoute("no_key", f"There is no usable key for {names}.")
        why = "; ".join(f"{one.place}: {one.why}" for one in breaker().board.all())
        return NoRoute(
            "provider_down",
            f"Not called, because it has been failing: {names}. One call in ten seconds finds out "
            f"whether it is back. {why}",
        )
