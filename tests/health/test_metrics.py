"""Prometheus reads the figures, and nobody else does."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from chatbot.health import heartbeat, metrics
from conversations.services import generations
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    metrics.forget()
    yield
    metrics.forget()


def read(client, **headers):
    """Every sample by its name and labels."""
    answer = client.get("/metrics", **headers)
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_database(client, acme):
    factories.make_profile("demo-1", shuts_down_on=factories.LONG_AGO.date())
    factories.make_key(label="Main")
    factories.answered(factories.make_conversation(acme))
    factories.make_spend_day(acme, factories.LONG_AGO.date(), input_tokens=70, output_tokens=30)
    failed = factories.claimed(factories.make_conversation(acme))
    generations.fail(failed, code="server_error", text="Sorry")
    factories.post(factories.make_conversation(acme))
    heartbeat.speak()
    found = read(client)
    heartbeat.fall_silent()
    assert found["counterfoil_queue_waiting",] == 1
    assert found["counterfoil_queue_oldest_seconds",] > 0
    assert found["counterfoil_workers",] == 1
    assert found["counterfoil_recent_replies",] == 2
    assert found["counterfoil_recent_failures", "provider"] == 1
    assert found["counterfoil_recent_failures", "ours"] == 0
    assert found["counterfoil_tokens_total", "read", "demo-1"] == 70
    assert found["counterfoil_tokens_total", "written", "demo-1"] == 30
    assert found["counterfoil_calls_total", "demo-1"] == 1
    assert [one for one in found if one[0] == "counterfoil_key_days_left"]


def test_the_database_is_not_asked_for_every_reader(client, django_assert_num_queries):
    read(client)
    with django_assert_num_queries(0):
        read(client)


@pytest.mark.parametrize(
    "asks",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=203.0.113.9"},
        {"HTTP_VIA": "1.1 proxy"},
    ],
    ids=["far", "nobody", "proxy", "liar", "forwarded", "via"],
)
def test_without_a_token_only_the_machine_itself_reads_them(client, asks):
    answer = client.get("/metrics", **asks)
    assert answer.status_code == 403
    assert "METRICS_TOKEN" in answer.content.decode()


def test_with_a_token_only_its_holder_reads_them(client, settings):
    settings.METRICS_TOKEN = "long-and-random"
    for sent in ("", "Bearer ", "Bearer wrong", "Bearer lóng"):
        assert client.get("/metrics", HTTP_AUTHORIZATION=sent).status_code == 403
    far = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    assert read(client, HTTP_AUTHORIZATION="Bearer long-and-random", **far)


def test_no_figure_holds_words_of_a_visitor(client, acme):
    factories.make_price()
    factories.answered(factories.make_conversation(acme), "planted-words")
    text = client.get("/metrics").content.decode()
    assert "planted-words" not in text
    assert acme.slug not in text
