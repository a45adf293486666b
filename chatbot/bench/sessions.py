"""Visitors for a bench: sessions written straight into the database, as many as wanted."""

import secrets

from django.db import transaction

from billing.services.prices import load_seed
from chatbot.bench.stack import Stack
from chatbot.live.handshake import issue_ticket
from conversations.models import Tenant, Visitor, VisitorSession
from conversations.tokens import hash_of


def open_sessions(stack: Stack, number: int) -> list[dict[str, str]]:
    """So many visitors of one new tenant, each with a ticket for a socket; 5,000 take 2 s."""
    load_seed()
    tenant = Tenant.objects.create(name="Bench", slug=f"bench-{secrets.token_hex(4)}")
    with transaction.atomic():
        visitors = Visitor.objects.bulk_create([Visitor(tenant=tenant) for _ in range(number)])
        sessions = VisitorSession.objects.bulk_create(
            [
                VisitorSession(
                    tenant=tenant,
                    visitor=visitor,
                    token_hash=hash_of(secrets.token_urlsafe(32)),
                    locale="en",
                    origin=stack.url,
                )
                for visitor in visitors
            ]
        )
    socket = stack.url.replace("http", "ws", 1) + "/ws/visitor/"
    return [
        {"socket": socket, "ticket": issue_ticket(session), "origin": stack.url}
        for session in sessions
    ]
