"""Conversations are given to people, by hand and by turn."""

import pytest
from django.db.models.functions import Now

from conversations.models import AtDesk, AuditEntry, DeskSettings, Notice, Work
from conversations.services import handoff, notices, turns, waits
from tests import factories

pytestmark = pytest.mark.django_db


def here(*people, **fields):
    for one in people:
        notices.seen_at_desk(one)
        AtDesk.objects.filter(user=one).update(**fields)


def whose(talk):
    return Work.objects.get(conversation=talk).assignee


def test_whoever_it_is_given_to_is_told_by_whom(acme, ben, cleo):
    talk = factories.make_conversation(acme)
    turns.assign(talk, ben, by=cleo)
    notice = Notice.objects.get()
    assert (whose(talk), notice.user, notice.by, notice.kind) == (ben, ben, cleo, "assigned")
    assert AuditEntry.objects.get(act="worked").details == {"done": "assigned", "to": ben.username}


def test_what_one_takes_oneself_is_no_news(acme, ben):
    turns.assign(factories.make_conversation(acme), ben, by=ben)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("role", ["viewer", None])
def test_nobody_has_what_they_may_not_answer(acme, mallory, role):
    talk = factories.make_conversation(acme)
    person = factories.make_member(acme, "vera", role) if role else mallory
    with pytest.raises(turns.NotDone, match="may not answer"):
        turns.assign(talk, person)
    assert not Work.objects.exists()


def test_it_goes_round_among_those_at_their_desk(acme, ben, cleo):
    nina, away, gone = (factories.make_member(acme, name) for name in ("nina", "away", "gone"))
    here(ben, cleo, nina)
    here(away, away=True)
    here(gone, seen_at=Now() - 2 * turns.AT_DESK)
    talks = [factories.make_conversation(acme) for _ in range(6)]
    given = [turns.give_by_turn(talk) for talk in talks]
    assert given == [ben, cleo, nina, ben, cleo, nina]
    assert [whose(talk) for talk in talks] == given


def test_what_is_somebodys_stays_theirs(acme, ben, cleo):
    talk = factories.make_conversation(acme)
    turns.assign(talk, cleo)
    here(ben)
    assert turns.give_by_turn(talk) == cleo


def test_nobody_there_gives_it_to_nobody(acme, ben):
    assert turns.give_by_turn(factories.make_conversation(acme)) is None


def test_whoever_asks_for_a_person_is_given_to_one_where_the_tenant_wishes(acme, ben, cleo):
    DeskSettings.objects.create(tenant=acme, assigns_by_turn=True)
    here(cleo)
    talk = factories.make_conversation(acme)
    handoff.ask_for_person(talk)
    assert whose(talk) == cleo
    assert [one.kind for one in Notice.objects.filter(user=cleo)] == ["assigned"]
    assert not Notice.objects.filter(user=ben).exists()


def test_whoever_asked_while_nobody_was_there_is_given_to_the_first_who_comes(acme, ben):
    DeskSettings.objects.create(tenant=acme, assigns_by_turn=True)
    talk = factories.make_conversation(acme)
    handoff.ask_for_person(talk)
    waits.tend()
    assert not Work.objects.exists()
    here(ben)
    waits.tend()
    assert whose(talk) == ben


def test_taking_over_makes_it_ones_own_where_it_was_nobodys(acme, ben, cleo):
    talk, given = (factories.make_conversation(acme) for _ in range(2))
    turns.assign(given, cleo)
    for one in (talk, given):
        handoff.staff_says(one, ben, "Hello.")
    assert (whose(talk), whose(given)) == (ben, cleo)
