"""The page that draws by lot."""

import pytest
from django.urls import reverse
from django.utils import timezone

from conversations.models import ReviewTask
from conversations.selectors.reviews import next_task
from tests import factories
from tests.review.judging import make_talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita(acme, client):
    person = factories.make_member(acme, "rita", "reviewer")
    client.force_login(person)
    return person


def posted(**changed):
    today = timezone.now().date()
    return {"first": today, "last": today, "count": "2", "seed": "7"} | changed


def test_what_was_drawn_waits_for_those_who_were_chosen(acme, rita, cleo, client):
    for _ in range(3):
        make_talk(acme)
    url = reverse("review:sample")
    assert "3 of the last seven days" in client.get(url).text
    page = client.post(url, posted(reviewers=[rita.pk, cleo.pk], by_all="on"), follow=True)
    assert "2 conversations drawn; 4 reviews wait." in page.text
    assert "By lot 7 of" in page.text
    assert ReviewTask.objects.filter(reviewer=cleo).count() == 2
    assert next_task(rita, [acme.pk]).reviewer == rita
    client.post(url, posted(count="9"))
    assert ReviewTask.objects.filter(reviewer=None).count() == 1
    assert "nobody judged" in client.post(url, posted(), follow=True).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"count": "0"}, "How many: "),
        ({"count": "201"}, "How many: "),
        ({"seed": ""}, "Seed: "),
        ({"first": "2026-13-01"}, "From: "),
        ({"last": "2020-01-01"}, "turn them round"),
    ],
)
def test_a_wrong_wish_is_said_and_draws_nothing(acme, rita, client, wrong, words):
    make_talk(acme)
    page = client.post(reverse("review:sample"), posted(**wrong))
    assert page.status_code == 400
    assert words in page.text
    assert not ReviewTask.objects.exists()


def test_nobody_is_chosen_who_may_not_review(acme, ben, rita, client):
    make_talk(acme)
    page = client.post(reverse("review:sample"), posted(reviewers=[ben.pk]))
    assert page.status_code == 400
    assert not ReviewTask.objects.exists()


def test_chosen_ones_are_taken_and_put_back_from_the_list(acme, rita, client):
    make_talk(acme)
    client.post(reverse("review:sample"), posted())
    task = ReviewTask.objects.get()
    queue = reverse("admin:conversations_reviewtask_changelist")
    for action, owner in (("take_them", rita), ("give_up", None)):
        client.post(queue, {"action": action, "_selected_action": [task.pk]})
        task.refresh_from_db()
        assert task.reviewer == owner
