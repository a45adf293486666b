"""Conversations are found by what was said, who answered, when and in which state."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.usage import Usage
from conversations.models import Conversation, Generation, Membership
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/conversations/conversation/"


def said(tenant, text, model=""):
    """A conversation that begins with this, answered by this model."""
    generation = factories.claimed(factories.make_conversation(tenant), text)
    Generation.objects.filter(pk=generation.pk).update(model=model, state="done")
    return generation


def listed(user, **query):
    """The first lines on the page, in its order."""
    client = Client()
    client.force_login(user)
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return [line.strip() for line in re.findall(r'/change/[^"]*"[^>]*>([^<]+)</a>', answer.text)]


def test_the_newest_is_first_and_another_tenants_is_not_there(acme, globex, ben):
    said(acme, "older")
    said(acme, "newer")
    said(globex, "foreign")
    assert listed(ben) == ["newer", "older"]


def test_the_words_may_stand_anywhere_in_one_message(acme, ben):
    said(acme, "My red tent leaks")
    said(acme, "A tent")
    assert listed(ben, q="leaks TENT") == ["My red tent leaks"]
    assert listed(ben, q="percent%") == []


def test_chinese_words_are_found(acme, ben):
    said(acme, "我想退货，谢谢")
    said(acme, "Hello")
    assert listed(ben, q="退货") == ["我想退货，谢谢"]


def test_a_conversation_is_found_by_its_id(acme, ben):
    generation = said(acme, "this one")
    said(acme, "another")
    assert listed(ben, q=str(generation.conversation.public_id)) == ["this one"]


def test_the_search_finds_nothing_of_another_tenant(acme, globex, ben):
    foreign = said(globex, "secret word").conversation
    assert listed(ben, q="secret") == []
    assert listed(ben, q=str(foreign.public_id)) == []


def test_the_model_filter_keeps_what_that_model_was_asked(acme, ben):
    said(acme, "small", "gpt-6-luna")
    said(acme, "big", "gpt-6-sol")
    assert listed(ben, model="GPT-6-sol") == ["big"]


def test_the_state_filter_keeps_that_state(acme, ben):
    waiting = said(acme, "waiting").conversation
    said(acme, "bot")
    Conversation.objects.filter(pk=waiting.pk).update(state="waiting")
    assert listed(ben, state__exact="waiting") == ["waiting"]


def test_the_date_filter_takes_the_tenants_days_first_and_last_included(acme, ben):
    acme.time_zone = "Asia/Tokyo"
    acme.save()
    for text, hour in (("before", 14), ("first minute", 15), ("last minute", 38), ("after", 39)):
        moment = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
        Conversation.objects.filter(pk=said(acme, text).conversation_id).update(
            updated_at=moment + datetime.timedelta(hours=hour, minutes=59 if hour == 38 else 0)
        )
    days = {"updated_at_from": "2026-03-02", "updated_at_to": "2026-03-02"}
    assert listed(ben, **days) == ["last minute", "first minute"]


def test_what_is_no_day_does_not_count(acme, ben):
    said(acme, "there")
    assert listed(ben, updated_at_from="2026-02-31", updated_at_to="soon") == ["there"]


def test_only_a_manager_sees_the_cost_and_only_of_what_they_manage(acme, globex, ben, cleo):
    price = factories.make_price()
    for tenant, tokens in ((acme, 1_000_000), (globex, 2_000_000)):
        factories.make_ledger_entry(said(tenant, tenant.name), price, Usage(tokens, 0))
    Membership.objects.create(tenant=globex, user=cleo, role="agent")
    client = Client()
    client.force_login(cleo)
    page = client.get(LIST).text
    assert "$0.10" in page
    assert "$0.20" not in page
    client.force_login(ben)
    assert "$0.10" not in client.get(LIST).text


def test_somebody_of_one_tenant_is_shown_no_choice_of_tenants(acme, globex, ben):
    client = Client()
    client.force_login(ben)
    assert "Globex" not in client.get(LIST).text


def test_the_tenant_filter_keeps_one_of_my_tenants_and_no_other(acme, globex, ben):
    third = factories.make_tenant("Third")
    Membership.objects.create(tenant=globex, user=ben, role="agent")
    for tenant in (acme, globex, third):
        said(tenant, tenant.name)
    assert sorted(listed(ben)) == ["Acme", "Globex"]
    assert listed(ben, tenant=globex.slug) == ["Globex"]
    assert listed(ben, tenant=third.slug) == []


def test_a_longer_list_takes_no_more_queries_and_no_count(acme, ben):
    client = Client()
    client.force_login(ben)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        return [one["sql"] for one in asked]

    said(acme, "one")
    queries()  # the counts of the views are kept for some seconds
    few = len(queries())
    for number in range(5):
        said(acme, f"number {number}")
    many = queries()
    assert len(many) == few
    assert not [
        sql
        for sql in many
        if sql.startswith('SELECT COUNT(*) AS "__count" FROM "conversations_conv')
    ]
