"""What is to be judged: drawn by lot, shared out, judged, done."""

import datetime

import pytest
from django.utils import timezone

from conversations.models import Conversation, ReviewTask
from conversations.selectors.reviews import next_task, sample, unreviewed
from conversations.services import reviewing
from tests import factories
from tests.review.judging import make_criterion, make_talk, score

pytestmark = pytest.mark.django_db
WEEK = datetime.timedelta(days=7)


@pytest.fixture
def rita(acme):
    return factories.make_member(acme, "rita", "reviewer")


@pytest.fixture
def talks(acme):
    return [make_talk(acme) for _ in range(12)]


def drawn(tenant, count=5, seed=7):
    now = timezone.now()
    return sample(tenant, now - WEEK, now + WEEK, count=count, seed=seed)


def test_the_same_seed_draws_the_same_and_another_others(acme, talks):
    assert len(drawn(acme)) == 5
    assert drawn(acme) == drawn(acme)
    assert drawn(acme) != drawn(acme, seed=8)
    assert drawn(acme, count=99) == drawn(acme, count=12)
    # who comes later moves nobody who was drawn before another
    before = drawn(acme, count=12)
    new = make_talk(acme)
    assert [one for one in drawn(acme, count=13) if one != new] == before


def test_what_was_judged_or_is_to_be_is_not_drawn(acme, globex, talks, rita, cleo):
    make_talk(globex)
    factories.make_conversation(acme)  # the bot said nothing in it
    old = make_talk(acme)
    Conversation.objects.filter(pk=old.pk).update(updated_at=timezone.now() - 2 * WEEK)
    score(talks[0], make_criterion(acme), cleo, 3)
    reviewing.put_in_queue([talks[1]], [rita])
    now = timezone.now()
    assert set(unreviewed(acme, now - WEEK, now + WEEK)) == set(talks[2:])


def test_the_queue_is_shared_out_or_judged_by_all(acme, talks, rita, cleo):
    assert reviewing.put_in_queue(talks[:4], [rita, cleo], why="By lot") == 4
    assert ReviewTask.objects.filter(reviewer=rita).count() == 2
    assert reviewing.put_in_queue(talks[4:6], [rita, cleo], by_all=True) == 4
    assert reviewing.put_in_queue(talks[4:6], [rita, cleo], by_all=True) == 0
    assert reviewing.put_in_queue(talks[6:8]) == 2
    assert reviewing.put_in_queue(talks[6:8]) == 0


def test_ones_own_come_first_then_what_nobody_has(acme, globex, talks, rita, cleo):
    reviewing.put_in_queue(talks[:1], [cleo])
    reviewing.put_in_queue(talks[1:2])
    reviewing.put_in_queue(talks[2:4], [rita])
    found = []
    while task := next_task(rita, [acme.pk]):
        found.append(task.conversation)
        assert next_task(rita, [acme.pk], after=task.conversation_id) != task
        reviewing.finish(rita, task.conversation)
    assert found == [talks[2], talks[3], talks[1]]
    assert next_task(rita, [globex.pk]) is None
    assert next_task(cleo, [acme.pk]).conversation == talks[0]


def test_finishing_takes_ones_own_task_and_leaves_others(acme, talks, rita, cleo):
    reviewing.put_in_queue(talks[:1], [rita, cleo], by_all=True)
    done = reviewing.finish(rita, talks[0], " Too long. ")
    assert (done.state, done.note, done.reviewer) == ("done", "Too long.", rita)
    assert ReviewTask.objects.get(reviewer=cleo).state == "open"
    again = reviewing.finish(rita, talks[0], "Fine.")
    assert (again.pk, again.note) == (done.pk, "Fine.")
    unasked = reviewing.finish(rita, talks[1])
    assert (unasked.why, unasked.state) == ("Unasked", "done")


def test_tasks_change_hands_but_never_twice_to_the_same(acme, talks, ben, rita, cleo):
    reviewing.put_in_queue(talks[:2])
    reviewing.finish(rita, talks[2])
    reviewing.put_in_queue(talks[2:3])
    assert reviewing.assign(ReviewTask.objects.all(), rita) == 2
    assert reviewing.assign(ReviewTask.objects.filter(reviewer=rita), cleo) == 2
    assert ReviewTask.objects.filter(reviewer=rita).count() == 1  # the one that was done
    with pytest.raises(reviewing.NotJudged, match="may not review"):
        reviewing.assign(ReviewTask.objects.all(), ben)
    assert reviewing.assign(ReviewTask.objects.filter(reviewer=cleo), None) == 2
