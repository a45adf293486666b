"""A write waits for the visitor's yes: how it is asked for, and what counts as one."""

import dataclasses
import datetime
import re
import unicodedata
from typing import Any

import orjson
from django.db import transaction
from django.db.models.functions import Now

from chatbot.models import Tool, ToolCall
from chatbot.models.encryption import Sealed
from conversations.models import Event, Generation, Message, VisitorSession
from conversations.sentences import told
from conversations.services import events
from conversations.services.event_data import action_asked

State = ToolCall.State
# A yes to what was asked half an hour ago may be meant for something else.
PATIENCE = datetime.timedelta(minutes=30)
MOST_SHOWN = 200
CHINESE = re.compile("[\u4e00-\u9fff]")
KANA = re.compile("[\u3040-\u30ff]")

YES = {
    *("yes", "yes please", "yes do it", "yes do that", "do it", "confirm", "confirmed", "ok"),
    *("okay", "sure", "go ahead", "y", "yep", "yeah", "please do"),
    *("是", "是的", "好", "好的", "可以", "确认", "確認", "同意", "行", "对", "是的请办理"),
    *("sí hágalo", "oui faites le", "ja bitte tun", "sim pode fazer", "はいお願いします"),
    *(
        "نعم افعل ذلك",
        "ja",
        "ja bitte",
        "oui",
        "oui merci",
        "sí",
        "si",
        "sim",
        "はい",
        "お願いします",
        "نعم",
    ),
}


@dataclasses.dataclass(frozen=True)
class Words:
    """What one language asks with."""

    asks: str
    yes: str
    no: str


ASKS, DO_IT, DO_NOT = "May I do this: {what}? Please answer “{yes}” or “{no}”.", "Yes, do it", "No"


def words_in(locale: str) -> Words:
    """In this language, or in English."""
    return Words(told(ASKS, locale), told(DO_IT, locale), told(DO_NOT, locale))


ENGLISH = words_in("en")


def words_for(generation: Generation) -> Words:
    """In the language of the visitor's page; in Chinese to whoever asks in it."""
    if CHINESE.search(generation.question.text) and not KANA.search(generation.question.text):
        return words_in("zh")
    sessions = VisitorSession.objects.filter(visitor__conversations=generation.conversation_id)
    locale = sessions.order_by("-last_seen_at").values_list("locale", flat=True).first()
    return words_in(locale or "en")


def in_words(tool: Tool, arguments: dict[str, Any]) -> str:
    """What would be done, as the tenant says it; every argument stands in it, cut where long."""
    shown = {name: _short(value) for name, value in arguments.items()}
    named = re.findall(r"\{(\w+)\}", tool.question)
    said = re.sub(r"\{(\w+)\}", lambda one: shown.get(one[1], "–"), tool.question or tool.label)
    rest = [f"{name} {value}" for name, value in shown.items() if name not in named]
    return f"{said} ({', '.join(rest)})" if rest else said


def says_yes(text: str) -> bool:
    """Whether the whole message is a yes, in one of the languages of the widget."""
    plain = "".join(
        sign if unicodedata.category(sign)[0] in "LN" else " "
        for sign in unicodedata.normalize("NFKC", text).casefold()
    )
    return " ".join(plain.split()) in YES or "".join(plain.split()) in YES


def ask(generation: Generation, call: ToolCall, what: str, words: Words) -> None:
    """The call waits, and the log asks for a yes; in the transaction that ends the reply."""
    place = events.next_place(generation.conversation_id)
    call.asked_seq = place.seq
    call.save()
    data = action_asked(generation, call.pk, what, words.yes, words.no, place.at)
    events.append(place, Event.Kind.ACTION_ASKED, data, generation)


def sealed(arguments: dict[str, Any], visitor: str) -> str:
    """What is done once the visitor has said yes, and for whom; it lies encrypted until then."""
    return orjson.dumps({"arguments": arguments, "visitor": visitor}).decode()


def unsealed(call: ToolCall) -> tuple[dict[str, Any], str]:
    """Arguments and visitor of a call that has not ended."""
    lies: Sealed = call.sealed
    said = orjson.loads(lies.reveal().get_secret_value())
    return said["arguments"], said["visitor"]


@transaction.atomic
def answered_by(generation: Generation) -> ToolCall | None:
    """The call that this question says yes to, as confirmed or further; None where to none.

    Whatever else waited in the conversation is declined. Asked again for
    the same question, by the next worker or for another try of the reply,
    it is the same call.
    """
    question = generation.question
    calls = ToolCall.objects.filter(tenant_id=generation.tenant_id)
    before = calls.filter(carried_by__question=question).select_related("tool__tenant").first()
    if before:
        return before
    confirmed = None
    waiting = calls.filter(
        generation__conversation_id=generation.conversation_id, state=State.WAITING
    )
    for call in waiting.select_for_update(of=("self",)).order_by("-created_at"):
        if confirmed is None and _is_meant(call, question):
            call.state, call.carried_by = State.CONFIRMED, generation
            call.save(update_fields=["state", "carried_by"])
            confirmed = call
            continue
        waiting.filter(pk=call.pk).update(state=State.DECLINED, sealed=None, ended_at=Now())
    return confirmed


def _is_meant(call: ToolCall, question: Message) -> bool:
    """The yes is the very next thing that was said after the question for it, and in time."""
    if call.asked_seq is None or question.seq <= call.asked_seq:
        return False
    if question.created_at - call.created_at > PATIENCE:
        return False
    between = Message.objects.filter(
        conversation_id=question.conversation_id, seq__gt=call.asked_seq, seq__lt=question.seq
    )
    return says_yes(question.text) and not between.exists()


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    text = " ".join(text.split())
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
