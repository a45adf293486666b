"""How conversations come out: somebody's word, or seven silent days."""

import datetime

import pytest
from django.utils import timezone

from conversations.models import Conversation, Event, Generation, Message, Outcome
from conversations.selectors.outcomes import outcome_counts, with_outcome
from conversations.services import generations, handoff, outcomes
from tests import factories

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.timedelta(days=10)


def age(talk: Conversation, by: datetime.timedelta = LONG_AGO) -> None:
    """Everything in the conversation happened so much earlier."""
    for model in (Message, Event):
        for row in model.objects.filter(conversation=talk):
            model.objects.filter(pk=row.pk).update(created_at=row.created_at - by)
    for outcome in talk.outcomes.all():
        Outcome.objects.filter(pk=outcome.pk).update(at=outcome.at - by)
    talk.refresh_from_db()
    Conversation.objects.filter(pk=talk.pk).update(updated_at=talk.updated_at - by)


def answered(acme) -> Conversation:
    talk = factories.make_conversation(acme)
    factories.answered(talk)
    return talk


def kinds(talk: Conversation) -> list[tuple[str, bool | None]]:
    return list(talk.outcomes.order_by("at").values_list("kind", "lasting"))


def test_seven_silent_days_after_the_bots_answer_are_assumed_to_be_resolved(acme):
    talk = answered(acme)
    assert outcomes.judge() == 0
    age(talk)
    assert outcomes.judge() == 1
    assert kinds(talk) == [("assumed", True)]
    assert outcomes.judge() == 0


def test_a_conversation_without_a_question_has_no_outcome(acme):
    talk = factories.make_conversation(acme)
    age(talk)
    assert outcomes.judge() == 0


def test_a_failed_answer_and_an_asked_person_are_no_resolution(acme):
    failed = factories.make_conversation(acme)
    generations.fail(factories.claimed(failed), code="timeout", text="Too slow.")
    asked = answered(acme)
    handoff.ask_for_person(asked)
    handoff.hand_back(asked)
    for talk in (failed, asked):
        age(talk)
    outcomes.judge()
    assert kinds(failed) == [("unanswered", True)]
    assert kinds(asked) == [("handed_over", True)]


def test_a_word_counts_once_seven_days_were_quiet(acme, ben):
    talk = answered(acme)
    outcomes.confirm(talk, ben)
    assert kinds(talk) == [("confirmed", None)]
    age(talk)
    outcomes.judge()
    assert kinds(talk) == [("confirmed", True)]
    assert talk.outcomes.get().author == ben


def test_whoever_writes_again_within_seven_days_was_not_served(acme):
    talk = answered(acme)
    outcomes.confirm(talk)
    age(talk, datetime.timedelta(days=6))
    factories.answered(talk)
    age(talk, datetime.timedelta(days=8))
    outcomes.judge()
    assert kinds(talk) == [("confirmed", False), ("assumed", True)]
    counts = outcome_counts([acme], timezone.now() - 2 * LONG_AGO, timezone.now())
    assert (counts.confirmed, counts.reopened, counts.assumed) == (0, 1, 1)


def test_whoever_comes_back_later_has_another_outcome(acme):
    talk = answered(acme)
    age(talk, datetime.timedelta(days=20))
    outcomes.judge()
    factories.answered(talk)
    age(talk, datetime.timedelta(days=8))
    outcomes.judge()
    assert kinds(talk) == [("assumed", True), ("assumed", True)]


def test_saying_so_twice_is_one_word(acme, ben, cleo):
    talk = answered(acme)
    outcomes.confirm(talk, ben)
    outcomes.confirm(talk, cleo)
    assert talk.outcomes.get().author == cleo


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ("assumed", 1),
        ("confirmed", 0),
        ("assumed.{day}.{day}.UTC", 1),
        ("assumed.2020-01-01.2020-01-02.UTC", 0),
        ("assumed.soon.later.UTC", 0),
        ("assumed.2020-01-01.2020-01-02.Mars/Base", 0),
        ("assumed.2020-01-01", 0),
    ],
)
def test_the_rows_behind_a_count_are_found(acme, wanted, count):
    talk = answered(acme)
    age(talk)
    outcomes.judge()
    day = talk.outcomes.get().at.date()
    found = with_outcome(Conversation.objects.all(), wanted.format(day=day))
    assert found.count() == count


def test_an_erased_visitor_takes_the_outcome_along(acme):
    talk = answered(acme)
    outcomes.confirm(talk)
    talk.visitor.delete()
    assert not Outcome.objects.exists()
    assert not Generation.objects.exists()
