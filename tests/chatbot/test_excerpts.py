"""What a visitor reads of a source."""

from chatbot.engine.citations import EXCERPT_CHARACTERS, excerpt


def test_a_short_passage_is_whole_without_signs_of_headings():
    assert (
        excerpt("Send it back.\n\n## How\n\n1. Print #7.") == "Send it back.\n\nHow\n\n1. Print #7."
    )


def test_a_long_one_ends_after_a_word_and_says_so():
    text = "returns " * 50
    shown = excerpt(text)
    assert shown.endswith("returns …")
    assert len(shown) <= EXCERPT_CHARACTERS + 2


def test_one_without_blanks_is_cut_all_the_same():
    assert excerpt("退" * 400) == "退" * EXCERPT_CHARACTERS + " …"
