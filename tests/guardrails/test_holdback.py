"""Whatever the pieces, what is shown holds no listed word, and harmless text arrives whole."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.bench.words.disguises import DISGUISES
from chatbot.guardrails.holdback import MASK, MOST_HELD, Holdback
from chatbot.guardrails.word_lists import Entry, Words

BLOCKED = ["spam", "idiot", "scam", "赌博网站", "傻逼"]
MASKED = ["crap", "casino bonus", "damn", "poop", "法轮功", "贷款", "foobar*"]
WORDS = Words([Entry(word) for word in BLOCKED] + [Entry(word, "mask") for word in MASKED])
MASKS = Words([Entry(word, "mask") for word in BLOCKED + MASKED])

ALPHABET = "spamcridotncasibu ofl 法轮功赌博网站傻逼贷款!.-$@014*\u200b\u0301\n,。"
WORDY = st.lists(
    st.one_of(
        st.sampled_from([*BLOCKED, *MASKED]),
        st.sampled_from([make(word) for make in DISGUISES.values() for word in BLOCKED + MASKED]),
        st.text(ALPHABET, max_size=6),
    ),
    max_size=8,
).map("".join)


def cut(text, places):
    """The text in pieces, cut at these places."""
    ends = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    return [text[start:end] for start, end in itertools.pairwise(ends)]


def shown(words, pieces):
    """Everything that was let through of these pieces, and the hold itself."""
    hold = Holdback(words)
    return "".join([*(hold.take(piece) for piece in pieces), hold.end()]), hold


@settings(max_examples=600, deadline=None)
@given(WORDY, st.lists(st.integers(0, 200), max_size=40))
def test_nothing_listed_is_shown_and_nothing_else_is_lost(text, places):
    out, hold = shown(MASKS, cut(text, places))
    assert MASKS.find(out) == []
    if not hold.hits:
        assert out == text
    if not MASKS.find(text):
        assert out == text


@settings(max_examples=600, deadline=None)
@given(WORDY, st.lists(st.integers(0, 200), max_size=40))
def test_the_cuts_change_nothing(text, places):
    assert shown(MASKS, cut(text, places))[0] == shown(MASKS, list(text))[0]


@settings(max_examples=600, deadline=None)
@given(WORDY, st.lists(st.integers(0, 200), max_size=40))
def test_a_text_ends_before_a_word_that_ends_it(text, places):
    out, hold = shown(WORDS, cut(text, places))
    assert WORDS.find(out) == []
    assert bool(hold.stopped) == any(hit.entry.action == "block" for hit in WORDS.find(text))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80), st.lists(st.integers(0, 200), max_size=20))
def test_any_text_at_all(text, places):
    out, hold = shown(MASKS, cut(text, places))
    assert MASKS.find(out) == []
    assert hold.hits or out == text


@pytest.mark.parametrize("name", DISGUISES)
@pytest.mark.parametrize("word", BLOCKED + MASKED)
def test_every_disguise_is_seen_through_at_every_split(name, word):
    word = word.rstrip("*")
    text = f"Well, {DISGUISES[name](word)} and more"
    for place in range(len(text)):
        out, hold = shown(MASKS, [text[:place], text[place:]])
        assert hold.hits, f"cut at {place}: {out!r}"
        assert out == f"Well, {MASK} and more"


def test_a_masked_word_is_replaced_and_the_rest_goes_on():
    assert shown(WORDS, list("Oh damn, it works"))[0] == f"Oh {MASK}, it works"


def test_text_before_a_blocked_word_is_shown_and_nothing_after():
    out, hold = shown(WORDS, list("You are an idiot, dear"))
    assert out == "You are an "
    assert hold.stopped.word == "idiot"
    assert hold.hits[0][0] == "idiot"


def test_harmless_text_leaves_with_the_next_piece():
    hold = Holdback(WORDS)
    assert hold.take("The sp") == "The "
    assert hold.take("oon") == "spoon"


def test_a_longer_phrase_wins_over_the_word_in_it():
    words = Words([Entry("kill", "mask"), Entry("kill myself", "person")])
    out, hold = shown(words, list("I will kill myself"))
    assert (out, hold.stopped.action) == ("I will ", "person")
    assert shown(words, list("to kill time"))[0] == f"to {MASK} time"


@pytest.mark.parametrize("filler", ["\u200b", " ", "\u0301", "\n"])
def test_what_hides_behind_a_thousand_unseen_signs_is_found(filler):
    for size in (1, 7, 100):
        text = "An " + "s" + filler * 1000 + "p" + filler * 1000 + "a" + filler * 1000 + "m now"
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        out, hold = shown(WORDS, pieces)
        assert hold.stopped, size
        assert "m now" not in out


def test_little_is_held_of_text_that_goes_on_and_on():
    hold = Holdback(WORDS)
    for piece in ["s", *["-" * 50] * 100]:
        hold.take(piece)
        assert len(hold._held) <= MOST_HELD
