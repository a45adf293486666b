"""Carry out a call: the row first, then the request, then what came of it."""

import dataclasses
from typing import Any

import orjson
from django.db import connection
from django.db.models.functions import Now

from chatbot.models import Tool, ToolCall
from chatbot.models.encryption import CannotDecrypt
from chatbot.tools.answers import picked
from chatbot.tools.arguments import BadArguments
from chatbot.tools.calling import CallFailed, send
from chatbot.tools.requests import inside_of, request_of

State = ToolCall.State
MOST_TOLD = 8000

NOT_REACHED = "The system could not be reached. Say so, and offer a person."
NOT_KNOWN = (
    "Nobody knows whether this was done. Do not ask for it again; say so, and offer a person."
)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of a call: its state, what the model is told of it, and what staff are."""

    state: ToolCall.State
    told: dict[str, Any]
    status: int | None = None
    duration_ms: int | None = None
    trouble: str = ""

    @property
    def text(self) -> str:
        """What the model is told, as the message that answers its call."""
        return told_as_text(self.told)


def told_as_text(told: dict[str, Any]) -> str:
    """As a model is sent it; cut where it is longer than any model should read."""
    return orjson.dumps(told).decode()[:MOST_TOLD]


def refusal(why: str, trouble: str = "") -> Outcome:
    """A call that nothing was done for."""
    return Outcome(State.REFUSED, {"ok": False, "error": why}, trouble=trouble or why)


def carry_out(
    tool: Tool, arguments: dict[str, Any], visitor: str, key: str, seconds: float | None = None
) -> Outcome:
    """The request has been sent, once, and this came of it; nothing is written down.

    `seconds` may be less than the tool's own limit, where less is left.
    """
    most = min(tool.seconds, seconds or tool.seconds)
    try:
        request = request_of(tool, arguments, visitor, key)
        answered = send(request, seconds=most, most_bytes=tool.most_bytes, inside=inside_of(tool))
    except BadArguments as wrong:
        return refusal(str(wrong))
    except CannotDecrypt as error:
        return Outcome(State.FAILED, {"ok": False, "error": NOT_REACHED}, trouble=str(error)[:300])
    except CallFailed as failure:
        open_end = tool.writes and failure.may_have_arrived
        return Outcome(
            State.UNKNOWN if open_end else State.FAILED,
            {"ok": False, "error": NOT_KNOWN if open_end else NOT_REACHED},
            duration_ms=failure.duration_ms,
            trouble=str(failure)[:300],
        )
    good = 200 <= answered.status < 300
    told: dict[str, Any] = {"ok": good}
    if good or answered.status < 500:
        told["answer"] = picked(answered.content, tool.answer_fields)
    if not good:
        told["error"] = f"The system answered {answered.status}."
    return Outcome(
        State.DONE if good else State.FAILED,
        told,
        answered.status,
        answered.duration_ms,
        "" if good else f"The answer had the status {answered.status}.",
    )


def begin(call: ToolCall) -> bool:
    """The call is running, for whoever is given True; nobody is a second time.

    It is committed before the request leaves, and the connection goes back
    to the pool while that is answered.
    """
    rows = ToolCall.objects.filter(pk=call.pk, state=State.CONFIRMED)
    mine = bool(rows.update(state=State.RUNNING))
    connection.close()
    return mine


def end(call: ToolCall, outcome: Outcome, shown: str) -> None:
    """What came of the call is written down; `shown` is what the provider may see of it.

    Nothing is written where somebody has given it up meanwhile.
    """
    ToolCall.objects.filter(pk=call.pk, state=State.RUNNING).update(
        state=outcome.state,
        status=outcome.status,
        duration_ms=outcome.duration_ms,
        answer=shown,
        trouble=outcome.trouble[:300],
        sealed=None,
        ended_at=Now(),
    )


def give_up(call: ToolCall) -> bool:
    """A call that was running when its worker died has ended: nobody knows how."""
    return bool(
        ToolCall.objects.filter(pk=call.pk, state=State.RUNNING).update(
            state=State.UNKNOWN,
            answer=told_as_text({"ok": False, "error": NOT_KNOWN}),
            trouble="The worker died while it was running.",
            sealed=None,
            ended_at=Now(),
        )
    )
