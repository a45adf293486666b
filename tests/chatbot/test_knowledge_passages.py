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


ARTICLE = "# Top\n\nIntro.\n\n## One\n\n" + f"{LONG}\n\n" * 4 + "## Two\n\n- a\n- b\n\nEnd of it.\n"


def test_a_piece_says_where_it_stands():
    for piece in pieces(ARTICLE):
        assert piece.text.partition("\n")[0] in ARTICLE[piece.begin : piece.end]
        assert ARTICLE[piece.begin : piece.end].endswith(piece.text.rpartition("\n")[2])


def test_pieces_follow_each_other_and_only_space_lies_between():
    found = pieces(ARTICLE)
    ends = [0, *(piece.end for piece in found)]
    begins = [*(piece.begin for piece in found), len(ARTICLE)]
    assert all(not ARTICLE[end:begin].strip() for end, begin in zip(ends, begins, strict=True))


def test_headings_without_text_belong_to_the_piece_after_them():
    (piece,) = pieces("# Top\n\n## Sub\n\nText.")
    assert (piece.heading, piece.text, piece.begin) == ("Sub", "Text.", 0)


def test_each_answer_stands_alone_where_that_is_wanted():
    found = pieces("## One\n\nShort.\n\n## Two\n\nShort too.", enough=0)
    assert [(piece.heading, piece.text) for piece in found] == [
        ("One", "Short."),
        ("Two", "Short too."),
    ]
