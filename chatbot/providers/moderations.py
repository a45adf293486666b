"""Ask an OpenAI-compatible server's moderation about a text."""

from dataclasses import dataclass, field
from typing import Any

from billing.models import Attempt
from billing.services.attempts import Unasked
from chatbot.providers.errands import NOT_OFFERED, Errand, Patience, run
from conversations.models import Generation

SECONDS = 8  # a visitor waits for it
USUAL_MODEL = "omni-moderation-latest"


@dataclass(frozen=True)
class Judged:
    """What moderation said: the categories it flagged, or why it said nothing.

    `offered` is False where the server has no moderation at all.
    """

    flagged: tuple[str, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    failure: str = ""
    offered: bool = True
    request_id: str = ""


def judge(spender: Generation | Unasked, model: str, text: str, patience: Patience[Any]) -> Judged:
    """The provider's judgement; its failures are returned, not raised.

    Refused with a `BillingError`.
    """
    errand = Errand(
        spender=spender,
        purpose=Attempt.Purpose.MODERATION,
        path="/moderations",
        model=model,
        texts=[text],
        seconds=SECONDS,
        outcome=lambda found: "flagged" if found.flagged else "stop",
    )
    judged, answer = run(errand, read, patience)
    if judged is None:
        failure = answer.failure.code if answer.failure else "malformed"
        return Judged(failure=failure, offered=failure != NOT_OFFERED)
    return judged


def read(said: Any) -> Judged:
    """The judgement in an answer; raises what `run` takes for no sense."""
    result = said["results"][0]
    categories = dict(result["categories"])
    flagged = tuple(sorted(name for name, is_so in categories.items() if is_so))
    if result["flagged"] and not flagged:
        flagged = ("flagged",)
    scores = dict(result.get("category_scores", {}))
    return Judged(flagged, {name: float(one) for name, one in scores.items()})
