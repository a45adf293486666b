"""Rare words tell more than frequent ones, and the library counts how rare they are."""

import pytest

from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.search import extensions, find_passages, look
from chatbot.models import Document, Term

pytestmark = pytest.mark.django_db


def store(tenant, title, text, language="en"):
    return store_document(tenant, title=title, url="", language=language, text=text)


def counts(tenant):
    return dict(Term.objects.filter(tenant=tenant).values_list("word", "passages"))


def test_each_word_is_counted_once_a_passage(acme):
    store(acme, "Boots", "Boots and boots and laces.")
    store(acme, "Laces", "Laces for skates.")
    assert counts(acme) == {"": 2, "boot": 1, "lace": 2, "skate": 1}


def test_what_is_replaced_or_deleted_is_counted_no_more(acme):
    store(acme, "Boots", "Boots.")
    store(acme, "Boots", "Camels.")
    assert counts(acme) == {"": 1, "boot": 1, "camel": 1}
    Document.objects.get().delete()
    assert counts(acme) == {}


def test_words_of_another_tenant_are_not_counted(acme, globex):
    store(globex, "Boots", "Boots.")
    assert counts(acme) == {}


def test_a_rare_word_decides(acme):
    for number in range(5):
        store(acme, f"Order {number}", f"Your order {number} leaves the house soon.")
    store(acme, "Camels", "Camels never leave.")
    assert find_passages(acme, "Do camels order?")[0].title == "Camels"


def test_a_question_of_which_little_is_known_finds_nothing(acme):
    store(acme, "Returns", "You can return an order within 30 days.")
    store(acme, "Orders", "Your order arrives in days.")
    assert look(acme, "Can helicopters and submarines orbit Jupiter within a day?")
    assert find_passages(acme, "Can helicopters and submarines orbit Jupiter within a day?") == []


def test_a_misspelt_word_is_guessed(acme):
    store(acme, "Delivery", "Delivery takes three days.")
    if not extensions()[0]:
        pytest.skip("this PostgreSQL has no pg_trgm")
    assert [one.title for one in find_passages(acme, "delivary")] == ["Delivery"]


def test_each_language_is_read_its_own_way(acme):
    store(acme, "Rückgabe", "Bestellungen können zurückgeschickt werden.", "de")
    store(acme, "Returns", "Orders can be sent back.")
    assert [one.title for one in find_passages(acme, "Bestellung")] == ["Rückgabe"]
    assert [one.title for one in find_passages(acme, "Where is my order?")] == ["Returns"]
