"""A turn asks again, with less, with another key or elsewhere; each call is in the books."""

import pytest
from django.utils import timezone

from billing.models import Alert, Attempt, LedgerEntry
from chatbot.engine.loop import run
from chatbot.engine.turn import run_turn
from chatbot.models import Detour, FallbackStep, ProviderKey
from chatbot.providers import directory
from chatbot.providers.breaker import breaker
from chatbot.providers.limits import limits
from chatbot.providers.openai_chat import OpenAIChat
from conversations.models import Generation
from tests import factories
from tests.demo_model.conftest import Demo, _shared_demo, demo, start_demo  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)

FAST = {"match": "*", "first_token_ms": 0, "token_ms": 0, "tokens": 5}
TOO_LONG = {"match": "*", "status": 400, "code": "context_length_exceeded"}
DOWN = {"match": "*", "status": 503}


@pytest.fixture(autouse=True)
def clients(monkeypatch):
    """Clients of this test only, closed at its end."""
    kept = {}

    def client_at(server, key):
        secret = key.secret.get_secret_value()
        return kept.setdefault((server, key), OpenAIChat(server, secret, limits()))

    monkeypatch.setattr(directory, "provider_at", client_at)
    yield
    for one in kept.values():
        run(one._client.close())


@pytest.fixture(autouse=True)
def model(demo, settings, transactional_db):  # noqa: F811 - the fixture
    """The demo model is what the environment names."""
    settings.OPENAI_BASE_URL = f"http://127.0.0.1:{demo.port}/v1"
    settings.OPENAI_API_KEY = "sk-of-the-environment"
    settings.CHAT_MODEL = "demo-1"
    factories.make_price()
    factories.make_price("demo-1-mini", input="0.05", output="0.20")
    directory.forget()
    breaker().board.clear()
    breaker.cache_clear()
    yield demo
    breaker().board.clear()
    directory.forget()


@pytest.fixture
def tenant(transactional_db):
    return factories.make_tenant()


def behave(demo, *rules):  # noqa: F811
    demo.ask("PUT", "/control/behaviour", [*rules, FAST])


def turn(tenant, talk=None):
    """The generation that a question led to."""
    factories.post(talk or factories.make_conversation(tenant), "What does delivery cost?")
    directory.forget()
    generation = run_turn()
    generation.refresh_from_db()
    return generation


def outcomes():
    return list(LedgerEntry.objects.order_by("at").values_list("model", "outcome"))


def test_a_prompt_that_is_too_long_is_cut_and_answered(model, tenant):
    talk = factories.make_conversation(tenant)
    for number in range(6):
        factories.post(talk, f"Question {number}: " + "word " * 100)
        behave(model)
        run_turn()
    behave(model, TOO_LONG | {"times": 2})
    generation = turn(tenant, talk)
    assert generation.state == Generation.State.DONE
    calls = list(generation.attempts.order_by("opened_at"))
    assert len(calls) == 3
    whole, half, none = (len(call.request["messages"]) for call in calls)
    assert whole > half > none == 2
    assert not Attempt.objects.filter(state=Attempt.State.OPEN).exists()
    assert [one.shorter for one in Detour.objects.order_by("pk")] == [True, True]


def test_what_is_known_not_to_fit_is_cut_before_it_leaves(model, tenant, settings):
    settings.MAX_OUTPUT_TOKENS = 300
    talk = factories.make_conversation(tenant)
    behave(model)
    for number in range(4):
        factories.post(talk, f"Question {number}: " + "word " * 200)
        run_turn()
    factories.make_profile("demo-1", context_tokens=1000)
    generation = turn(tenant, talk)
    assert generation.state == Generation.State.DONE
    call = generation.attempts.get()
    assert call.prompt_tokens + call.max_output_tokens <= 1000
    assert call.detour.shorter


def test_where_nothing_is_left_to_cut_the_visitor_is_asked_for_fewer_words(model, tenant):
    behave(model, TOO_LONG)
    generation = turn(tenant)
    assert generation.failure == "context_length_exceeded"
    assert LedgerEntry.objects.count() == 3


def test_a_first_call_that_fails_goes_to_the_next_model(model, tenant):
    FallbackStep.objects.create(tenant=tenant, model="demo-1-mini")
    behave(model, DOWN | {"times": 1})
    generation = turn(tenant)
    assert (generation.state, generation.model) == (Generation.State.DONE, "demo-1-mini")
    assert outcomes() == [("demo-1", "server_is_overloaded"), ("demo-1-mini", "stop")]
    detour = Detour.objects.get()
    assert (detour.instead_of, detour.why) == ("demo-1 at environment", "server_is_overloaded")
    assert detour.attempt.model == "demo-1-mini"


def test_the_deployments_steps_are_for_tenants_without_any(model, tenant):
    FallbackStep.objects.create(model="demo-1-mini")
    behave(model, DOWN | {"times": 1})
    assert turn(tenant).model == "demo-1-mini"


def test_the_same_model_may_answer_at_another_server(model, tenant, settings):
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    there = factories.make_server(f"http://127.0.0.1:{model.port}/v1", name="second")
    FallbackStep.objects.create(tenant=tenant, server=there)
    behave(model)
    assert turn(tenant).state == Generation.State.DONE
    assert outcomes() == [("demo-1", "unreachable"), ("demo-1", "stop")]
    assert Detour.objects.get().server == "second"


def test_what_a_visitor_has_read_is_never_replaced(model, tenant):
    FallbackStep.objects.create(tenant=tenant, model="demo-1-mini")
    behave(model, FAST | {"cut_after_tokens": 2})
    generation = turn(tenant)
    assert (generation.failure, generation.model) == ("interrupted", "demo-1")
    assert LedgerEntry.objects.count() == 1


def test_who_stands_in_is_given_the_whole_history_again(model, tenant):
    FallbackStep.objects.create(tenant=tenant, model="demo-1-mini")
    talk = factories.make_conversation(tenant)
    behave(model)
    for number in range(4):
        factories.post(talk, f"Question {number}: " + "word " * 50)
        run_turn()
    behave(model, TOO_LONG | {"times": 3})
    generation = turn(tenant, talk)
    assert generation.model == "demo-1-mini"
    sizes = [len(one.request["messages"]) for one in generation.attempts.order_by("opened_at")]
    assert sizes[0] == sizes[3] > sizes[1] > sizes[2]
    last = Detour.objects.order_by("pk").last()
    assert (last.elsewhere, last.shorter) == (True, False)


def test_calls_of_a_reply_have_a_most(model, tenant, settings):
    settings.CALLS_PER_REPLY = 2
    for position, name in enumerate(["demo-1-mini"] * 4, start=1):
        server = factories.make_server(f"http://127.0.0.1:{model.port}/v1")
        FallbackStep.objects.create(tenant=tenant, position=position, model=name, server=server)
    behave(model, DOWN)
    turn(tenant)
    assert LedgerEntry.objects.count() == 2


def test_a_refused_key_leaves_the_pool_at_its_first_401_and_another_answers(
    start_demo,  # noqa: F811
    tenant,
    settings,
    caplog,
):
    good, bad = "sk-good-0123456789abcdef", "sk-bad-0123456789abcdef"
    with start_demo("--api-key", good) as theirs:
        server = factories.make_server(f"http://127.0.0.1:{theirs.port}/v1", serves=["demo-1"])
        behave(theirs)
        revoked = factories.make_key(bad, server)
        standing_by = factories.make_key(
            good, server, retires_at=timezone.now() + timezone.timedelta(days=1)
        )
        assert turn(tenant).state == Generation.State.DONE
        assert [outcome for _, outcome in outcomes()] == ["invalid_api_key", "stop"]
        revoked.refresh_from_db()
        assert (revoked.refused_at is not None, revoked.refused_why) == (True, "invalid_api_key")
        assert Alert.objects.get(kind="key").why.startswith("The key that ends with cdef")
        assert turn(tenant).state == Generation.State.DONE
        assert LedgerEntry.objects.count() == 3, "the revoked one was not tried again"
        standing_by.refresh_from_db()
        assert standing_by.refused_at is None
    told = [caplog.text, *Alert.objects.values_list("why", "do", "figures")]
    told += Attempt.objects.values_list("request", flat=True)
    assert not any(secret[:12] in str(told) for secret in (good, bad)), "a key was told"


def test_no_money_is_told_once_and_not_asked_again(model, tenant):
    behave(model, {"match": "*", "status": 429, "code": "credit_balance_exhausted"})
    assert turn(tenant).failure == "credit_balance_exhausted"
    generation = turn(tenant)
    assert generation.failure == "provider_down"
    assert "credit_balance_exhausted" in generation.failure_detail
    assert LedgerEntry.objects.count() == 1
    assert Alert.objects.filter(kind="provider").count() == 1


def test_what_opens_by_an_outage_is_told_once(model, tenant, monkeypatch):
    monkeypatch.setattr("chatbot.providers.breaker.OUTAGE_SECONDS", 0.5)
    behave(model, DOWN)
    for _ in range(3):
        turn(tenant)
    generation = turn(tenant)
    assert generation.failure == "provider_down"
    assert LedgerEntry.objects.count() < 9
    assert Alert.objects.get(kind="provider").why.startswith("demo-1 at environment has been")


def test_a_model_without_a_price_is_passed_over(model, tenant, settings):
    settings.CHAT_MODEL = "never-priced"
    FallbackStep.objects.create(tenant=tenant, model="demo-1")
    behave(model)
    assert turn(tenant).model == "demo-1"
    assert LedgerEntry.objects.count() == 1


def test_an_open_breaker_goes_to_the_next_without_a_call(model, tenant):
    FallbackStep.objects.create(tenant=tenant, model="demo-1-mini")
    behave(model, {"match": "*", "status": 404, "code": "model_not_found", "times": 1})
    assert turn(tenant).model == "demo-1-mini"
    assert turn(tenant).model == "demo-1-mini"
    assert [name for name, _ in outcomes()] == ["demo-1", "demo-1-mini", "demo-1-mini"]
    assert [one.why for one in Detour.objects.order_by("pk")] == [
        "model_not_found",
        "provider_down",
    ]


def test_without_any_key_staff_are_told_and_nothing_is_called(model, tenant, settings):
    settings.OPENAI_API_KEY = None
    factories.make_key(refused_at=timezone.now())
    generation = turn(tenant)
    assert generation.failure == "no_key"
    assert LedgerEntry.objects.count() == 0


def test_keys_of_the_pool_take_turns(model, tenant, settings):
    settings.OPENAI_API_KEY = None
    for number in range(2):
        factories.make_key(f"sk-{number}-0123456789abcdef")
    home = directory.read_directory().home("demo-1")
    used = {directory.read_directory().route(home).key.fingerprint for _ in range(40)}
    assert used == set(ProviderKey.objects.values_list("fingerprint", flat=True))
