"""A token opens its own session again, at its own tenant, and nothing else."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from conversations.models import Conversation, Visitor, VisitorSession
from conversations.services.sessions import conversation_of, open_session
from tests.factories import make_tenant


def open_at(tenant, token=None):
    return open_session(tenant, token, locale="en", origin="https://shop.example")


def test_a_token_finds_its_visitor_again(acme):
    first = open_at(acme)
    again = open_at(acme, first.token)
    assert again.session == first.session
    assert again.token == first.token
    assert Visitor.objects.count() == 1


def test_a_foreign_or_invented_token_starts_a_new_visitor(acme, globex):
    first = open_at(acme)
    for tenant, token in ((globex, first.token), (acme, "invented")):
        other = open_at(tenant, token)
        assert other.session.visitor != first.session.visitor
        assert other.token != token


def test_the_token_itself_is_not_stored(acme):
    opened = open_at(acme)
    row = VisitorSession.objects.values().get()
    assert opened.token not in {str(value) for value in row.values()}


def test_a_closed_conversation_is_followed_by_a_new_one(acme):
    session = open_at(acme).session
    first = conversation_of(session)
    assert conversation_of(session) == first
    first.state = Conversation.State.CLOSED
    first.save()
    assert conversation_of(session) != first


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_end_in_one_conversation():
    session = open_at(make_tenant()).session

    def open_tab(_):
        try:
            return conversation_of(session).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(open_tab, range(16)))) == 1
