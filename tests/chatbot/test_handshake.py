"""A socket opens for the right site with a fresh ticket, and for nobody else."""

import pytest

from chatbot.live import handshake
from chatbot.live.handshake import admit, issue_ticket, origin_allowed
from conversations.services.sessions import open_session

OURS, SHOP = "https://chat.example", "https://shop.example"


def scope(ticket, origin=OURS, protocols=("cx.v1",)):
    headers = [(b"host", b"chat.example"), (b"origin", origin.encode())]
    return {"subprotocols": [*protocols, f"ticket.{ticket}"], "headers": headers}


@pytest.fixture
def ticket(acme):
    acme.allowed_origins = [SHOP]
    acme.save()
    return issue_ticket(open_session(acme, None, locale="", origin=SHOP).session)


@pytest.mark.parametrize("origin", [OURS, SHOP])
def test_a_fresh_ticket_opens_the_visitors_conversation(ticket, origin):
    assert admit(scope(ticket, origin)).conversation.tenant.name == "Acme"


@pytest.mark.parametrize(
    "origin",
    [
        "", "null", "https://evil.example", "https://shop.example.evil", "http://shop.example",
        "https://shop.example:444", "https://sub.shop.example", "https://shop.example.",
        "HTTPS://SHOP.EXAMPLE", "https://chat.example@evil.example", "file://", "shop.example",
    ],
)  # fmt: skip
def test_a_site_that_is_not_listed_is_refused(ticket, origin):
    assert admit(scope(ticket, origin)) is None


def test_origins_are_those_of_the_tickets_own_tenant(ticket, globex):
    assert not origin_allowed(globex, SHOP, "chat.example")
    other = issue_ticket(open_session(globex, None, locale="", origin="").session)
    assert admit(scope(other, SHOP)) is None


@pytest.mark.parametrize(
    "ruin", [lambda t: t[:-1] + "x", lambda t: "1" + t, lambda t: "", str.upper]
)
def test_a_changed_ticket_is_refused(ticket, ruin):
    assert admit(scope(ruin(ticket))) is None


def test_a_ticket_expires(ticket, monkeypatch):
    monkeypatch.setattr(handshake, "TICKET_SECONDS", -1)
    assert admit(scope(ticket)) is None


def test_the_protocol_must_be_offered(ticket):
    assert admit(scope(ticket, protocols=())) is None


def test_a_ticket_is_a_token_that_browsers_accept_as_a_subprotocol(ticket):
    assert set(ticket) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_a_ticket_of_an_erased_session_opens_nothing(ticket):
    handshake.session_with_id(int(ticket.split(".")[0])).delete()
    assert admit(scope(ticket)) is None
