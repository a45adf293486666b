"""Conversations are closed, and open again, by staff and by the visitor's next word."""

import pytest

from conversations.models import AuditEntry, Conversation, Work
from conversations.services import closing, handoff, sessions
from conversations.services.turns import NotDone
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(acme):
    return sessions.open_session(acme, None, locale="en", origin="").session


@pytest.fixture
def talk(session):
    talk = sessions.conversation_of(session)
    factories.answered(talk)
    return talk


def state_of(talk):
    return Conversation.objects.get(pk=talk.pk).state


def kinds(talk):
    return list(talk.events.order_by("seq").values_list("kind", flat=True))


def test_the_next_visit_is_a_new_conversation(session, talk, ben):
    closing.close(talk, ben)
    assert state_of(talk) == "closed"
    assert sessions.conversation_of(session) != talk
    assert Work.objects.get().closed_by == ben
    assert AuditEntry.objects.get(act="worked").details == {"done": "closed"}


def test_whoever_talked_to_a_person_is_told_that_the_bot_answers(talk, ben):
    handoff.staff_says(talk, ben, "Hello.")
    closing.close(talk)
    assert kinds(talk)[-1] == "bot.back"


def test_whoever_talked_to_the_bot_is_told_nothing(talk):
    before = kinds(talk)
    closing.close(talk)
    closing.close(talk)
    assert kinds(talk) == before


def test_it_opens_again(talk, ben):
    closing.close(talk)
    closing.reopen(talk, ben)
    assert state_of(talk) == "bot"
    closing.reopen(talk, ben)
    assert AuditEntry.objects.filter(act="worked", details__done="reopened").count() == 1


def test_it_stays_closed_where_the_visitor_has_begun_another(session, talk):
    closing.close(talk)
    sessions.conversation_of(session)
    with pytest.raises(NotDone, match="another"):
        closing.reopen(talk)
    factories.post(talk)
    assert state_of(talk) == "closed"
    before = kinds(talk)
    handoff.ask_for_person(talk)
    assert (state_of(talk), kinds(talk)) == ("closed", before)


def test_what_the_visitor_writes_there_opens_it_and_is_answered(talk):
    closing.close(talk)
    assert factories.post(talk).generation
    assert state_of(talk) == "bot"


def test_asking_there_for_a_person_is_asking(talk):
    closing.close(talk)
    handoff.ask_for_person(talk)
    assert state_of(talk) == "waiting"
    assert talk.waits.get().ended_at is None
