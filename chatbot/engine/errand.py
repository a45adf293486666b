"""What a turn does by tools: who for, what was wanted, what came of it, and when it is over."""

import dataclasses
import datetime
import functools
import logging
import time
from collections.abc import Sequence
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from chatbot.engine.leases import Writing
from chatbot.engine.patience import END_SECONDS, surely
from chatbot.guardrails.personal_data import Redaction
from chatbot.guardrails.policy import guard_of
from chatbot.guardrails.screen import Screen
from chatbot.knowledge.search import FoundPassage
from chatbot.models import Tool, ToolCall
from chatbot.providers.base import ToolWish
from chatbot.tools import carrying, confirming
from chatbot.tools.arguments import BadArguments, read_arguments, restored
from chatbot.tools.carrying import Outcome, refusal
from chatbot.tools.catalogue import offered, tools_of
from chatbot.tools.talk import Talk
from conversations.identity import verified_id
from conversations.models import Generation
from conversations.services.generations import ClaimLost

logger = logging.getLogger(__name__)

State = ToolCall.State
MOST_ROUNDS = 4
MOST_AT_ONCE = 4
# A visitor waits for all of it, so there is one limit for all rounds together.
WHOLE_SECONDS = 60.0
LEAST_SECONDS = 1.0


@dataclasses.dataclass
class Asked:
    """A write that is done once the visitor has said yes, and how they are asked."""

    call: ToolCall
    what: str
    words: confirming.Words

    @property
    def sentence(self) -> str:
        """Put together here, so a model cannot say that it is about something else."""
        return self.words.asks.format(what=self.what, yes=self.words.yes, no=self.words.no)


@dataclasses.dataclass
class Errand:
    """The tools' part of one turn.

    `said` is the text of earlier rounds, which stands before that of the
    last one; `asked` is there where the turn ends with a question for a yes.
    """

    generation: Generation
    visitor: str
    tools: dict[str, Tool]
    due: ToolCall | None = None
    messages: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    passages: Sequence[FoundPassage] | None = None
    originals: dict[str, str] = dataclasses.field(default_factory=dict)
    rounds: int = 0
    said: str = ""
    first_token_at: datetime.datetime | None = None
    asked: Asked | None = None
    began: float = dataclasses.field(default_factory=time.monotonic)

    def may_call(self, calls: int) -> bool:
        """Whether the next call, after so many, may want something done: another must fit after."""
        return (
            self.rounds < MOST_ROUNDS
            and calls + 1 < settings.CALLS_PER_REPLY
            and self._left() > LEAST_SECONDS
        )

    def talk(self, calls: int) -> Talk:
        """What the next prompt says about tools."""
        return Talk(offered(self.tools), self.may_call(calls), self.messages, self.passages)

    def do_what_is_due(self, writing: Writing) -> None:
        """What the visitor has said yes to was done, once, and the model will be told."""
        call = self.due
        if call is None:
            return
        self.due = None
        if call.state == State.RUNNING:
            # another worker began it and is gone; it may have arrived
            surely(functools.partial(carrying.give_up, call), END_SECONDS)
            call.refresh_from_db()
        if call.state == State.CONFIRMED:
            answer = self._confirmed(call, writing)
        else:
            answer = call.answer or carrying.told_as_text({"ok": False, "error": call.trouble})
        wish = ToolWish(f"call_{call.pk.hex[:24]}", call.name, call.arguments)
        self._tell([wish], [answer])

    def take(self, wishes: list[ToolWish], writing: Writing) -> None:
        """The wishes of one round were granted or refused, each is written down.

        Reads are done at once. Of writes the first is asked about, and the
        turn ends with that. `ClaimLost` where the reply is no longer ours.
        """
        self.rounds += 1
        answers = []
        for number, wish in enumerate(wishes):
            if number >= MOST_AT_ONCE:
                outcome = refusal(f"{MOST_AT_ONCE} calls at once are the most.")
                answers.append(self._refused(wish, outcome))
                continue
            answers.append(self._granted(wish, writing))
        self._tell(wishes[: len(answers)], answers)

    def _granted(self, wish: ToolWish, writing: Writing) -> str:
        tool = self.tools.get(wish.name)
        if tool is None:
            return self._refused(wish, refusal("There is no such tool."))
        try:
            arguments = restored(read_arguments(tool, wish.arguments), self.originals)
            read_arguments(tool, _as_json(arguments))  # with the visitor's own words in it
        except BadArguments as wrong:
            return self._refused(wish, refusal(str(wrong)), tool)
        if tool.writes:
            return self._to_be_asked(wish, tool, arguments)
        call = self._new(wish, tool, State.RUNNING)
        surely(functools.partial(call.save, force_insert=True), END_SECONDS)
        return self._run(call, tool, arguments, writing)

    def _run(self, call: ToolCall, tool: Tool, arguments: dict[str, Any], writing: Writing) -> str:
        connection.close()  # back to the pool while somebody else's system is asked
        if writing.lost:
            raise ClaimLost(str(self.generation))
        outcome = carrying.carry_out(tool, arguments, self.visitor, str(call.pk), self._left())
        self._ended(call, outcome)
        return outcome.text

    def _confirmed(self, call: ToolCall, writing: Writing) -> str:
        """Done for the same visitor, with what they were shown; the tool may be gone by now."""
        arguments, visitor = confirming.unsealed(call)
        tool = self.tools.get(call.name)
        if tool is None or tool.pk != call.tool_id or visitor != self.visitor:
            outcome = refusal("This cannot be done any more. Offer a person.")
            if carrying.begin(call):
                self._ended(call, outcome)
            return outcome.text
        if writing.lost:
            raise ClaimLost(str(self.generation))
        if not surely(functools.partial(carrying.begin, call), END_SECONDS):
            raise ClaimLost(str(self.generation))
        outcome = carrying.carry_out(tool, arguments, visitor, str(call.pk), self._left())
        self._ended(call, outcome)
        return outcome.text

    def _ended(self, call: ToolCall, outcome: Outcome) -> None:
        shown = self._hidden(outcome.text)
        surely(functools.partial(carrying.end, call, outcome, shown), END_SECONDS)

    def _to_be_asked(self, wish: ToolWish, tool: Tool, arguments: dict[str, Any]) -> str:
        if self.asked:
            return self._refused(wish, refusal("One change at a time."), tool)
        words = confirming.words_for(self.generation)
        screen = Screen(guard_of(self.generation.tenant), {})
        what = screen.take(confirming.in_words(tool, arguments)) + screen.end()
        if screen.is_stopped:
            return self._refused(wish, refusal("The arguments hold a forbidden word."), tool)
        call = self._new(wish, tool, State.WAITING)
        call.sealed = confirming.sealed(arguments, self.visitor)
        self.asked = Asked(call, what, words)
        return ""

    def _refused(self, wish: ToolWish, outcome: Outcome, tool: Tool | None = None) -> str:
        call = self._new(wish, tool, State.REFUSED)
        call.answer, call.trouble = self._hidden(outcome.text), outcome.trouble[:300]
        call.ended_at = Now()
        surely(functools.partial(call.save, force_insert=True), END_SECONDS)
        return outcome.text

    def _new(self, wish: ToolWish, tool: Tool | None, state: ToolCall.State) -> ToolCall:
        return ToolCall(
            tenant_id=self.generation.tenant_id,
            generation=self.generation,
            tool=tool,
            name=wish.name[:100].replace("\0", ""),
            arguments=self._hidden(wish.arguments[:4000].replace("\0", "")),
            state=state,
        )

    def _hidden(self, text: str) -> str:
        """As the provider may see it: what the tenant's policy hides is hidden in the books too."""
        return Redaction(guard_of(self.generation.tenant).policy.hidden).hide(text)

    def _tell(self, wishes: Sequence[ToolWish], answers: Sequence[str]) -> None:
        """The next prompt holds what was wanted and what came of it."""
        wanted = [
            {
                "id": wish.id,
                "type": "function",
                "function": {"name": wish.name, "arguments": wish.arguments},
            }
            for wish in wishes
        ]
        self.messages.append({"role": "assistant", "content": "", "tool_calls": wanted})
        self.messages += [
            {"role": "tool", "tool_call_id": wish.id, "content": answer}
            for wish, answer in zip(wishes, answers, strict=True)
        ]

    def _left(self) -> float:
        return WHOLE_SECONDS - (time.monotonic() - self.began)


def set_out(generation: Generation) -> Errand | None:
    """The tools' part of this turn; None where the tenant has none, or the visitor is nobody yet.

    A yes in the question is taken here; what a dead worker left is settled.
    """
    tools = tools_of(generation.tenant_id)
    if not tools:
        return None
    visitor = verified_id(generation.conversation_id)
    if not visitor:
        return None
    if generation.claim > 1:
        _close_reads(generation)
    return Errand(generation, visitor, tools, due=confirming.answered_by(generation))


def _close_reads(generation: Generation) -> None:
    """What the worker before was reading has ended without an answer; it is read again."""
    ToolCall.objects.filter(generation=generation, state=State.RUNNING, carried_by=None).update(
        state=State.FAILED, trouble="The worker died while it was running.", ended_at=Now()
    )


def _as_json(arguments: dict[str, Any]) -> str:
    return orjson.dumps(arguments).decode()
