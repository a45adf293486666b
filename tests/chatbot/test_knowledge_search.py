"""A question finds the tenant's passages that share its words."""

import pytest

from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.search import find_passages
from chatbot.models import Document, Passage

RETURNS = "You can return anything within 30 days.\n\n## Boots\n\nBoots must not be worn outside."
REFUNDS = "Refunds arrive within five working days after we received the parcel."
CHINESE = "您可以在收到商品后30天内申请退货。鞋子需保持干净。"


@pytest.fixture
def library(acme):
    for title, text in (("Returns", RETURNS), ("Refunds", REFUNDS)):
        store_document(acme, title=title, url=f"/help/{title}", language="en", text=text)
    store_document(acme, title="退货", url="/help/returns-zh", language="zh", text=CHINESE)
    return acme


def titles(tenant, question, limit=5):
    return [found.title for found in find_passages(tenant, question, limit)]


def test_a_question_finds_the_passage_in_other_forms_of_its_words(library):
    assert titles(library, "Returning my boots?")[0] == "Returns"


def test_a_passage_with_every_word_comes_before_those_with_some(library):
    assert titles(library, "working days until the refund") == ["Refunds", "Returns"]


def test_no_more_than_the_limit_is_found(library):
    assert len(titles(library, "days return refund", limit=1)) == 1


def test_a_chinese_question_finds_the_chinese_passage(library):
    assert titles(library, "请问多少天内可以退货？") == ["退货"]


def test_a_lone_chinese_character_finds_words_it_begins(library):
    assert titles(library, "鞋？") == ["退货"]


def test_wide_and_capital_letters_find_the_same(library):
    assert titles(library, "ＲＥＦＵＮＤ") == ["Refunds"]


@pytest.mark.parametrize(
    "question", ["", "???", "how do you do", "helicopters", "多久？", "' | & ! :* \\ ()", "\0"]
)
def test_what_no_passage_speaks_of_finds_nothing(library, question):
    assert find_passages(library, question) == []


def test_another_tenants_passages_are_never_found(library, globex):
    assert find_passages(globex, "return boots") == []


def test_a_found_passage_says_where_it_stands(library):
    (found,) = find_passages(library, "refunds", limit=1)
    assert (found.url, found.heading, found.text) == ("/help/Refunds", "", REFUNDS)


def test_storing_a_title_again_replaces_its_passages(library):
    store_document(library, title="Returns", url="/help/r", language="en", text="Ask for camels.")
    assert find_passages(library, "boots") == []
    assert titles(library, "camel") == ["Returns"]
    assert Document.objects.filter(tenant=library, title="Returns").count() == 1


def test_a_document_without_text_has_no_passages(acme):
    document = store_document(acme, title="Empty", url="", language="en", text="")
    assert not Passage.objects.filter(document=document).exists()
