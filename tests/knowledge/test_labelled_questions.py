"""The labelled questions are found, and those without an answer refused, as often as promised."""

from collections import Counter

import pytest

from chatbot.bench.knowledge.asking import by_words, fused, measured
from chatbot.bench.knowledge.questions import read_set
from chatbot.demo.shop import ARTICLES, open_shop, store_articles
from chatbot.knowledge.embeddings import place_passages
from chatbot.knowledge.offline import OFFLINE

QUESTIONS = read_set()


@pytest.mark.django_db
def test_right_passages_are_found_and_what_no_page_answers_is_not_answered(settings):
    settings.EMBEDDING_MODEL = OFFLINE
    shop = open_shop()
    store_articles(shop)
    assert place_passages() > 40
    found = measured(shop, QUESTIONS, fused)
    assert found["recall_at_5"] >= 0.9
    assert found["first"] >= 0.75
    assert found["refused_unanswerable"] >= 0.9
    held_out = measured(shop, [one for one in QUESTIONS if one.held_out], fused)
    assert held_out["recall_at_5"] >= 0.8
    words = measured(shop, QUESTIONS, by_words)
    assert found["recall_at_5"] > words["recall_at_5"]
    assert found["refused_unanswerable"] > words["refused_unanswerable"]


def test_every_label_stands_in_its_page():
    for one in QUESTIONS:
        if one.page:
            text = (ARTICLES / one.language / f"{one.page}.md").read_text("utf-8")
            assert one.says in text, one.ask


def test_both_languages_and_kinds_are_there_in_both_parts():
    kinds = Counter((one.language, bool(one.page), one.held_out) for one in QUESTIONS)
    assert len(kinds) == 8
    assert min(kinds.values()) >= 12
    assert len({one.ask for one in QUESTIONS}) == len(QUESTIONS)
