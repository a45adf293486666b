"""A listed word is found in every disguise, and nowhere else."""

import pytest

from chatbot.guardrails.word_lists import Entry, NoWord, Words

WORDS = Words(
    Entry(word)
    for word in [
        "ass",
        "spam",
        "shit",
        "scam*",
        "buy followers",
        "1488",
        "法轮功",
        "傻逼",
        "加QQ群",
    ]
)


def found(text):
    return [(hit.entry.word, text[hit.start : hit.end]) for hit in WORDS.find(text)]


@pytest.mark.parametrize(
    ("text", "word", "written"),
    [
        ("This is ＳＰＡＭ!", "spam", "ＳＰＡＭ"),
        ("s p a m", "spam", "s p a m"),
        ("a$$", "ass", "a$$"),
        ("sh1t happens", "shit", "sh1t"),
        ("b u y followers", "buy followers", "b u y followers"),
        ("Buy   FOLLOWERS now", "buy followers", "Buy   FOLLOWERS"),
        ("scammers", "scam*", "scammers"),
        ("no. 1488", "1488", "1488"),
        ("學法輪功的人", "法轮功", "法輪功"),
        ("法·轮·功", "法轮功", "法·轮·功"),
        ("请加 qq 群", "加QQ群", "加 qq 群"),
    ],
)
def test_it_is_found_where_it_is_written(text, word, written):
    assert found(text) == [(word, written)]


@pytest.mark.parametrize(
    "text",
    [
        "A class of its own: assess the brass, as soon as we pass.",
        "The Galaxy A55 and the A 55",
        "spammy is another word",
        "The bus hit the wall; it's hit or miss.",
        "方法，轮功夫",
        "他很傻。逼着我",
        "Order 14889 of 5 pm",
        "Buy a follower",
    ],
)
def test_it_is_not_found_where_it_is_not_meant(text):
    assert found(text) == []


@pytest.mark.parametrize("word", ["", " ", "*", "...", "\u200b", "x" * 61])
def test_what_could_never_be_found_is_no_word(word):
    with pytest.raises(NoWord):
        Entry(word)


def test_an_empty_list_finds_nothing():
    assert not Words([])
    assert Words([]).find("anything") == []
