"""Whoever wants to hear of calls and replies that have ended; as a rule nobody does."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from billing.models import Attempt
from chatbot.providers.base import Finished
from chatbot.providers.directory import Route
from conversations.models import Generation

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class EndedCall:
    """A call of a reply, with how it ended."""

    generation: Generation
    attempt: Attempt
    route: Route
    finished: Finished


@dataclass
class Listeners:
    """They are told in the thread of the turn, so they must hand on what takes time.

    A listener that fails is logged and the turn goes on.
    """

    calls: list[Callable[[EndedCall], None]] = field(default_factory=list)
    replies: list[Callable[[Generation], None]] = field(default_factory=list)

    def call_ended(
        self, generation: Generation, attempt: Attempt, route: Route, finished: Finished
    ) -> None:
        """Whoever listens knows of this call."""
        for listener in self.calls:
            try:
                listener(EndedCall(generation, attempt, route, finished))
            except Exception:
                logger.exception("A call was not told of")

    def reply_ended(self, generation: Generation) -> None:
        """Whoever listens knows that this reply has ended here, well or not."""
        for listener in self.replies:
            try:
                listener(generation)
            except Exception:
                logger.exception("A reply was not told of")


listeners = Listeners()
