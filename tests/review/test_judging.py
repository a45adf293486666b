"""A reviewer's scores of replies and conversations."""

import pytest

from conversations.models import Criterion, ReviewTask, Score
from conversations.services import reviewing
from conversations.services.erasing import erase_visitor
from tests import factories
from tests.review.judging import make_criterion, make_talk, reply_of, score

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita(acme):
    return factories.make_member(acme, "rita", "reviewer")


@pytest.fixture
def talk(acme):
    return make_talk(acme)


def test_a_score_says_who_spoke_and_when(talk, rita):
    found = score(talk, make_criterion(talk.tenant), rita, 4)
    assert (found.value, found.model, found.persona_label) == (4, "demo-1", "Helper v1")
    assert found.said_at == reply_of(talk).created_at


def test_judging_again_changes_the_score_and_nobody_elses(acme, talk, rita, cleo):
    correct, tone = make_criterion(acme), make_criterion(acme, "Tone")
    score(talk, correct, cleo, 1)
    reviewing.judge(rita, talk, {correct.pk: 2, tone.pk: 3}, reply_of(talk))
    reviewing.judge(rita, talk, {correct.pk: 5}, reply_of(talk))
    assert sorted(Score.objects.values_list("reviewer", "criterion__name", "value")) == sorted(
        [(cleo.pk, "Correct", 1), (rita.pk, "Correct", 5), (rita.pk, "Tone", 3)]
    )
    reviewing.judge(rita, talk, {correct.pk: None}, reply_of(talk))
    assert Score.objects.filter(reviewer=rita).count() == 1


def test_the_conversation_and_its_reply_are_judged_apart(acme, talk, rita):
    whole = make_criterion(acme, "Resolved", about="conversation", scale="yes_no")
    score(talk, make_criterion(acme), rita, 2)
    first = score(talk, whole, rita, 1)
    again = score(talk, whole, rita, 0)
    assert first.pk == again.pk
    assert again.message is None
    assert again.said_at == talk.updated_at


@pytest.mark.parametrize("value", [0, 6])
def test_a_value_beyond_the_scale_changes_nothing(acme, talk, rita, value):
    good, bad = make_criterion(acme), make_criterion(acme, "Tone")
    with pytest.raises(reviewing.NotJudged, match="from 1 to 5"):
        reviewing.judge(rita, talk, {good.pk: 5, bad.pk: value}, reply_of(talk))
    assert not Score.objects.exists()


def test_foreign_unused_and_unfitting_criteria_are_refused(acme, globex, talk, rita):
    unfit = [
        make_criterion(globex),
        make_criterion(acme, "Old", in_use=False),
        make_criterion(acme, "Resolved", about="conversation"),
    ]
    for criterion in unfit:
        with pytest.raises(reviewing.NotJudged, match="Reload"):
            reviewing.judge(rita, talk, {criterion.pk: 1}, reply_of(talk))
    assert not Score.objects.exists()


def test_an_erased_visitor_takes_the_scores_along(acme, talk, rita):
    score(talk, make_criterion(acme), rita, 2)
    reviewing.finish(rita, talk, "Ada was angry.")
    erase_visitor(talk.visitor)
    assert not Score.objects.exists()
    assert not ReviewTask.objects.exists()
    assert Criterion.objects.count() == 1


def test_a_tenant_begins_with_criteria_and_keeps_its_own(acme, globex):
    begun = reviewing.first_criteria(acme.pk)
    assert [one.name for one in begun] == ["Resolved", "Effort", "Correct", "Tone", "Policy"]
    assert len(reviewing.first_criteria(acme.pk)) == 5
    mine = make_criterion(globex, "Polite")
    assert reviewing.first_criteria(globex.pk) == [mine]
