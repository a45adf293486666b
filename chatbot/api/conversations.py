"""Conversations and what is said in them."""

import datetime
import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from chatbot import intake
from chatbot.api import shapes
from chatbot.api.once import HEADER
from chatbot.api.pages import Page, cursor_of, place_in
from chatbot.api.problems import not_there
from chatbot.api.responses import PROBLEMS
from chatbot.api.tokens import Token, tenant_of, token_of
from chatbot.models import Scope
from conversations.access import rows_of
from conversations.models import Conversation, Message
from conversations.services.event_data import name_of
from conversations.services.sessions import begin_conversation

router = Router(tags=["Conversations"])
# Under this and the key a message is known, so that one begun twice is said once.
NAMES = uuid.UUID("6d0e4b0a-6c0f-4e0b-9d4e-7c2f0c1d9a55")


class ConversationsAsked(Page):
    """Which page, and of which conversations."""

    state: shapes.State | None = None


EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
LAST_MICROSECOND = 253_402_300_000_000_000  # of the year 9999


@router.get(
    "",
    response={200: shapes.ConversationPage, **PROBLEMS},
    auth=Token(Scope.READ),
    operation_id="list_conversations",
)
def list_conversations(request: HttpRequest, page: Query[ConversationsAsked]) -> Any:
    """List conversations, the one that changed last first."""
    rows = rows_of(Conversation, [tenant_of(request).pk]).select_related("visitor")
    if page.state:
        rows = rows.filter(state=page.state)
    if page.cursor:
        moment, pk = place_in(page.cursor, int, int)
        at = EPOCH + datetime.timedelta(microseconds=min(moment, LAST_MICROSECOND))
        # the first condition is what the index is asked
        rows = rows.filter(updated_at__lte=at).exclude(updated_at=at, pk__gte=pk)
    found = list(rows.order_by("-updated_at", "-pk")[: page.limit + 1])
    more = found[page.limit - 1] if len(found) > page.limit else None
    place = cursor_of(_microseconds(more), more.pk) if more else None
    return {"items": [shown(talk) for talk in found[: page.limit]], "next": place}


@router.post(
    "",
    response={201: shapes.ConversationShape, **PROBLEMS},
    auth=Token(Scope.WRITE),
    operation_id="begin_conversation",
)
def begin(request: HttpRequest, given: shapes.NewConversation) -> Any:
    """Begin a conversation with a new visitor."""
    talk = begin_conversation(tenant_of(request), name=given.visitor_name, locale=given.locale)
    request.conversation = talk  # type: ignore[attr-defined]
    return Status(201, shown(talk))


@router.get(
    "/{uuid:conversation}",
    response={200: shapes.ConversationShape, **PROBLEMS},
    auth=Token(Scope.READ),
    operation_id="read_conversation",
)
def read(request: HttpRequest, conversation: Path[uuid.UUID]) -> Any:
    """Read one conversation."""
    return shown(found(request, conversation))


@router.get(
    "/{uuid:conversation}/messages",
    response={200: shapes.MessagePage, **PROBLEMS},
    auth=Token(Scope.READ),
    operation_id="list_messages",
)
def list_messages(request: HttpRequest, conversation: Path[uuid.UUID], page: Query[Page]) -> Any:
    """List what was said, oldest first."""
    rows = found(request, conversation).messages.select_related("author").order_by("seq")
    if page.cursor:
        rows = rows.filter(seq__gt=place_in(page.cursor, int)[0])
    said = list(rows[: page.limit + 1])
    place = cursor_of(said[page.limit - 1].seq) if len(said) > page.limit else None
    return {"items": [_said(message) for message in said[: page.limit]], "next": place}


@router.post(
    "/{uuid:conversation}/messages",
    response={201: shapes.Posted, **PROBLEMS},
    auth=Token(Scope.WRITE),
    operation_id="post_message",
)
def post_message(
    request: HttpRequest, conversation: Path[uuid.UUID], given: shapes.NewMessage
) -> Any:
    """Say something as the visitor, whom the bot answers, or as staff, who take over with it.

    The reply is written in the background: follow the stream of the
    conversation, list its messages, or be told by a webhook.
    """
    talk = found(request, conversation)
    key = request.headers.get(HEADER)
    token = token_of(request)
    client_id = uuid.uuid5(NAMES, f"{token.pk} {key}") if key else uuid.uuid4()
    if given.role == "staff":
        message = intake.staff_says(talk, token.person, given.text, client_id)
        return Status(201, {"message": _said(message), "reply": None})
    posted = intake.receive(talk, client_id=client_id, text=given.text)
    reply = posted.generation.public_id if posted.generation else None
    return Status(201, {"message": _said(posted.message), "reply": reply})


@router.post(
    "/{uuid:conversation}/take-over",
    response={200: shapes.ConversationShape, **PROBLEMS},
    auth=Token(Scope.WRITE),
    operation_id="take_over_conversation",
)
def take_over(request: HttpRequest, conversation: Path[uuid.UUID]) -> Any:
    """Have the token's person answer from here on; the bot stops in the middle of a word."""
    talk = found(request, conversation)
    intake.take_over(talk, token_of(request).person)
    return _anew(talk)


@router.post(
    "/{uuid:conversation}/hand-back",
    response={200: shapes.ConversationShape, **PROBLEMS},
    auth=Token(Scope.WRITE),
    operation_id="hand_back_conversation",
)
def hand_back(request: HttpRequest, conversation: Path[uuid.UUID]) -> Any:
    """Have the bot answer again."""
    talk = found(request, conversation)
    intake.hand_back(talk)
    return _anew(talk)


@router.post(
    "/{uuid:conversation}/close",
    response={200: shapes.ConversationShape, **PROBLEMS},
    auth=Token(Scope.WRITE),
    operation_id="close_conversation",
)
def close(request: HttpRequest, conversation: Path[uuid.UUID]) -> Any:
    """Close a conversation: what is being written ends, and the visitor's next one is new."""
    talk = found(request, conversation)
    intake.close(talk)
    return _anew(talk)


def found(request: HttpRequest, public_id: uuid.UUID) -> Conversation:
    """The token's tenant's conversation; a `Problem` where there is none such."""
    rows = rows_of(Conversation, [tenant_of(request).pk]).select_related("visitor")
    talk = rows.filter(public_id=public_id).first()
    if talk is None:
        raise not_there("conversation")
    # an answer that is kept under an idempotency key goes with it
    request.conversation = talk  # type: ignore[attr-defined]
    return talk


def shown(talk: Conversation) -> dict[str, Any]:
    """The conversation as the API gives it."""
    return {
        "id": talk.public_id,
        "state": talk.state,
        "last_seq": talk.last_seq,
        "visitor_id": talk.visitor.public_id,
        "visitor_name": talk.visitor.name,
        "created_at": talk.created_at,
        "updated_at": talk.updated_at,
    }


def _anew(talk: Conversation) -> dict[str, Any]:
    talk.refresh_from_db(fields=["state", "last_seq", "updated_at"])
    return shown(talk)


def _said(message: Message) -> dict[str, Any]:
    return {
        "id": message.public_id,
        "seq": message.seq,
        "role": message.role,
        "author": name_of(message.author) if message.author else None,
        "text": message.text,
        "replaced": message.replaced,
        "created_at": message.created_at,
    }


def _microseconds(talk: Conversation) -> int:
    """Since 1970, exactly; seconds as a float would lose the last digit."""
    return (talk.updated_at - EPOCH) // datetime.timedelta(microseconds=1)
