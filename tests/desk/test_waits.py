"""Whoever asks for a person waits by a clock of the business hours."""

import datetime

import pytest

from conversations.models import BusinessHours, Conversation, DeskSettings, Notice, Wait
from conversations.services import closing, handoff, sessions, waits
from tests import factories

pytestmark = pytest.mark.django_db
NEVER_ON_WEEKENDS = [[["09:00", "17:00"]]] * 5 + [[], []]


def at_the_desk(tenant, minutes=10):
    return DeskSettings.objects.create(tenant=tenant, first_answer_minutes=minutes)


def asked(tenant):
    talk = factories.make_conversation(tenant)
    handoff.ask_for_person(talk)
    return talk


def told(kind):
    return sorted(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_the_target_counts_from_the_moment_somebody_asks(acme):
    at_the_desk(acme)
    wait = asked(acme).waits.get()
    assert wait.due_at - wait.since == datetime.timedelta(minutes=10)
    assert wait.ended_at is None


def test_without_a_target_there_is_a_wait_and_nothing_due(acme):
    assert asked(acme).waits.get().due_at is None


def test_what_is_closed_does_not_count(acme):
    at_the_desk(acme, 30)
    BusinessHours.objects.create(tenant=acme, week=NEVER_ON_WEEKENDS)
    talk = factories.make_conversation(acme)
    friday = datetime.datetime(2026, 11, 27, 16, 50, tzinfo=datetime.UTC)
    wait = waits.begin(talk.pk, acme.pk, friday)
    assert wait.due_at == datetime.datetime(2026, 11, 30, 9, 20, tzinfo=datetime.UTC)


def test_asking_twice_is_one_wait_and_one_notice(acme, ben):
    talk = asked(acme)
    handoff.ask_for_person(talk)
    assert talk.waits.count() == 1
    assert told("waiting") == [ben.username]


def test_only_a_written_answer_ends_it(acme, ben):
    talk = asked(acme)
    handoff.take_over(talk, ben)
    assert talk.waits.get().ended_at is None
    handoff.staff_says(talk, ben, "Hello.")
    assert talk.waits.get().end == "answered"
    assert not Notice.objects.filter(seen_at=None).exists()


@pytest.mark.parametrize(
    ("act", "end"), [(handoff.hand_back, "handed_back"), (closing.close, "closed")]
)
def test_it_ends_where_nobody_is_to_answer_any_more(acme, act, end):
    talk = asked(acme)
    act(talk)
    assert talk.waits.get().end == end


def test_a_visitor_who_begins_anew_waits_no_more(acme):
    opened = sessions.open_session(acme, None, locale="en", origin="")
    talk = sessions.conversation_of(opened.session)
    handoff.ask_for_person(talk)
    sessions.start_over(opened.session)
    waits.tend()
    assert talk.waits.get().end == "closed"


def test_whoever_waits_too_long_is_told_of_once_to_staff_and_managers(acme, ben, cleo, mallory):
    at_the_desk(acme)
    talk = asked(acme)
    assert waits.tend() == 0
    Wait.objects.update(due_at=talk.waits.get().since)
    assert waits.tend() == 1
    assert waits.tend() == 0
    assert told("late") == sorted([ben.username, cleo.username])


def test_where_it_is_somebodys_only_they_and_managers_are_told(acme, ben, cleo):
    other = factories.make_member(acme, "nina")
    at_the_desk(acme)
    talk = asked(acme)
    handoff.take_over(talk, other)
    Wait.objects.update(due_at=talk.waits.get().since)
    waits.tend()
    assert told("late") == sorted([other.username, cleo.username])


def test_viewers_are_told_nothing(acme):
    factories.make_member(acme, "vera", "viewer")
    asked(acme)
    assert not Notice.objects.exists()


def test_whoever_waits_twice_has_two_waits(acme):
    talk = asked(acme)
    handoff.hand_back(talk)
    handoff.ask_for_person(talk)
    assert [one.end for one in talk.waits.order_by("pk")] == ["handed_back", ""]
    assert Conversation.objects.get().state == "waiting"
