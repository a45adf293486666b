"""What `bench words` measures with is as it says."""

from chatbot.bench.words.corpus import clean, listed
from chatbot.bench.words.disguises import DISGUISES, TWELVE
from chatbot.guardrails.word_lists import Entry


def test_there_are_twelve_disguises_and_each_changes_some_word():
    assert len(set(TWELVE)) == 12
    words = [word for language in listed().values() for word in language]
    assert all(any(DISGUISES[name](word) != word for word in words) for name in TWELVE)


def test_every_listed_word_can_be_looked_for():
    for language in listed().values():
        assert len(language) > 30
        assert all(Entry(word).key for word in language)


def test_clean_texts_are_many_and_no_two_are_alike():
    texts = clean()
    assert len(texts["en"]) > 1_000
    assert len(texts["zh"]) > 10_000
    assert all(len(some) == len(set(some)) for some in texts.values())
