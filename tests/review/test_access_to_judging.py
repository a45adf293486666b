"""Every role at every address of judging; what each should meet follows from `roles.py`."""

import pytest
from django.urls import reverse

from chatbot.models import EvaluationCase, EvaluationSet
from conversations import review_urls
from conversations.models import Criterion, ReviewTask, Score
from conversations.roles import Act, acts_of
from conversations.services import reviewing
from tests.house.test_access_of_roles import browsers
from tests.review.judging import make_criterion, make_talk, reply_of

pytestmark = pytest.mark.django_db
__all__ = ["browsers"]
# Posted, with what each may do who may.
ACTS = {"ask": Act.REVIEW, "judge": Act.REVIEW, "begin": Act.CONFIGURE, "case": Act.REVIEW}
READ = {"quality", "sample", "next"}


def prepared(tenant, name):
    """The address, what is posted there, and how much of it there is."""
    talk = make_talk(tenant)
    if name == "judge":
        criterion = make_criterion(tenant, f"Correct {talk.pk}")
        url = f"{reverse('review:judge', args=[talk.pk])}?judge={reply_of(talk).seq}"
        return url, {f"c{criterion.pk}": "4"}, Score
    if name == "ask":
        return reverse("review:ask", args=[talk.pk]), {"reviewer": ""}, ReviewTask
    if name == "begin":
        return reverse("review:begin", args=[tenant.slug]), {}, Criterion
    chosen, _ = EvaluationSet.objects.get_or_create(tenant=tenant, name="Basics")
    url = reverse("add-case", args=[talk.pk, reply_of(talk).seq])
    return url, {"set": chosen.pk, "expected": "Thirty days."}, EvaluationCase


def test_every_address_is_held_here():
    assert {pattern.name for pattern in review_urls.urlpatterns} == (set(ACTS) | READ) - {"case"}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_each_act_is_done_for_those_it_is_for(acme, browsers, name):
    for who, client in browsers.items():
        url, posted, made = prepared(acme, name)
        before = made.objects.count()
        answer = client.post(url, posted)
        may = who == "operator" or (who not in ("nobody", "mallory") and ACTS[name] in acts_of(who))
        expected = 302 if may or who == "nobody" else 404 if who == "mallory" else 403
        assert (who, answer.status_code) == (who, expected)
        assert (who, made.objects.count() > before) == (who, may)
        if name == "begin":
            Criterion.objects.all().delete()


def test_each_is_led_to_what_is_theirs_to_judge(acme, browsers):
    talk = make_talk(acme)
    reviewing.put_in_queue([talk])
    page = reverse("admin:conversations_conversation_change", args=[talk.pk])
    queue = reverse("admin:conversations_reviewtask_changelist")
    for who, client in browsers.items():
        answer = client.get(reverse("review:next"))
        if who in ("viewer", "agent"):
            assert answer.status_code == 403
        elif who == "nobody":
            assert "login" in answer.url
        else:
            assert answer.url == (queue if who == "mallory" else f"{page}#review")


def test_an_agent_sees_nothing_of_judging(acme, browsers):
    talk = make_talk(acme)
    make_criterion(acme)
    page = reverse("admin:conversations_conversation_change", args=[talk.pk])
    assert 'id="review"' not in browsers["agent"].get(page).text
    assert 'id="review"' in browsers["reviewer"].get(page).text
    assert reverse("review:quality") not in browsers["agent"].get(reverse("admin:index")).text


def test_a_foreign_set_takes_no_case(acme, globex, browsers):
    url, posted, _ = prepared(acme, "case")
    foreign = EvaluationSet.objects.create(tenant=globex, name="Theirs")
    assert browsers["operator"].post(url, posted | {"set": foreign.pk}).status_code == 404
    assert not EvaluationCase.objects.exists()


def test_tasks_are_assigned_to_those_who_may_review_there(acme, browsers):
    reviewing.put_in_queue([make_talk(acme)])
    task = ReviewTask.objects.get()
    page = reverse("admin:conversations_reviewtask_change", args=[task.pk])
    shown = browsers["reviewer"].get(page).text
    assert ">reviewer-" in shown
    assert ">agent-" not in shown
    assert ">mallory-" not in shown
