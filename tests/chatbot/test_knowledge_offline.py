"""The model that comes with the product places texts for nothing, and only where it is of use."""

import pytest

from billing.models import Attempt
from billing.services.attempts import Unasked
from chatbot.knowledge import embeddings, offline
from chatbot.knowledge.embeddings import place_passages, place_question
from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.offline import OFFLINE, place
from chatbot.knowledge.search import Asked, FoundPassage, find_passages, knows
from chatbot.models import PassageVector

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_it(settings):
    settings.EMBEDDING_MODEL = OFFLINE
    embeddings._placed.clear()
    yield
    embeddings._placed.clear()


def near(one, other):
    return sum(a * b for a, b in zip(*place([one, other]), strict=True))


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("I want my money back", "Refunds arrive within a week", "Measure the chest"),
        ("包裹没人收怎么办", "无人签收", "门店营业时间"),
        ("如何退货？", "How do I return an order?", "What does a new zip cost?"),
    ],
)
def test_what_means_the_same_is_nearer_in_other_words_and_languages(one, other, far):
    assert near(one, other) > near(one, far) + 0.1


def test_a_vector_has_length_one_and_markdown_counts_for_nothing():
    assert near("**Refunds** arrive | `today`", "Refunds arrive today") == pytest.approx(
        1, abs=0.02
    )
    assert len(place([""])[0]) == len(place(["word " * 10_000])[0])


def test_passages_and_questions_are_placed_without_a_call(acme):
    store_document(acme, title="Refunds", url="", language="en", text="Refunds arrive soon.")
    assert place_passages() == 1
    assert place_passages() == 0
    assert PassageVector.objects.get().model == OFFLINE
    asked = place_question(Unasked(acme), "When do I get my money back?")
    assert [one.title for one in find_passages(acme, "my money back", 5, asked)] == ["Refunds"]
    assert not Attempt.objects.exists()


def test_a_tenant_without_placed_passages_never_loads_the_model(acme, monkeypatch):
    monkeypatch.setattr(offline, "_model", lambda: pytest.fail("it was loaded"))
    assert place_question(Unasked(acme), "How long do returns take?") is None
    embeddings.warm_up()


def test_whether_a_tenant_has_places_is_not_looked_up_for_every_question(
    acme, django_assert_num_queries
):
    with django_assert_num_queries(1):
        for _ in range(3):
            place_question(Unasked(acme), "How long do returns take?")


@pytest.mark.parametrize(
    ("fit", "likeness", "enough"),
    [(1.0, 0.0, True), (0.0, 0.5, True), (0.5, 0.3, True), (0.5, 0.1, False), (0.1, 0.3, False)],
)
def test_words_and_nearness_decide_together(fit, likeness, enough):
    found = [FoundPassage(1, "", "", "", "", 0.0, fit, likeness)]
    assert knows(found, Asked(OFFLINE, [])) is enough
