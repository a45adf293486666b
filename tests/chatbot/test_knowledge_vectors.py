"""Nearness finds what words do not, and every call for it stands in the books."""

import pytest

from billing.models import Attempt, LedgerEntry
from chatbot.demo_model.embeddings import as_base64, embed
from chatbot.knowledge import embeddings, search
from chatbot.knowledge.embeddings import place_passages, place_question
from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.search import Asked, find_passages, look
from chatbot.knowledge.vectors import store_vectors
from chatbot.models import Passage, PassageVector
from chatbot.providers.embedding import vectors_of
from tests import factories
from tests.demo_model.conftest import _shared_demo, demo  # noqa: F401 - fixtures
from tests.providers.calling import at_the_demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(demo, monkeypatch, settings):  # noqa: F811 - the fixture
    """The demo model places texts, and the environment names it."""
    settings.EMBEDDING_MODEL = "demo-embed"
    factories.make_price("demo-embed", input="0.02", output="0")
    at_the_demo(settings, monkeypatch, f"http://127.0.0.1:{demo.port}/v1")
    embeddings._placed.clear()
    yield demo
    embeddings._placed.clear()


def store(tenant, title, text):
    return store_document(tenant, title=title, url="", language="en", text=text)


def titles(tenant, question, asked=None):
    return [one.title for one in find_passages(tenant, question, 5, asked)]


@pytest.mark.parametrize("shape", [as_base64, list], ids=["base64", "numbers"])
def test_both_shapes_of_vectors_are_read_in_the_order_of_the_texts(shape):
    placed = [embed(text, 8) for text in ("Returns", "Refunds")]
    data = [{"index": at, "embedding": shape(one)} for at, one in enumerate(placed)]
    for found, given in zip(vectors_of({"data": data[::-1]}, 2), placed, strict=True):
        assert found == pytest.approx(given)
    with pytest.raises(ValueError, match="2 vectors for 3 texts"):
        vectors_of({"data": data}, 3)


def test_passages_are_placed_once(acme, server):
    store(acme, "Returns", "Within 30 days.")
    store(acme, "Refunds", "Within a week.")
    assert place_passages() == 2
    assert place_passages() == 0
    assert PassageVector.objects.filter(model="demo-embed").count() == 2
    assert LedgerEntry.objects.count() == 1


def test_every_call_stands_in_the_books(acme, server):
    store(acme, "Returns", "Within 30 days.")
    place_passages()
    entry = LedgerEntry.objects.get()
    assert (entry.purpose, entry.model, entry.tenant) == ("embedding", "demo-embed", acme)
    assert entry.generation is None
    logged = server.logged(str(entry.attempt_id))
    assert logged["endpoint"] == "embeddings"
    assert (entry.input_tokens, entry.certainty) == (logged["prompt_tokens"], "exact")


def test_a_question_is_placed_under_its_reply(acme, server):
    store(acme, "Returns", "Within 30 days.")
    place_passages()
    generation = factories.claimed(factories.make_conversation(acme))
    assert place_question(generation, "How long do returns take?")
    assert LedgerEntry.objects.filter(generation=generation).count() == 1
    generation.refresh_from_db()
    assert generation.model == ""  # that is the reply's own to say


def test_a_question_without_a_telling_word_costs_nothing(acme, server):
    store(acme, "Returns", "Within 30 days.")
    place_passages()
    generation = factories.claimed(factories.make_conversation(acme))
    assert place_question(generation, "？") is None
    assert not Attempt.objects.filter(generation=generation).exists()


def test_where_nothing_was_placed_yet_no_question_is(acme, server):
    store(acme, "Returns", "Within 30 days.")
    generation = factories.claimed(factories.make_conversation(acme))
    assert place_question(generation, "How long do returns take?") is None
    assert not Attempt.objects.exists()


def test_without_a_model_nothing_is_asked(acme, server, settings):
    settings.EMBEDDING_MODEL = ""
    store(acme, "Returns", "Within 30 days.")
    assert place_passages() == 0
    assert not Attempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_limit_without_room_leaves_words_alone_to_search(acme, server):
    store(acme, "Returns", "Within 30 days.")
    place_passages()
    factories.make_limit(acme, "0")
    generation = factories.claimed(factories.make_conversation(acme))
    assert place_question(generation, "How long do returns take?") is None
    assert not Attempt.objects.filter(generation=generation).exists()


def test_a_limit_by_visitor_does_not_stand_in_the_way_of_the_librarys_own_calls(acme, server):
    factories.make_limit(acme, "1", scope="visitor")
    store(acme, "Returns", "Within 30 days.")
    assert place_passages() == 1


def test_a_failure_is_settled_and_words_alone_search(acme, server, monkeypatch):
    store(acme, "Returns", "Within 30 days.")
    place_passages()
    server.ask("PUT", "/control/behaviour", [{"match": "*", "stall_before_headers": True}])
    monkeypatch.setattr(embeddings, "QUESTION_SECONDS", 0.2)
    generation = factories.claimed(factories.make_conversation(acme))
    assert place_question(generation, "How long do returns take?") is None
    entry = LedgerEntry.objects.get(generation=generation)
    assert (entry.outcome, entry.certainty) == ("timeout", "estimated")


@pytest.mark.parametrize("pgvector", [True, False])
def test_nearness_finds_what_shares_no_word(acme, monkeypatch, pgvector):
    if pgvector and not search.extensions()[1]:
        pytest.skip("this PostgreSQL has no pgvector")
    monkeypatch.setattr(search, "extensions", lambda: (False, pgvector))
    store(acme, "Refunds", "Money comes back.")
    store(acme, "Boots", "Sizes of boots.")
    refunds, boots = Passage.objects.order_by("pk")
    store_vectors("m", {refunds.pk: [3.0, 4.0, 0.0], boots.pk: [-1.0, 0.5, -1.0]})
    assert titles(acme, "cashback") == []
    asked = Asked("m", [0.6, 0.8, 0.0])
    assert titles(acme, "cashback", asked)[0] == "Refunds"
    assert look(acme, "cashback", 5, asked)[0].likeness == pytest.approx(1)


def test_what_is_not_near_answers_nothing(acme):
    store(acme, "Refunds", "Money comes back.")
    store_vectors("m", {Passage.objects.get().pk: [0.0, 1.0]})
    assert titles(acme, "cashback", Asked("m", [1.0, 0.1])) == []


def test_vectors_of_another_model_or_tenant_are_not_compared(acme, globex):
    store(globex, "Refunds", "Money comes back.")
    store_vectors("m", {Passage.objects.get().pk: [1.0, 0.0]})
    assert titles(acme, "cashback", Asked("m", [1.0, 0.0])) == []
    assert titles(globex, "cashback", Asked("other", [1.0, 0.0])) == []
