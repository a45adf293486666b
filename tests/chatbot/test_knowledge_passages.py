"""Markdown is cut where a reader would pause."""

from chatbot.knowledge.passages import MOST_CHARACTERS, pieces

LONG = "This sentence is here to fill the room. " * 10


def test_each_section_that_says_enough_is_a_piece_with_its_heading():
    found = pieces(f"Intro. {LONG}\n\n## One\n\n{LONG}\n\n## Two `code`\n\n{LONG}")
    assert [piece.heading for piece in found] == ["", "One", "Two `code`"]


def test_short_sections_share_a_piece_and_keep_their_headings():
    found = pieces("## One\n\nShort.\n\n## Two\n\nShort too.")
    assert [(piece.heading, piece.text) for piece in found] == [
        ("One", "Short.\n\n## Two\n\nShort too.")
    ]


def test_a_long_section_is_cut_between_paragraphs():
    found = pieces("## One\n\n" + f"{LONG}\n\n" * 6)
    assert len(found) > 1
    assert all(piece.heading == "One" for piece in found)
    assert all(len(piece.text) <= MOST_CHARACTERS for piece in found)
    assert all(piece.text.endswith("room.") for piece in found)


def test_a_long_paragraph_is_cut_between_sentences_and_nothing_is_lost():
    found = pieces(LONG * 10)
    assert all(len(piece.text) <= MOST_CHARACTERS for piece in found)
    assert all(piece.text.endswith("room.") for piece in found)
    assert " ".join(piece.text for piece in found) == (LONG * 10).strip()


def test_text_without_any_border_is_cut_all_the_same():
    found = pieces("字" * 3000)
    assert "".join(piece.text for piece in found) == "字" * 3000
    assert all(len(piece.text) <= MOST_CHARACTERS for piece in found)


def test_a_hash_in_a_code_block_is_no_heading():
    found = pieces("## Real\n\n```\n# not a heading\n```")
    assert [piece.heading for piece in found] == ["Real"]


def test_a_list_stays_in_one_piece():
    items = "\n".join(f"- item {number} of a list" for number in range(40))
    assert items in [piece.text for piece in pieces(f"{LONG}\n\n{LONG}\n\n{items}")]
