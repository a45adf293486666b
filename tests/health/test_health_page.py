"""The health page says whose time and whose errors they were, to each reader of their own."""

import datetime

import pytest
from django.utils import timezone

from chatbot.health import heartbeat
from chatbot.health.faults import Fault, fault_of
from chatbot.providers.breaker import breaker
from conversations.models import Generation
from conversations.services import generations
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    """The page as this person sees it."""

    def look(person, query=""):
        client.force_login(person)
        answer = client.get(f"/admin/health/{query}")
        assert answer.status_code == 200
        return answer.context, answer.content.decode()

    return look


@pytest.fixture
def root():
    return factories.make_user("root", is_superuser=True)


def ended(tenant, *, whole, provider, first=None, code="", minutes=1, waited=0):
    """A reply that took so many milliseconds; its question came so many minutes ago."""
    generation = factories.claimed(factories.make_conversation(tenant))
    if code:
        generations.fail(generation, code=code, text="Sorry")
    else:
        generations.finish(generation, generations.Reply(text="Yes."))
    asked = timezone.now() - datetime.timedelta(minutes=minutes)
    milli = datetime.timedelta(milliseconds=1)
    Generation.objects.filter(pk=generation.pk).update(
        queued_at=asked,
        claimed_at=asked + waited * milli,
        first_token_at=asked + (first or whole) * milli,
        finished_at=asked + whole * milli,
        provider_ms=provider,
        provider_first_ms=provider // 2,
        tools_ms=0,
    )
    return generation


def row(context, title):
    (found,) = [one for one in context["rows"] if one.title == title]
    return found


def test_a_slow_provider_misses_no_goal_of_ours(acme, cleo, page):
    ended(acme, whole=9_100, provider=9_000, first=5_000)
    context, text = page(cleo)
    ours = row(context, "This product")
    assert (ours.p95, ours.verdict) == ("100 ms", "Met")
    assert row(context, "Provider, to the end").p95 == "9.00 s"
    assert row(context, "Provider, to the end").verdict == ""
    assert row(context, "Visitor, first word").p95 == "5.00 s"
    assert row(context, "Visitor, whole answer").p95 == "9.10 s"
    assert "Where the time goes" in text


def test_a_slow_worker_misses_it(acme, cleo, page):
    ended(acme, whole=3_000, provider=500, waited=2_000)
    context, _ = page(cleo)
    assert (row(context, "This product").p95, row(context, "This product").missed) == (
        "2.50 s",
        True,
    )
    assert row(context, "– waiting for a worker").p95 == "2.00 s"


def test_who_asks_again_meanwhile_waits_for_the_provider_and_not_for_us(acme, cleo, page):
    talk = factories.make_conversation(acme)
    start = timezone.now() - datetime.timedelta(minutes=2)
    second = datetime.timedelta(seconds=1)
    for n in range(2):
        generation = factories.claimed(talk)
        generations.finish(generation, generations.Reply(text="Yes."))
        Generation.objects.filter(pk=generation.pk).update(
            queued_at=start,
            claimed_at=start + n * 10 * second,
            finished_at=start + (n + 1) * 10 * second,
            provider_ms=10_000,
            tools_ms=0,
        )
    context, _ = page(cleo)
    assert row(context, "This product").p99 == "0 ms"


def test_errors_stand_with_those_whose_they_are_against_the_budget(acme, cleo, page):
    for _ in range(6):
        ended(acme, whole=100, provider=90)
    for code in ("server_error", "no_key", "gave_up", "spend_limit"):
        ended(acme, whole=100, provider=90, code=code)
    context, text = page(cleo)
    assert [(one.count, one.codes) for one in context["faults"]] == [
        (1, "gave_up (1)"),
        (1, "server_error (1)"),
        (1, "no_key (1)"),
        (1, "spend_limit (1)"),
    ]
    assert context["course"].all.errors == 3
    assert context["budget"]["bad"]
    assert "30.00%" in text


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("server_is_overloaded", Fault.PROVIDER),
        ("http_503", Fault.PROVIDER),
        ("a code that nobody knows", Fault.PROVIDER),
        ("insufficient_quota", Fault.SETTINGS),
        ("invalid_api_key", Fault.SETTINGS),
        ("model_not_found", Fault.SETTINGS),
        ("context_length_exceeded", Fault.OURS),
        ("http_400", Fault.OURS),
        ("database", Fault.OURS),
        ("content_filter", Fault.WISHED),
        ("blocked", Fault.WISHED),
    ],
)
def test_every_code_is_somebodys(code, fault):
    assert fault_of(code) is fault


def test_managers_see_their_own_tenants_and_the_operator_all(
    acme, globex, cleo, mallory, root, page
):
    ended(acme, whole=100, provider=90)
    ended(globex, whole=100, provider=90)
    ended(globex, whole=100, provider=90)
    counts = [page(one)[0]["course"].all.replies for one in (cleo, mallory, root)]
    assert counts == [1, 2, 3]
    assert page(root, f"?tenant={acme.slug}")[0]["course"].all.replies == 1


def test_a_foreign_tenant_is_refused(acme, mallory, client):
    client.force_login(mallory)
    assert client.get(f"/admin/health/?tenant={acme.slug}").status_code == 403


def test_a_period_shows_what_was_asked_in_it(acme, cleo, page):
    ended(acme, whole=100, provider=90)
    ended(acme, whole=100, provider=90, minutes=180)
    ended(acme, whole=100, provider=90, minutes=3 * 24 * 60)
    found = [
        page(cleo, f"?period={one}")[0]["course"].all.replies for one in ("hour", "day", "week")
    ]
    assert found == [1, 2, 3]
    assert page(cleo, "?period=nonsense")[0]["course"].all.replies == 2


def test_tokens_are_shown_by_day(acme, globex, cleo, page):
    today = timezone.now().date()
    tokens = {"input_tokens": 70, "output_tokens": 30, "cached_tokens": 20}
    factories.make_spend_day(acme, today, **tokens)
    factories.make_spend_day(globex, today, input_tokens=5)
    context, _ = page(cleo)
    assert context["tokens"].rows[-1][1] == ["1", "50", "20", "30"]
    assert len(context["tokens"].drawing.columns[-1].bars) == 3


def test_how_things_stand_now(acme, root, cleo, page):
    factories.post(factories.make_conversation(acme))
    factories.make_key(label="Main", rotate_by=timezone.localdate())
    factories.make_profile("demo-1", shuts_down_on=timezone.localdate(), instead="demo-2")
    breaker().board.open("Main server/abc/demo-1", "server_error")
    breaker().board.open("Main server/abc", "invalid_api_key")
    heartbeat.speak()
    try:
        context, text = page(root)
        of_manager, seen = page(cleo)
    finally:
        breaker().board.clear()
        heartbeat.fall_silent()
    assert context["queue"].waiting == 1
    assert len(context["workers"]) == 1
    assert [one.what for one in context["failing"]] == ["the key abc", "demo-1"]
    assert [one.what for one in of_manager["failing"]] == ["demo-1"]
    assert [one.left for one in context["keys"]] == [0]
    for words in ("Main server", "in 0 days", heartbeat.name_here()):
        assert words in text
    # keys and machines are the operator's
    assert "keys" not in of_manager
    assert heartbeat.name_here() not in seen


def test_an_empty_page_says_what_will_be_there(cleo, page):
    context, text = page(cleo)
    assert "No reply ended in this time" in text
    assert context["course"].all.ours.p95 is None
