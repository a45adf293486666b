"""What goes to a model and what comes back: plain values."""

import datetime
from dataclasses import dataclass, field
from typing import Any, Protocol

from billing.usage import Usage
from chatbot.providers.capabilities import UNKNOWN, Accepts
from chatbot.providers.errors import Family


@dataclass(frozen=True)
class ToolWish:
    """A call that a model wants made: `arguments` as it wrote them, mostly JSON."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Prompt:
    """Everything a call says to a model, in the words of Chat Completions.

    What the model does not take of it (`accepts`) is left out of the request,
    or said in the way that it does take.
    """

    model: str
    messages: list[dict[str, Any]]
    max_output_tokens: int
    temperature: float | None = None
    cache_key: str = ""
    accepts: Accepts = UNKNOWN
    tools: list[dict[str, Any]] = field(default_factory=list)
    may_call: bool = True


@dataclass(frozen=True)
class Failure:
    """Why a call gave no whole answer; `billed` says whether the provider may charge for it.

    `family` decides what is done about it (`retry.py`), nothing by default;
    `after` are the seconds that the provider wants to be left alone for,
    where it said so.
    """

    code: str
    detail: str
    billed: bool
    family: Family = Family.OURS
    after: float = 0.0


@dataclass
class Finished:
    """How a call ended. Text so far is kept whatever happened; `usage` is None if unreported.

    `written` is what the model wrote where `text` is what was shown of it.
    `sent_at` and `ended_at` are when the provider was given the word and gave it back.
    """

    text: str = ""
    written: str = ""
    usage: Usage | None = None
    finish_reason: str = ""
    failure: Failure | None = None
    first_token_at: datetime.datetime | None = None
    sent_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    request_id: str = ""
    wishes: list[ToolWish] = field(default_factory=list)

    @property
    def all_written(self) -> str:
        """All that the model has written, its wishes included, for whoever counts tokens."""
        if not self.wishes:
            return self.written or self.text
        return "".join([self.written, *(f"{one.name}{one.arguments}" for one in self.wishes)])


class Listener(Protocol):
    """Whoever takes the text of a reply."""

    def take(self, text: str) -> None:
        """A piece of text has come."""

    async def ready(self) -> None:
        """It is time for more; what comes before may wait."""


class Provider(Protocol):
    """Something that answers prompts."""

    def request_of(self, prompt: Prompt) -> dict[str, Any]:
        """The body that `stream` will send for this prompt, without any key."""

    async def stream(
        self, request: dict[str, Any], attempt_id: str, listener: Listener
    ) -> Finished:
        """The call is over; the listener was given every piece of text, as soon as it wanted it.

        Failures of the provider are returned, not raised. Cancelling it
        closes the connection.
        """
