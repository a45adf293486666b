"""A conversation rests until a moment, or until something happens."""

import datetime

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from conversations.models import BusinessHours, Notice, Work
from conversations.services import snoozing, turns
from conversations.services.turns import NotDone
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def talk(acme):
    return factories.make_conversation(acme)


def rests(talk):
    return Work.objects.get(conversation=talk).snoozed_until is not None


def test_it_wakes_when_its_time_has_come_and_its_person_is_told(talk, ben, cleo):
    turns.assign(talk, ben, by=ben)
    snoozing.snooze(talk, timezone.now() + HOUR, cleo)
    assert snoozing.wake_due() == 0
    Work.objects.update(snoozed_until=Now())
    assert snoozing.wake_due() == 1
    assert snoozing.wake_due() == 0
    assert not rests(talk)
    assert [(one.user, one.kind) for one in Notice.objects.all()] == [(ben, "awake")]


def test_it_wakes_when_the_visitor_writes(talk, ben):
    snoozing.snooze(talk, timezone.now() + HOUR, ben)
    factories.post(talk)
    assert snoozing.wake_due() == 1
    assert not rests(talk)
    assert Notice.objects.get().user == ben


@pytest.mark.parametrize("days", [-1, 400])
def test_a_moment_that_is_past_or_far_off_is_refused(talk, ben, days):
    with pytest.raises(NotDone, match="within a year"):
        snoozing.snooze(talk, timezone.now() + datetime.timedelta(days=days), ben)
    assert not Work.objects.exists()


def test_the_next_opening_is_of_a_later_day(acme):
    BusinessHours.objects.create(tenant=acme, week=[[["10:30", "17:00"]]] * 7)
    moment = snoozing.until("opening", acme.pk)
    assert (moment.hour, moment.minute) == (10, 30)
    assert moment.date() > timezone.now().date()


def test_who_is_always_there_is_woken_in_the_morning(acme):
    assert snoozing.until("opening", acme.pk).hour == 9
    assert snoozing.until("week", acme.pk).date() == (
        timezone.now().date() + datetime.timedelta(days=7)
    )
