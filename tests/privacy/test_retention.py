"""What a tenant no longer keeps is erased by itself, and nothing else."""

import datetime

import pytest
from django.utils import timezone

from conversations.models import AuditEntry, Conversation, Visitor, VisitorSession
from conversations.services import erasing
from tests import factories
from tests.privacy.planted import plant, tables_with

pytestmark = pytest.mark.django_db


def aged(talk, days):
    at = timezone.now() - datetime.timedelta(days=days)
    Conversation.objects.filter(pk=talk.pk).update(updated_at=at)
    Visitor.objects.filter(pk=talk.visitor_id).update(created_at=at)
    VisitorSession.objects.filter(visitor=talk.visitor_id).update(last_seen_at=at)
    return talk


def test_what_was_quiet_for_longer_goes_with_its_visitor(acme, ben):
    acme.kept_days = 30
    acme.save()
    aged(plant(acme, ben).talk, 31)
    young = aged(factories.make_conversation(acme), 29)
    assert erasing.due(acme, 30) == erasing.Kept(1, 3)
    assert erasing.erase_due() == 1
    assert tables_with("Beeblebrox") == []
    assert list(Conversation.objects.all()) == [young]
    assert list(Visitor.objects.all()) == [young.visitor]
    assert AuditEntry.objects.get(act="erased").details == {"what": "by age", "conversations": 1}


def test_a_second_run_finds_nothing_and_says_nothing(acme):
    acme.kept_days = 1
    acme.save()
    aged(factories.make_conversation(acme), 2)
    assert [erasing.erase_due(), erasing.erase_due()] == [1, 0]
    assert AuditEntry.objects.count() == 1


def test_it_goes_on_over_more_than_one_batch(acme, monkeypatch):
    monkeypatch.setattr(erasing, "AT_ONCE", 2)
    acme.kept_days = 1
    acme.save()
    for _ in range(5):
        aged(factories.make_conversation(acme), 2)
    assert erasing.erase_due() == 5


def test_whoever_sets_no_days_keeps_all(acme, globex):
    globex.kept_days = 1
    globex.save()
    aged(factories.make_conversation(acme), 4000)
    assert erasing.erase_due() == 0
    assert Conversation.objects.exists()


def test_a_visitor_who_was_here_lately_stays(acme):
    acme.kept_days = 30
    acme.save()
    talk = aged(factories.make_conversation(acme), 31)
    VisitorSession.objects.update(last_seen_at=timezone.now())
    erasing.erase_due()
    assert Visitor.objects.get() == talk.visitor
