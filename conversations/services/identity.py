"""Tie an anonymous visit to somebody the site knows."""

import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from conversations.models import Conversation, Tenant, Visitor, VisitorSession
from conversations.services import closing
from conversations.services.sessions import OpenedSession, open_session
from conversations.tokens import hash_of

State = Conversation.State
WITH_A_PERSON = (State.WAITING, State.STAFF)


@dataclass(frozen=True)
class Person:
    """Who the site says this is; only `user_id` need be known."""

    user_id: str
    name: str = ""
    email: str = ""


def identify(
    tenant: Tenant, token: str | None, person: Person, *, locale: str, origin: str
) -> OpenedSession:
    """A session of this person, under a token that nobody has seen before.

    What was said anonymously under the old token is theirs from now on, and
    that token opens nothing any more. A session of somebody else is left
    alone: nothing of one person becomes another's.
    """
    for _ in range(2):  # two devices of a new person at once: the second finds the first's row
        try:
            with transaction.atomic():
                return _identify(tenant, token, person, locale, origin)
        except IntegrityError:
            continue
    with transaction.atomic():
        return _identify(tenant, token, person, locale, origin)


def _identify(
    tenant: Tenant, token: str | None, person: Person, locale: str, origin: str
) -> OpenedSession:
    known = _locked_session(tenant, token) if token else None
    if known is None or known.visitor.external_id not in ("", person.user_id):
        opened = open_session(tenant, None, locale=locale, origin=origin)
    else:
        opened = _renewed(known, locale)
    session, anonymous = opened.session, opened.session.visitor
    theirs = Visitor.objects.select_for_update().filter(tenant=tenant, external_id=person.user_id)
    visitor = theirs.first() or anonymous
    visitor.external_id = person.user_id
    visitor.name = person.name or visitor.name or anonymous.name
    visitor.email = person.email or visitor.email or anonymous.email
    visitor.wants_mail = visitor.wants_mail or anonymous.wants_mail
    visitor.answers = anonymous.answers | visitor.answers
    visitor.save()
    if visitor != anonymous:
        _hand_over(anonymous, visitor)
    session.visitor = visitor
    session.save(update_fields=["visitor"])
    return opened


def _renewed(known: VisitorSession, locale: str) -> OpenedSession:
    """The same device as another row: token and tickets of the first open nothing any more."""
    token = secrets.token_urlsafe(32)
    known.delete()
    session = VisitorSession.objects.create(
        tenant_id=known.tenant_id,
        visitor=known.visitor,
        token_hash=hash_of(token),
        locale=locale[:20] or known.locale,
        origin=known.origin,
        page=known.page,
        context=known.context,
    )
    return OpenedSession(session, token)


def _locked_session(tenant: Tenant, token: str) -> VisitorSession | None:
    rows = VisitorSession.objects.select_for_update(of=("self", "visitor"))
    rows = rows.select_related("visitor")
    return rows.filter(tenant=tenant, token_hash=hash_of(token)).first()


def _hand_over(anonymous: Visitor, visitor: Visitor) -> None:
    """What the anonymous visitor said is the person's; one conversation of theirs stays open.

    That is the one on the screen, unless nothing was said there, or a
    person of staff answers or is awaited in the other. Nothing is copied:
    a conversation keeps its log, its replies and what they cost.
    """
    rows = Conversation.objects.select_for_update().exclude(state=State.CLOSED)
    shown = rows.filter(visitor=anonymous).first()
    earlier = rows.filter(visitor=visitor).first()
    if shown and shown.last_seq == 0:
        shown.delete()
    elif shown and earlier:
        staff_there = earlier.state in WITH_A_PERSON and shown.state not in WITH_A_PERSON
        ended = shown if staff_there else earlier
        closing.mark_closed(ended)
    Conversation.objects.filter(visitor=anonymous).update(visitor=visitor)


def end_session(session: VisitorSession) -> None:
    """The token opens nothing any more; what was said stays where it is."""
    session.delete()
