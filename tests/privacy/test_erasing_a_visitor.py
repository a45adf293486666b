"""Of an erased visitor nothing is left but what they cost."""

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from redis import Redis

from billing.models import Attempt, LedgerEntry
from billing.services import ledger
from billing.services.attempts import Call, open_attempt
from billing.usage import Usage
from chatbot.engine.lane import text_key
from conversations.models import AuditEntry, Visitor, VisitorSession
from conversations.services import erasing, events, generations, sessions
from conversations.services.generations import ClaimLost, Reply
from conversations.services.refusals import Refused
from tests import factories
from tests.privacy.planted import plant, tables_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(acme, ben):
    return plant(acme, ben)


def test_no_table_has_their_words(planted):
    erasing.erase_visitor(planted.talk.visitor)
    assert tables_with("Beeblebrox", "Zaphod") == []
    assert not Visitor.objects.exists()
    assert not VisitorSession.objects.exists()


def test_the_totals_do_not_move_and_the_calls_are_nobodys(planted):
    before = LedgerEntry.objects.aggregate(sum=Sum("amount"))
    erasing.erase_visitor(planted.talk.visitor)
    assert LedgerEntry.objects.aggregate(sum=Sum("amount")) == before
    attempt = Attempt.objects.get()
    assert attempt.generation_id is None
    assert attempt.request.keys() == {"model", "erased"}


def test_another_visitor_keeps_everything(acme, ben, planted):
    other = plant(acme, ben, "Trillian")
    erasing.erase_visitor(planted.talk.visitor)
    assert other.talk.messages.count() == 3
    assert "Trillian" in str(Attempt.objects.get(generation=other.reply).request)


def test_redis_forgets_the_text(planted, django_capture_on_commit_callbacks):
    key = text_key(str(planted.reply.public_id), planted.reply.claim)
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.set(key, "Zaphod")
        with django_capture_on_commit_callbacks(execute=True):
            erasing.erase_visitor(planted.talk.visitor)
        assert redis.get(key) is None


def test_their_next_visit_is_a_new_visitors(acme):
    opened = sessions.open_session(acme, None, locale="en", origin="")
    erasing.erase_visitor(opened.session.visitor)
    again = sessions.open_session(acme, opened.token, locale="en", origin="")
    assert again.session.visitor_id != opened.session.visitor_id


def test_a_socket_that_is_still_open_is_told(acme):
    talk = factories.make_conversation(acme)
    erasing.erase_visitor(talk.visitor)
    with pytest.raises(Refused, match="no longer kept"):
        events.next_place(talk.pk)


def test_the_audit_log_says_how_much_went(planted):
    number = planted.talk.visitor_id
    kept = erasing.kept_of(planted.talk.visitor)
    assert erasing.erase_visitor(planted.talk.visitor) == kept
    entry = AuditEntry.objects.get(act="erased")
    assert entry.details == {"what": "visitor", "number": number, "conversations": 1, "messages": 3}


def test_a_reply_that_is_being_written_is_written_to_nobody_and_paid_for(acme):
    factories.make_price()
    generation = factories.claimed(factories.make_conversation(acme))
    asked = {"messages": [{"role": "user", "content": "I am Zaphod"}]}
    attempt = open_attempt(generation, Call(Attempt.Purpose.REPLY, "demo-1", 10, 5, asked))
    erasing.erase_visitor(generation.conversation.visitor)
    with pytest.raises(ClaimLost), transaction.atomic():
        generations.finish(generation, Reply(text="Hello Zaphod!"))
    exact = LedgerEntry.Certainty.EXACT
    assert ledger.settle(attempt, Usage(10, 5), certainty=exact, outcome="stop")
    assert LedgerEntry.objects.get().generation_id is None
    assert tables_with("Zaphod") == []
