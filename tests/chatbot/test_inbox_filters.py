"""The list is kept to what somebody looks for, and its views say how much there is."""

import datetime
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from billing.usage import Usage
from chatbot.inbox.filling import fill
from chatbot.inbox.views import count_of, forget_counts
from chatbot.models import SavedView, Verdict
from conversations.models import Conversation, Generation
from conversations.services import generations, handoff
from conversations.services.generations import Reply
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/conversations/conversation/"


@pytest.fixture(autouse=True)
def counted_anew():
    forget_counts()


def page(user, **query):
    client = Client()
    client.force_login(user)
    return client.get(LIST, query).text


def shown(user, **query):
    return {int(pk) for pk in re.findall(r"/conversation/(\d+)/change/", page(user, **query))}


@pytest.fixture
def talks(acme):
    """A conversation for each thing that one can be kept to."""
    answered = {
        "plain": [{"mark": 1, "title": "A", "url": "", "excerpt": ""}],
        "no_source": [],
    }
    made = {}
    for name in ("plain", "no_source", "failed", "blocked", "dear", "slow", "handed_over"):
        generation = factories.claimed(factories.make_conversation(acme), name)
        if name == "failed":
            generations.fail(generation, code="timeout", text="Too slow.")
        else:
            cited = answered.get(name, answered["plain"])
            generations.finish(generation, Reply(text="Yes.", citations=cited))
        made[name] = generation
    price = factories.make_price(input="100000")
    factories.make_ledger_entry(made["dear"], price, Usage(20, 0))
    Verdict.objects.create(
        tenant=acme,
        generation=made["blocked"],
        side="answer",
        check_name="words",
        outcome="blocked",
        ground="spam",
    )
    Generation.objects.filter(pk=made["slow"].pk).update(
        queued_at=timezone.now() - datetime.timedelta(seconds=12),
        model="gpt-6-luna",
        persona_label="Acme's assistant v2",
    )
    handoff.ask_for_person(made["handed_over"].conversation)
    ids = {name: one.conversation_id for name, one in made.items()}
    fill(list(ids.values()))
    return ids


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"mark": "blocked"}, {"blocked"}),
        ({"mark": "failed"}, {"failed"}),
        ({"mark": "no_source"}, {"no_source"}),
        ({"mark": "handed_over"}, {"handed_over"}),
        ({"mark": "review"}, {"blocked", "failed", "no_source"}),
        ({"check": "words", "verdict": "blocked"}, {"blocked"}),
        ({"check": "links"}, set()),
        ({"slow": "10"}, {"slow"}),
        ({"slow": "30"}, set()),
        ({"cost": "1"}, {"dear"}),
        ({"cost": "10"}, set()),
        ({"model": "GPT-6-Luna", "persona": "Acme's assistant v2"}, {"slow"}),
        ({"language": "zh"}, set()),
        ({"mark": "'; DROP"}, set()),
        ({"mark": "blocked", "q": "blocked"}, {"blocked"}),
        ({"mark": "blocked", "q": "plain"}, set()),
    ],
    ids=lambda value: "-".join(sorted(value)) if isinstance(value, dict) else None,
)
def test_a_filter_keeps_what_it_says(talks, cleo, query, names):
    assert shown(cleo, **query) == {talks[name] for name in names}


def test_staff_cannot_learn_of_money_by_a_filter(talks, ben):
    assert shown(ben, cost="1") in (set(talks.values()), set())
    assert "By cost" not in page(ben)
    assert "Expensive" not in page(ben)


def test_live_now_is_what_moved_in_the_last_minutes(talks, ben):
    long_ago = timezone.now() - datetime.timedelta(minutes=6)
    Conversation.objects.exclude(pk=talks["slow"]).update(updated_at=long_ago)
    assert shown(ben, live="now") == {talks["slow"]}


def counts(user):
    """By its name, what stands beside each view."""
    links = re.findall(
        r'<a href="[^"]*"[^>]*>([\w’ ]+) <span class="inbox-count">(.*?)</span>', page(user)
    )
    return dict(links)


def test_each_view_says_how_many_it_holds_up_to_a_hundred(talks, cleo, monkeypatch):
    assert counts(cleo) == {
        "Waiting": "1",
        "Mine": "0",
        "Nobody’s": "1",
        "Live now": "7",
        "Needs review": "3",
        "Blocked": "1",
        "Unanswered": "0",
        "Expensive": "1",
    }
    forget_counts()
    monkeypatch.setattr("chatbot.inbox.views.COUNTED", 2)
    monkeypatch.setattr("chatbot.admin.saved_views.COUNTED", 2)
    assert counts(cleo)["Needs review"] == "2+"


def test_another_tenants_conversations_are_in_no_count(talks, mallory):
    assert set(counts(mallory).values()) == {"0"}


def test_a_view_of_ones_own_is_kept_replaced_and_removed(talks, ben):
    client = Client()
    client.force_login(ben)
    save = LIST + "views/save/"
    client.post(save, {"name": "  My   list ", "query": "mark=failed&p=3&q="})
    answer = client.post(save, {"name": "My list", "query": "mark=blocked"})
    assert answer.url == f"{LIST}?mark=blocked"
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("My list", "mark=blocked")
    text = client.get(LIST, {"mark": "blocked"}).text
    assert re.search(r'href="[^"]*\?mark=blocked" aria-current="page">My list</a>', text)
    client.post(f"{LIST}views/{view.pk}/remove/")
    assert not SavedView.objects.exists()
    assert "Give the view a name." in client.post(save, {"name": " "}, follow=True).text


def test_the_row_shows_marks_and_the_slowest_reply_and_its_last_words(talks, ben):
    text = page(ben, q="slow")
    assert "slowest 12." in re.search(r"field-last_model[^>]*>.*?</td>", text, re.S)[0]
    assert "Blocked" in re.search(r"field-marks[^>]*>.*?</td>", page(ben, q="blocked"), re.S)[0]
    assert re.search(r'inbox-by-assistant"><span class="inbox-who">Bot</span> Yes\.', text)


def test_money_is_counted_exactly_at_a_step(acme, cleo):
    generation = factories.answered(factories.make_conversation(acme))
    price = factories.make_price(input="1000")
    entry = factories.make_ledger_entry(generation, price, Usage(100, 0))
    assert entry.amount == Decimal("0.1")
    fill([generation.conversation_id])
    assert shown(cleo, cost="0.1") == {generation.conversation_id}
    assert shown(cleo, cost="1") == set()


def test_a_count_that_takes_too_long_is_left_out_and_the_list_is_there(talks, ben, monkeypatch):
    monkeypatch.setattr("chatbot.inbox.views.COUNT_MS", 1)
    slow = Conversation.objects.extra(where=["pg_sleep(0.05) IS NOT NULL"])
    assert count_of(ben.pk, "slow", lambda: slow) is None
    assert len(shown(ben)) == 7


def test_a_search_that_takes_too_long_says_how_to_narrow_it(talks, ben, monkeypatch):
    monkeypatch.setattr("chatbot.admin.transcripts.PATIENCE_MS", 20)
    monkeypatch.setattr(
        "chatbot.admin.transcripts.with_words",
        lambda rows, _: rows.extra(where=["pg_sleep(0.1) IS NOT NULL"]),
    )
    client = Client()
    client.force_login(ben)
    answer = client.get(LIST, {"q": "tent"}, follow=True)
    assert "Add a rarer word" in answer.text


def test_the_sidebar_says_how_many_wait_for_a_person(talks, ben, mallory):
    def badges(user):
        client = Client()
        client.force_login(user)
        sidebar = client.get("/admin/chatbot/document/").text.partition("</nav>")[0]
        return re.findall(r"forum.*?Conversations.*?<span[^>]*>\s*(\d+)\s*</span>", sidebar, re.S)

    assert badges(ben) == ["1"]
    assert badges(mallory) == []


def test_the_command_line_leads_to_a_search(acme, ben):
    client = Client()
    client.force_login(ben)
    found = client.get("/admin/search/", {"s": "Tent", "extended": "1"}).text
    assert f"{LIST}?q=tent" in found
