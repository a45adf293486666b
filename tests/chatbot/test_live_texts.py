"""The text a process has heard of grows by pieces, without gaps and without doubles."""

from chatbot.live.texts import LiveTexts


def text_of(texts, reply="r"):
    return dict(texts)[reply].text


def test_pieces_in_order_make_the_text():
    texts = LiveTexts()
    for offset, piece in ((0, "Hel"), (3, "lo"), (5, " 你好")):
        texts.take("r", 1, offset, piece)
    assert text_of(texts) == "Hello 你好"


def test_a_piece_that_came_before_changes_nothing():
    texts = LiveTexts()
    texts.take("r", 1, 0, "Hello")
    texts.take("r", 1, 0, "Hel")
    assert text_of(texts) == "Hello"


def test_overlapping_pieces_are_laid_over_each_other():
    texts = LiveTexts()
    texts.take("r", 1, 0, "Hello")
    texts.take("r", 1, 3, "lo there")
    assert text_of(texts) == "Hello there"


def test_a_missing_piece_is_noticed_and_filled():
    texts = LiveTexts()
    texts.take("r", 1, 0, "Hel")
    texts.take("r", 1, 5, " there")
    live = dict(texts)["r"]
    assert (live.text, live.complete) == ("Hel", False)
    texts.fill("r", 1, "Hello there")
    assert (live.text, live.complete) == ("Hello there", True)


def test_a_new_claim_begins_anew_and_the_old_one_is_void():
    texts = LiveTexts()
    texts.take("r", 1, 0, "The old answer")
    texts.take("r", 2, 0, "New")
    texts.take("r", 1, 14, " goes on")
    assert text_of(texts) == "New"


def test_an_ended_reply_is_forgotten():
    texts = LiveTexts()
    texts.take("r", 1, 0, "Hello")
    texts.forget("r")
    assert list(texts) == []
