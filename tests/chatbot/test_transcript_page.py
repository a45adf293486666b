"""A conversation reads as a timeline, and each reply says what it took."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import Attempt
from billing.services import ledger
from billing.services.attempts import Call, open_attempt
from billing.usage import Usage
from conversations.models import Conversation, Generation
from conversations.selectors import transcripts
from conversations.services import generations
from conversations.services.generations import Reply
from tests import factories

pytestmark = pytest.mark.django_db

REQUEST = {"model": "demo-1", "messages": [{"role": "user", "content": "退货期限是多久？"}]}


@pytest.fixture
def talk(acme):
    factories.make_price(cached_input="0.01")
    return factories.make_conversation(acme)


def reply(talk, text="30 **days**. [1]", usage=None, **fields):
    """A reply with a settled call, as the engine writes it."""
    generation = factories.claimed(talk, "How long?")
    generation.model, generation.persona_label = "demo-1", "Assistant v3"
    call = Call(Attempt.Purpose.REPLY, "demo-1", 812, 1000, REQUEST)
    attempt = open_attempt(generation, call)
    ledger.settle(
        attempt,
        usage or Usage(input=812, cached=600, output=143, raw={"prompt_tokens": 812}),
        certainty="exact",
        outcome="stop",
        request_id="req_42",
    )
    generations.finish(generation, Reply(text=text, **fields))
    return generation


def page(user, talk, query=""):
    client = Client()
    client.force_login(user)
    url = reverse("admin:conversations_conversation_change", args=[talk.pk])
    return client.get(url + query)


def words(user, talk, query=""):
    """What a person reads on the page, without the markup."""
    html = re.sub(r"<(script|style).*?</\1>", "", page(user, talk, query).text, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_reply_says_its_model_tokens_and_cost(talk, cleo):
    reply(talk)
    read = words(cleo, talk)
    for said in (
        "Demo model",
        "Assistant v3",
        "812 in (600 cached) / 143 out",
        "$0.000099",
        "exact",
    ):
        assert said in read


def test_the_exact_request_and_usage_can_be_opened(talk, ben):
    attempt = reply(talk).attempts.get()
    read = words(ben, talk)
    client = Client()
    client.force_login(ben)
    sent = client.get(reverse("sent-request", args=[attempt.pk])).text
    assert reverse("sent-request", args=[attempt.pk]) in page(ben, talk).text
    assert "退货期限是多久？&quot;" in sent
    assert "&quot;prompt_tokens&quot;: 812" in read
    assert "req_42" in read


def test_times_are_counted_from_the_question(talk, ben):
    generation = reply(talk)
    asked = generation.queued_at
    Generation.objects.filter(pk=generation.pk).update(
        claimed_at=asked + datetime.timedelta(seconds=0.25),
        first_token_at=asked + datetime.timedelta(seconds=1.5),
        finished_at=asked + datetime.timedelta(seconds=4),
    )
    read = words(ben, talk)
    assert "first text 1.50 s, whole 4.00 s" in read
    assert "Waited for a worker 0.25 s" in read


def test_sources_are_linked_where_that_is_harmless(talk, ben):
    source = {"mark": 1, "title": "Returns", "excerpt": "30 days"}
    bad = {"mark": 2, "title": "Bad", "excerpt": "", "url": "javascript:alert(1)"}
    reply(talk, citations=[source | {"url": "/help/returns"}, bad])
    html = page(ben, talk).text
    assert '<a href="/help/returns">Returns</a>' in html
    assert "javascript:alert" not in html
    assert "2 sources" in html


def test_money_is_for_managers(talk, ben, cleo):
    reply(talk)
    assert "$0.0" in words(cleo, talk)
    assert "$" not in words(ben, talk)
    assert "US dollars" not in words(ben, talk)


def test_markdown_is_shown_and_nothing_in_it_runs(talk, ben):
    text = "**bold** <script>alert(1)</script> ![pic](https://spy.example/x.png)"
    reply(talk, text)
    html = page(ben, talk).text
    assert "<strong>bold</strong>" in html
    assert "<script>alert" not in html
    assert "spy.example" not in html.replace("&quot;", "")


def test_a_failed_reply_says_what_the_visitor_read_and_what_to_do(talk, ben):
    generation = factories.claimed(talk)
    generations.fail(
        generation,
        code="spend_limit",
        text="Sorry, not now.",
        detail="Acme may spend 5 USD.",
        partial="Half a sen",
    )
    read = words(ben, talk)
    for said in ("Failed", "Half a sen", "Sorry, not now.", "Acme may spend 5 USD."):
        assert said in read
    assert "What to do: A manager can raise the limit" in read
    assert "No model was called, so nothing was spent." in read


def test_a_failure_stands_where_it_happened(talk, ben):
    generations.fail(factories.claimed(talk, "First?"), code="timeout", text="Too slow.")
    reply(talk, "The second is answered.")
    read = words(ben, talk)
    assert read.index("First?") < read.index("Too slow.") < read.index("The second is answered.")


def test_replies_on_their_way_are_seen(talk, ben):
    generation = factories.claimed(talk, "One?")
    generations.renew({(generation.pk, generation.claim): "Half of an ans"})
    factories.post(talk, "Two?")
    read = words(ben, talk)
    assert "Being written" in read
    assert "Waits for a worker" in read
    assert read.index("Two?") < read.index("Half of an ans")
    assert "2 on the way" in read


def test_every_call_of_a_reply_is_listed_and_the_least_certain_named(talk, cleo):
    generation = reply(talk)
    again = open_attempt(generation, Call(Attempt.Purpose.REPLY, "demo-1", 10, 1000, REQUEST))
    ledger.settle(again, None, certainty="unknown", outcome="abandoned")
    read = words(cleo, talk)
    assert "2 calls" in read
    assert "Call 2 of 2 of demo-1 abandoned" in read
    assert "unknown" in read


def test_an_open_call_says_what_is_held(talk, cleo):
    generation = factories.claimed(talk)
    open_attempt(generation, Call(Attempt.Purpose.REPLY, "demo-1", 1000, 1000, REQUEST))
    assert "Held until it is settled $0.00060" in words(cleo, talk)


def test_days_are_the_tenants_days(talk, ben):
    talk.tenant.time_zone = "Asia/Tokyo"
    talk.tenant.save()
    reply(talk)
    late = datetime.datetime(2026, 3, 1, 20, 30, tzinfo=datetime.UTC)
    talk.messages.update(created_at=late)
    read = words(ben, talk)
    assert "Monday, 2 March 2026" in read
    assert "05:30:00" in read


def test_a_long_conversation_is_read_in_stretches(talk, ben, monkeypatch):
    monkeypatch.setattr(transcripts, "MESSAGES_A_PAGE", 4)
    for number in range(5):
        reply(talk, f"Answer {number}.")
    newest = words(ben, talk)
    assert "Answer 4." in newest
    assert "Answer 2." not in newest
    assert "Visitor wrote 5 times" in newest
    seq = transcripts.transcript_page(talk).earlier
    before = words(ben, talk, f"?before={seq}")
    assert "Answer 2." in before
    assert "Answer 3." not in before
    assert len(re.findall("How long[?]", before)) == 2


def test_a_page_asks_the_database_no_more_often_for_a_longer_talk(talk, ben):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert page(ben, talk).status_code == 200
        return len(asked)

    reply(talk)
    generations.fail(factories.claimed(talk), code="timeout", text="Too slow.")
    queries()  # what a process looks up once and keeps is looked up now
    few = queries()
    for _ in range(5):
        reply(talk)
        generations.fail(factories.claimed(talk), code="timeout", text="Too slow.")
    assert queries() == few


def test_a_talk_in_which_nothing_was_said_says_so(talk, ben):
    assert "Nothing has been said yet." in words(ben, talk)


def test_staff_of_another_tenant_do_not_get_it(talk, mallory):
    reply(talk, "A secret of Acme.")
    answer = page(mallory, talk)
    assert answer.status_code == 302
    assert "A secret of Acme." not in answer.text


def test_it_cannot_be_written_to(talk, cleo):
    client = Client()
    client.force_login(cleo)
    url = reverse("admin:conversations_conversation_change", args=[talk.pk])
    assert client.post(url, {"state": "closed", "_save": "Save"}).status_code == 403
    assert Conversation.objects.get(pk=talk.pk).state == "bot"
