"""Which parameters a model accepts, and how a wish is said to one that does not."""

import enum
from dataclasses import dataclass
from typing import Any


class Temperature(enum.StrEnum):
    """Whether a model takes `temperature`."""

    YES = "yes"
    WITHOUT_EFFORT = "without_effort"  # only beside the reasoning effort `none`
    NO = "no"


@dataclass(frozen=True)
class Accepts:
    """What one model takes in a request; a row of the matrix.

    `effort` is the one of `efforts` that goes out where nothing else is
    asked for; empty sends none. An empty `output_limit` leaves the name of
    that parameter to the server.
    """

    chat: bool = True
    output_limit: str = ""
    temperature: Temperature = Temperature.YES
    efforts: tuple[str, ...] = ()
    effort: str = ""
    verbosities: tuple[str, ...] = ()
    cache_key: bool = True
    context_tokens: int | None = None
    most_output: int | None = None


# A model that nobody has described: what every server takes, and at OpenAI
# and Azure, whose models differ and refuse, as little as possible.
UNKNOWN = Accepts()
UNKNOWN_AND_STRICT = Accepts(temperature=Temperature.NO)

# Below the first creativity is low, above the second it is high.
CALM, LIVELY = 0.4, 1.0


def creativity(accepts: Accepts, wish: float | None) -> dict[str, Any]:
    """The parameters that say this much creativity (0 to 2) to such a model.

    A model that takes no temperature is told by its verbosity; one that
    takes neither is told nothing.
    """
    effort = {"reasoning_effort": accepts.effort} if accepts.effort else {}
    if wish is None:
        return effort
    match accepts.temperature:
        case Temperature.YES:
            return effort | {"temperature": wish}
        case Temperature.WITHOUT_EFFORT if "none" in accepts.efforts:
            return {"reasoning_effort": "none", "temperature": wish}
        case _:
            wanted = "low" if wish < CALM else "high" if wish > LIVELY else "medium"
            spoken = {"verbosity": wanted} if wanted in accepts.verbosities else {}
            return effort | spoken


def creativity_in_words(accepts: Accepts, wish: float | None) -> str:
    """What becomes of this wish with such a model, as the page says it."""
    if wish is None:
        return "Left to the model."
    sent = creativity(accepts, wish)
    if "temperature" in sent:
        beside = ", with the reasoning effort none" if sent.get("reasoning_effort") else ""
        return f"Sent as temperature {wish:g}{beside}."
    if "verbosity" in sent:
        return f"This model takes no temperature: sent as verbosity {sent['verbosity']}."
    return "This model takes neither temperature nor verbosity: say it in the system prompt."
