"""Quality over time: by whom, week by week, and how far reviewers agree."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from conversations.models import Rating, Score, Thumb
from conversations.selectors.quality import Tally, Weeks, quality_by
from conversations.views.lines import chart_of
from tests import factories
from tests.review.judging import make_criterion, make_talk, reply_of, score

pytestmark = pytest.mark.django_db
MONDAY = datetime.date(2026, 11, 2)
WEEKS = Weeks(MONDAY, 3, datetime.UTC)


def at(day: int) -> datetime.datetime:
    return datetime.datetime(2026, 11, day, 12, tzinfo=datetime.UTC)


def test_opinions_are_told_apart_by_who_spoke_and_the_week(acme, globex, cleo):
    correct, policy = make_criterion(acme), make_criterion(acme, "Policy", scale="yes_no")
    first, second = make_talk(acme), make_talk(acme, persona_label="Helper v2", model="demo-2")
    score(first, correct, cleo, 5)
    score(first, policy, cleo, 0)
    score(second, correct, cleo, 2)
    Score.objects.filter(conversation=first).update(said_at=at(3))
    Score.objects.filter(conversation=second).update(said_at=at(10))
    for talk, value, day in ((first, -1, 3), (second, 1, 16)):
        of = {"tenant": acme, "conversation": talk, "at": at(day)}
        Thumb.objects.create(message=reply_of(talk), value=value, **of)
        Rating.objects.create(score=3 + value, **of)
    theirs = make_talk(globex)
    Rating.objects.create(tenant=globex, conversation=theirs, score=1, at=at(3))

    found = quality_by([acme.pk], WEEKS, "persona_label")
    week = dict(enumerate(WEEKS.days))
    assert found.reviews == {
        ("Helper v1", week[0]): Tally(1.0, 2),
        ("Helper v2", week[1]): Tally(0.25, 1),
    }
    assert found.thumbs == {
        ("Helper v1", week[0]): Tally(0.0, 1),
        ("Helper v2", week[2]): Tally(1.0, 1),
    }
    assert found.ratings == {
        ("Helper v1", week[0]): Tally(0.25, 1),
        ("Helper v2", week[2]): Tally(0.75, 1),
    }
    assert found.criteria == {
        ("Helper v1", correct.pk): Tally(5.0, 1),
        ("Helper v1", policy.pk): Tally(0.0, 1),
        ("Helper v2", correct.pk): Tally(2.0, 1),
    }
    by_model = quality_by([acme.pk], WEEKS, "model")
    assert {name for name, _ in by_model.reviews} == {"demo-1", "demo-2"}


def test_weeks_begin_on_the_mondays_of_the_tenants_place(acme, cleo):
    talk = make_talk(acme)
    score(talk, make_criterion(acme), cleo, 5)
    # Sunday evening in Greenwich is Monday morning in Tokyo
    Score.objects.update(said_at=datetime.datetime(2026, 11, 8, 20, tzinfo=datetime.UTC))
    tokyo = datetime.timezone(datetime.timedelta(hours=9))
    for zone, week in ((datetime.UTC, 0), (tokyo, 1)):
        weeks = Weeks(MONDAY, 3, zone)
        [(_, day)] = quality_by([acme.pk], weeks, "model").reviews
        assert day == weeks.days[week]


def test_a_line_breaks_where_nobody_said_anything():
    chart = chart_of(WEEKS.days * 2, {"v1": [1.0, 0.5, None, 0.0, None, None]})
    [line] = chart.lines
    assert line.stretches == ["50,0 150,500"]
    assert line.dots == [(50, 0), (150, 500), (350, 1000)]
    many = chart_of(WEEKS.days, {str(n): [0.1] * 3 for n in range(8)})
    assert (len(many.lines), many.left_out) == (6, 2)


def test_the_page_shows_figures_tables_and_agreement(acme, cleo, client):
    rita = factories.make_member(acme, "rita", "reviewer")
    correct = make_criterion(acme)
    for number in range(4):
        talk = make_talk(acme, persona_label=f"Helper v{1 + number // 2}")
        score(talk, correct, cleo, 1 + number)
        score(talk, correct, rita, 1 + number)
        Thumb.objects.create(
            tenant=acme, conversation=talk, message=reply_of(talk), value=1, at=timezone.now()
        )
    client.force_login(rita)
    page = client.get(reverse("review:quality"), {"weeks": "4"})
    for words in (
        "Helper v1",
        "Helper v2",
        "12 % of 4",
        "62 % of 4",
        "1.5 of 4",
        "100 % of 2",
        "1.00",
    ):
        assert words in page.text
    assert "almost perfect" in page.text
    assert "Cohen, weighted" in page.text
    assert "demo-1" in client.get(reverse("review:quality"), {"by": "model"}).text


@pytest.mark.parametrize(
    "query", [{"weeks": "9"}, {"weeks": "-1"}, {"by": "tenant"}, {"tenant": "x"}, {"weeks": "٤"}]
)
def test_what_the_address_says_wrongly_is_as_usual(acme, cleo, client, query):
    client.force_login(cleo)
    page = client.get(reverse("review:quality"), query)
    assert page.status_code == 200
    assert "No opinions of these weeks" in page.text


def test_another_tenants_opinions_are_nobodys_business(acme, globex, cleo, mallory, client):
    score(make_talk(acme, persona_label="Secret v9"), make_criterion(acme), cleo, 5)
    client.force_login(mallory)
    page = client.get(reverse("review:quality"), {"tenant": acme.slug})
    assert "Secret v9" not in page.text
