"""Moderation and embeddings go by the directory: its servers, keys, breakers, and the books."""

import pytest

from billing.errors import Unpriced
from billing.models import Alert, Attempt, LedgerEntry
from billing.services.attempts import Unasked
from chatbot.models import FallbackStep, ProviderKey
from chatbot.providers import directory, errands
from chatbot.providers.breaker import breaker
from chatbot.providers.embedding import embed
from tests import factories
from tests.providers.calling import at_the_demo

pytestmark = pytest.mark.django_db

DOWN = {"match": "*", "status": 503}
REFUSED = {"match": "*", "status": 401, "code": "invalid_api_key"}


@pytest.fixture(autouse=True)
def server(demo, settings, monkeypatch):
    """The demo model is what the environment names."""
    factories.make_price("demo-embed", input="0.02", output="0")
    at_the_demo(settings, monkeypatch, f"http://127.0.0.1:{demo.port}/v1")
    monkeypatch.setattr(errands.time, "sleep", lambda _: None)
    yield demo
    breaker().board.clear()
    directory.forget()


def behave(demo, *rules):
    demo.ask("PUT", "/control/behaviour", list(rules))


def asked(tenant, model="demo-embed"):
    directory.forget()
    return embed(Unasked(tenant), model, ["Returns", "Refunds"], 5)


def outcomes():
    return list(LedgerEntry.objects.order_by("at", "pk").values_list("outcome", flat=True))


def test_a_refused_key_leaves_its_pool_and_another_one_answers(acme, server, settings):
    settings.OPENAI_API_KEY = ""
    for secret in ("sk-one-of-two-keys", "sk-two-of-two-keys"):
        factories.make_key(secret)
    behave(server, REFUSED | {"times": 1})
    vectors, failure = asked(acme)
    assert (len(vectors), failure) == (2, None)
    assert sorted(outcomes()) == ["invalid_api_key", "stop"]
    assert ProviderKey.objects.filter(refused_at=None).count() == 1
    assert Alert.objects.filter(kind=Alert.Kind.KEY).exists()


def test_the_model_is_asked_for_at_the_server_that_serves_it(acme, server, settings):
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    row = factories.make_server(
        f"http://127.0.0.1:{server.port}/v1",
        serves=["place-it"],
        deployments={"place-it": "demo-embed"},
    )
    factories.make_key("sk-of-this-server", server=row)
    factories.make_price("place-it", input="0.02", output="0")
    vectors, failure = asked(acme, "place-it")
    assert (len(vectors), failure) == (2, None)
    assert Attempt.objects.get().model == "place-it"
    assert Attempt.objects.get().request["model"] == "demo-embed"


def test_a_server_that_stands_in_is_asked_for_the_same_model_only(acme, server, settings):
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    row = factories.make_server(f"http://127.0.0.1:{server.port}/v1")
    FallbackStep.objects.create(tenant=acme, position=1, model="demo-1-mini")
    FallbackStep.objects.create(tenant=acme, position=2, server=row)
    vectors, failure = asked(acme)
    assert (len(vectors), failure) == (2, None)
    assert outcomes() == ["unreachable", "unreachable", "stop"]


def test_what_passes_by_itself_is_asked_once_more(acme, server):
    behave(server, DOWN | {"times": 1})
    assert len(asked(acme)[0]) == 2
    assert outcomes() == ["server_is_overloaded", "stop"]


def test_what_stays_away_is_asked_no_more_than_twice(acme, server):
    behave(server, DOWN)
    vectors, failure = asked(acme)
    assert vectors == []
    assert failure is not None
    assert len(outcomes()) == 2


def test_what_a_breaker_holds_back_is_not_asked(acme, server):
    (key,) = directory.directory().keys[None]
    breaker().board.open(f"environment/{key.fingerprint}/demo-embed", "down")
    vectors, failure = asked(acme)
    assert (vectors, failure.code) == ([], "provider_down")
    assert not Attempt.objects.exists()


def test_without_a_key_nothing_is_asked(acme, settings):
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = None, ""
    assert asked(acme)[1].code == "no_key"
    assert not Attempt.objects.exists()


def test_a_model_without_a_price_is_refused(acme):
    with pytest.raises(Unpriced):
        asked(acme, "unpriced-embed")


def test_a_call_that_fails_costs_nothing_and_one_that_is_answered_what_it_reports(acme, server):
    behave(server, DOWN | {"times": 1})
    asked(acme)
    failed, answered = LedgerEntry.objects.order_by("at", "pk")
    assert failed.input_tokens == 0
    assert answered.input_tokens > 0
