"""Open a visitor's session and find the conversation it continues."""

import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from conversations.models import Conversation, Tenant, Visitor, VisitorSession
from conversations.tokens import hash_of


@dataclass(frozen=True)
class OpenedSession:
    """A session and the token that opens it again, known only here and to the browser."""

    session: VisitorSession
    token: str


def open_session(tenant: Tenant, token: str | None, *, locale: str, origin: str) -> OpenedSession:
    """The session that this token opened before at this tenant, else one of a new visitor."""
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
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        session = VisitorSession.objects.create(
            tenant=tenant,
            visitor=Visitor.objects.create(tenant=tenant),
            token_hash=hash_of(token),
            locale=locale[:20],
            origin=origin[:300],
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
                created_at=Now(),
                updated_at=Now(),
            )
    except IntegrityError:
        return mine.get()
