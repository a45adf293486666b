"""Open a visitor's session and find the conversation it continues."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from conversations.models import Conversation, Tenant, Visitor, VisitorSession
from conversations.services import closing
from conversations.tokens import hash_of

# What a page may tell of its visitor.
MOST_CONTEXT = 20


@dataclass(frozen=True)
class OpenedSession:
    """A session and the token that opens it again, known only here and to the browser."""

    session: VisitorSession
    token: str


def nobody_counts() -> bool:
    """New visitors come as they like, and none of them in a crowd."""
    return False


def open_session(
    tenant: Tenant,
    token: str | None,
    *,
    locale: str,
    origin: str,
    before_new: Callable[[], bool] = nobody_counts,
) -> OpenedSession:
    """The session that this token opened before at this tenant, else one of a new visitor.

    `before_new` is asked before a visitor is made: it may refuse, and says
    whether the new one comes in a crowd.
    """
    if token:
        known = (
            VisitorSession.objects.filter(tenant=tenant, token_hash=hash_of(token))
            .select_related("visitor")
            .first()
        )
        if known:
            # what the page speaks now is what the visitor is answered in
            known.locale = locale[:20] or known.locale
            known.save(update_fields=["last_seen_at", "locale"])
            return OpenedSession(known, token)
    in_crowd = before_new()
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        session = VisitorSession.objects.create(
            tenant=tenant,
            visitor=Visitor.objects.create(tenant=tenant),
            token_hash=hash_of(token),
            locale=locale[:20],
            origin=origin[:300],
            in_crowd=in_crowd,
        )
    return OpenedSession(session, token)


def conversation_of(session: VisitorSession) -> Conversation:
    """The visitor's open conversation, begun if there was none; the same for two tabs at once."""
    mine = Conversation.objects.filter(visitor_id=session.visitor_id).exclude(
        state=Conversation.State.CLOSED
    )
    found = mine.first()
    if found:
        return found
    try:
        with transaction.atomic():
            return Conversation.objects.create(
                tenant_id=session.tenant_id,
                visitor_id=session.visitor_id,
                in_crowd=session.in_crowd,
                created_at=Now(),
                updated_at=Now(),
            )
    except IntegrityError:
        return mine.get()


def begin_conversation(tenant: Tenant, *, name: str, locale: str) -> Conversation:
    """An empty conversation with a new visitor, whom the tenant's own system speaks for."""
    with transaction.atomic():
        visitor = Visitor.objects.create(tenant=tenant, name=cleaned(name)[:200])
        # what is said by the product itself is said in the language of a session
        VisitorSession.objects.create(
            tenant=tenant,
            visitor=visitor,
            token_hash=hash_of(secrets.token_urlsafe(32)),
            locale=locale[:20],
        )
        talk = Conversation.objects.create(
            tenant=tenant, visitor=visitor, created_at=Now(), updated_at=Now()
        )
    talk.refresh_from_db(fields=["created_at", "updated_at"])
    return talk


def note_page(session: VisitorSession, page: str, context: Mapping[str, Any]) -> None:
    """Staff see where the chat was opened, and what the page told of its visitor.

    Kept are twenty short values, texts and numbers, by short names. Nothing
    happens where the page says nothing new.
    """
    kept = {
        cleaned(name)[:40]: cleaned(str(value))[:200]
        for name, value in list(context.items())[:MOST_CONTEXT]
        if isinstance(value, str | int | float) and name.strip()
    }
    page = cleaned(page)[:500]
    if (page or session.page, kept or session.context) == (session.page, session.context):
        return
    session.page, session.context = page or session.page, kept or session.context
    session.save(update_fields=["page", "context"])


def start_over(session: VisitorSession) -> None:
    """The visitor's open conversation is closed, and the next one is new.

    One in which nothing was said stays: it is as new.
    """
    with transaction.atomic():
        talks = Conversation.objects.select_for_update().filter(
            visitor_id=session.visitor_id, last_seq__gt=0
        )
        for talk in talks.exclude(state=Conversation.State.CLOSED):
            closing.mark_closed(talk)


def cleaned(text: str) -> str:
    """The text as it can be stored: no NUL, no half of an emoji."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
