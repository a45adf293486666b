"""Staff find a conversation by what was said in it, and see where."""

import datetime
import re

import pytest
from django.test import Client

from chatbot.inbox.asking import marked
from chatbot.inbox.filling import catch_up
from chatbot.models import InboxRow
from conversations.models import Conversation, Visitor
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/conversations/conversation/"


def page(user, **query):
    client = Client()
    client.force_login(user)
    return client.get(LIST, query).text


def found(user, words):
    """The ids of the conversations on the page."""
    return {int(pk) for pk in re.findall(r"/conversation/(\d+)/change/", page(user, q=words))}


def said(tenant, *texts):
    talk = factories.make_conversation(tenant)
    for text in texts:
        factories.post(talk, text)
    return talk.pk


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("My red tent leaks", "TENT leak"),
        ("Order 10023-B is late", "10023"),
        ("我想退货，谢谢", "退货"),
        ("我想退货，谢谢", "货"),
        ("多久能到？", "多久"),
        ("Größe XL?", "größe"),
        ("It's O'Brien \\ here", "o'brien \\"),
    ],
)
def test_words_are_found_however_they_are_written(acme, ben, text, words):
    other = said(acme, "Something else")
    talk = said(acme, text)
    assert found(ben, words) == {talk}
    assert other


def test_words_of_two_messages_find_their_conversation(acme, ben):
    talk = said(acme, "My tent leaks", "It is red")
    said(acme, "A blue tent")
    assert found(ben, "red tent") == {talk}


@pytest.mark.parametrize("words", ["", "%", "' | 'x", "&", "!tent", "tent:*", "mark:blocked"])
def test_no_way_of_writing_breaks_the_page_or_finds_by_a_facet(acme, ben, words):
    talk = said(acme, "My tent leaks")
    Conversation.objects.get(pk=talk)
    assert found(ben, words) <= {talk}
    assert found(ben, "mark:blocked") == set()


def test_a_visitors_name_and_the_beginning_of_an_id_are_words_too(acme, ben):
    talk = Conversation.objects.get(pk=said(acme, "Hello"))
    Visitor.objects.filter(pk=talk.visitor_id).update(name="Ada Lovelace")
    said(acme, "Hello")
    assert found(ben, "lovelace") == {talk.pk}
    assert found(ben, talk.public_id.hex[:8]) == {talk.pk}


def test_the_place_is_shown_with_the_words_marked_and_leads_there(acme, ben):
    talk = said(acme, "Hello", "x " * 100 + "my <b>tent</b> leaks" + " y" * 100)
    text = page(ben, q="tent")
    assert "&lt;b&gt;<mark>tent</mark>&lt;/b&gt; leaks" in text
    assert f"/conversation/{talk}/change/?_changelist_filters=q%3Dtent#m2" in text


def test_a_snippet_is_cut_at_both_ends():
    assert marked("a" * 100 + " tent " + "b" * 200, ["tent"]).startswith("…")
    assert marked("tent", ["tent"]) == "<mark>tent</mark>"


def test_what_was_said_a_moment_ago_is_found_and_old_words_stay(acme, ben):
    talk = said(acme, "My tent leaks")
    assert found(ben, "tent") == {talk}
    factories.post(Conversation.objects.get(pk=talk), "A kettle too")
    assert found(ben, "kettle") == {talk}
    assert found(ben, "tent") == {talk}


def test_filling_goes_on_where_it_stopped_also_through_one_moment(acme, monkeypatch):
    monkeypatch.setattr("chatbot.inbox.filling.AT_ONCE", 2)
    talks = [said(acme, f"number {n}") for n in range(5)]
    moment = Conversation.objects.get(pk=talks[0]).updated_at
    Conversation.objects.update(updated_at=moment)
    counts = [catch_up(2), catch_up(2), catch_up(2), catch_up(2)]
    assert sum(counts) == 5
    assert counts[-1] == 0
    assert InboxRow.objects.count() == 5


def test_what_is_brought_in_from_elsewhere_is_found_however_old_it_is(acme, ben):
    said(acme, "My tent leaks")
    catch_up()
    old = said(acme, "A kettle of last year")
    long_ago = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    Conversation.objects.filter(pk=old).update(updated_at=long_ago)
    assert found(ben, "kettle") == {old}


def test_an_erased_conversation_is_found_no_more(acme, ben):
    talk = said(acme, "My tent leaks")
    assert found(ben, "tent") == {talk}
    Conversation.objects.get(pk=talk).delete()
    assert found(ben, "tent") == set()
    assert not InboxRow.objects.exists()
