"""Who may open a socket: the right site, with a ticket that was just issued."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core import signing

from chatbot.live.protocol import SUBPROTOCOL
from conversations.access import session_with_id, session_with_token
from conversations.models import Conversation, Tenant, VisitorSession
from conversations.services.sessions import conversation_of

TICKET_SECONDS = 15 * 60
TICKET_PREFIX = "ticket."
# A subprotocol is an HTTP token, where the usual colon may not stand.
SIGNER = signing.TimestampSigner(salt="visitor-socket", sep=".")


@dataclass(frozen=True)
class Admitted:
    """A socket that may be opened, the conversation it shows, and the visitor's language."""

    conversation: Conversation
    locale: str = ""


def issue_ticket(session: VisitorSession) -> str:
    """A ticket that opens sockets of this session for `TICKET_SECONDS`."""
    return SIGNER.sign(str(session.pk))


def admit(scope: dict[str, Any]) -> Admitted | None:
    """The conversation behind the ticket; None where ticket, protocol or origin is not right."""
    offered = scope.get("subprotocols") or []
    tickets = [one[len(TICKET_PREFIX) :] for one in offered if one.startswith(TICKET_PREFIX)]
    if SUBPROTOCOL not in offered or not tickets:
        return None
    try:
        session_id = int(SIGNER.unsign(tickets[0], max_age=TICKET_SECONDS))
    except signing.BadSignature:
        return None
    session = session_with_id(session_id)
    if session is None:
        return None
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    if not origin_allowed(session.tenant, origin, host):
        return None
    return Admitted(conversation_of(session), session.locale)


def admit_page(headers: dict[str, str]) -> Admitted | None:
    """The conversation behind the secret in `authorization`; None where it or the origin is wrong.

    A page of ours that reads names no origin.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    session = session_with_token(token.strip()) if scheme.lower() == "bearer" else None
    if session is None:
        return None
    origin = headers.get("origin", "")
    if origin and not origin_allowed(session.tenant, origin, headers.get("host", "")):
        return None
    return Admitted(conversation_of(session), session.locale)


def origin_allowed(tenant: Tenant, origin: str, host: str) -> bool:
    """Whether a page of this origin may show the tenant's widget: our own host or a listed site."""
    if origin in tenant.allowed_origins:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc == host
