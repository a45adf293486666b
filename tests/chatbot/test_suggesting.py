"""What may be asked next is what was found and not told; nothing is called or looked up for it."""

import pytest

from chatbot.engine.suggesting import LONGEST, suggestions
from chatbot.guardrails.policy import NONE, OPEN, Guard
from chatbot.guardrails.word_lists import Entry, Words
from chatbot.knowledge.search import FoundPassage
from chatbot.models import GuardPolicy
from conversations.models import Event
from conversations.services import generations
from conversations.services.generations import Reply
from tests.factories import claimed, make_conversation

FOUND = [
    FoundPassage(1, "Returns", "How long do returns take?", "", "30 days.", 1.0),
    FoundPassage(2, "Returns", "Who pays for the parcel?", "", "We do.", 0.9),
    FoundPassage(3, "Warranty", "", "", "Five years.", 0.8),
    FoundPassage(4, "Returns", "who pays for the parcel", "", "Again.", 0.7),
    FoundPassage(5, "Sizes", "x" * (LONGEST + 1), "", "42.", 0.6),
    FoundPassage(6, "Gift cards", "Gift cards", "", "Yes.", 0.5),
    FoundPassage(7, "Repairs", "Repairs", "", "Yes.", 0.4),
]
CITED = [{"passage": 1}]


def test_it_is_what_was_found_and_not_cited_each_once():
    asked = "Can I send it back?"
    assert suggestions(asked, FOUND, CITED, OPEN) == [
        *("Who pays for the parcel?", "Warranty", "Gift cards")
    ]


def test_what_was_asked_is_not_suggested():
    assert "Warranty" not in suggestions("warranty?", FOUND, CITED, OPEN)


def test_nothing_is_suggested_where_nothing_was_cited():
    assert suggestions("Hello", FOUND, [], OPEN) == []


@pytest.mark.parametrize("side", ["questions", "answers"])
def test_a_listed_word_is_not_suggested(side):
    listed = Words([Entry(word="warranty", action="block")])
    words = {"questions": NONE, "answers": NONE} | {side: listed}
    guard = Guard(**words, hosts=frozenset(), policy=GuardPolicy())
    assert "Warranty" not in suggestions("Can I?", FOUND, CITED, guard)


def test_the_log_names_them_where_there_are_any(acme):
    talk = make_conversation(acme)
    generations.finish(claimed(talk), Reply(text="30 days.", suggestions=["Warranty"]))
    generations.finish(claimed(talk), Reply(text="30 days."))
    done = Event.objects.filter(kind="reply.done").order_by("seq")
    assert [event.data.get("suggestions") for event in done] == [["Warranty"], None]
